/* Charts: <div class="ax-chart ax-chart-md" data-chart="histogram|sankey|trend|line" data-source="id of the JSON" role="img" aria-label="…">.
   ECharts is fetched only when a page holds a chart. Colours are tokens of abx.css; drawn again when the theme changes.
   The data:
   histogram {step, bars: [n…], bars_name, line: [n…] or null, line_name, cuts: [{at, name, colour}]}
   sankey    {tiers: [{name, short, colour}…], moves: [[from index, to index, n]…]}
   trend     {periods: […], series: [{name, colour, values: […]}…], unit: "$"|"%"|"", mark: {at, name} or null}
   line      {points: [[date or label, value]…], unit, min, max, marks: [{at, name, colour}]} */

const root = document.documentElement;
const source = document.getElementById("ax-charts").dataset.echarts;
let loading = null;

const probe = document.createElement("i");
probe.hidden = true;

// A custom property that holds light-dark() comes back unresolved; a real property comes back as rgb().
export function ink(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--ax-${name})`;
  return getComputedStyle(probe).color;
}

const fade = (rgb, a) => rgb.replace("rgb(", "rgba(").replace(")", `, ${a})`);
const family = () => getComputedStyle(document.body).fontFamily;
const tier = (colour) => ink(`tier-${colour ?? 0}`);
const label = () => ({ color: ink("ink-2"), fontFamily: family(), fontSize: 11 });

function short(value, unit) {
  if (unit === "%") return `${Math.round(value * 100)}\u202f%`;
  const size = Math.abs(value);
  const [scaled, mark] = size >= 1e9 ? [value / 1e9, "B"] : size >= 1e6 ? [value / 1e6, "M"] : size >= 1e3 ? [value / 1e3, "k"] : [value, ""];
  const text = Number.isInteger(scaled) ? String(scaled) : scaled.toFixed(Math.abs(scaled) < 10 || mark === "M" ? 1 : 0);
  return `${unit ?? ""}${text.replace("-", "\u2212")}${mark}`;
}

const base = () => ({
  animation: false,
  textStyle: { fontFamily: family(), color: ink("ink-2"), fontSize: 11 },
  tooltip: {
    renderMode: "richText",
    confine: true,
    backgroundColor: ink("surface"),
    borderColor: ink("line-strong"),
    textStyle: { color: ink("ink"), fontFamily: family(), fontSize: 12 },
  },
});
const axis = () => ({
  axisLine: { lineStyle: { color: ink("line-strong") } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: ink("line") } },
  axisLabel: label(),
});
const none = { line: { show: false } };

function histogram(data) {
  const x = (_, i) => i * data.step + data.step / 2;
  const end = data.bars.length * data.step;
  const cuts = (data.cuts ?? []).map((cut) => ({
    xAxis: cut.at,
    lineStyle: { color: tier(cut.colour), width: 2, type: "solid" },
    label: { ...label(), formatter: cut.name, position: "end", distance: 4 },
  }));
  return {
    ...base(),
    grid: { left: 4, right: 4, top: 22, bottom: 20 },
    xAxis: { type: "value", min: 0, max: end, interval: end / 5, ...axis(), splitLine: none.line },
    yAxis: { type: "value", show: false },
    series: [
      {
        type: "custom",
        name: data.bars_name ?? "Accounts",
        data: data.bars.map((n, i) => [x(n, i), n]),
        itemStyle: { color: ink("bar-2") },
        renderItem: (_, api) => {
          const [cx, cy] = api.coord([api.value(0), api.value(1)]);
          const width = Math.max(api.size([data.step, 0])[0] - 2, 1);
          const shape = { x: cx - width / 2, y: cy, width, height: api.coord([0, 0])[1] - cy, r: [2, 2, 0, 0] };
          return { type: "rect", shape, style: { fill: fade(ink("bar-2"), 0.75) } };
        },
        markLine: { symbol: "none", silent: true, data: cuts },
      },
      ...(data.line
        ? [
            {
              type: "line",
              name: data.line_name ?? "Published",
              step: "middle",
              symbol: "none",
              data: data.line.map((n, i) => [x(n, i), n]),
              itemStyle: { color: ink("ink") },
              lineStyle: { color: ink("ink"), width: 1.25, type: [3, 2] },
            },
          ]
        : []),
    ],
  };
}

function sankey(data, el) {
  const narrow = el.clientWidth < 480;
  const sum = (side, i) => data.moves.filter((move) => move[side] === i).reduce((all, move) => all + move[2], 0);
  const name = (each) => (narrow ? (each.short ?? each.name) : each.name);
  const room = narrow ? 104 : Math.min(190, 34 + 7 * Math.max(...data.tiers.map((each) => name(each).length)));
  const node = (side, each, i) => ({
    name: `${side}${i}`,
    depth: side === "a" ? 0 : 1,
    itemStyle: { color: tier(each.colour), borderWidth: 0 },
    label:
      side === "a"
        ? { position: "left", formatter: `${name(each)}  ${sum(0, i)}` }
        : { position: "right", formatter: `${sum(1, i)}  ${name(each)}` },
  });
  const used = (side, i) => sum(side, i) > 0;
  return {
    ...base(),
    tooltip: {
      ...base().tooltip,
      formatter: ({ dataType, data: d }) =>
        dataType === "edge"
          ? `${data.tiers[Number(d.source.slice(1))].name} → ${data.tiers[Number(d.target.slice(1))].name}: ${d.value}`
          : "",
    },
    series: [
      {
        type: "sankey",
        left: room,
        right: room,
        top: 6,
        bottom: 6,
        nodeWidth: 8,
        nodeGap: 16,
        layoutIterations: 0,
        draggable: false,
        emphasis: { focus: "adjacency" },
        data: data.tiers.flatMap((each, i) => [
          ...(used(0, i) ? [node("a", each, i)] : []),
          ...(used(1, i) ? [node("b", each, i)] : []),
        ]),
        links: data.moves.map(([from, to, value]) => ({
          source: `a${from}`,
          target: `b${to}`,
          value,
          lineStyle: { color: tier(data.tiers[from].colour), opacity: 0.34, curveness: 0.5 },
        })),
        label: { color: ink("ink"), fontFamily: family(), fontSize: narrow ? 11 : 12, distance: 8 },
      },
    ],
  };
}

const DASHES = ["solid", [6, 3], [2, 3], [1, 2], [8, 3, 2, 3], [4, 4]];
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "arrow"];

// End labels that would lie on each other are pushed apart, in the order of their last values.
function offsets(series, height, top) {
  const ends = series.map((each, i) => ({ i, value: each.values.at(-1) ?? 0 })).sort((a, b) => b.value - a.value);
  const shift = [];
  let floor = -Infinity;
  for (const end of ends) {
    const at = height * (1 - end.value / (top || 1));
    const put = Math.max(at, floor + 14);
    shift[end.i] = put - at;
    floor = put;
  }
  return shift;
}

function nice(top) {
  const step = 10 ** Math.floor(Math.log10(top || 1));
  for (const times of [1, 2, 2.5, 4, 5, 8, 10]) if (times * step >= top) return times * step;
  return top;
}

function trend(data, el) {
  const narrow = el.clientWidth < 480;
  const top = nice(Math.max(0, ...data.series.flatMap((each) => each.values.map((value) => value ?? 0))));
  const shift = offsets(data.series, el.clientHeight - 50, top);
  const mark = data.mark && {
    symbol: "none",
    silent: true,
    lineStyle: { color: ink("ink-3"), type: [2, 3], width: 1 },
    label: { ...label(), formatter: data.mark.name, position: "end" },
    data: [{ xAxis: data.mark.at }],
  };
  return {
    ...base(),
    tooltip: { ...base().tooltip, trigger: "axis", valueFormatter: (value) => (value === null ? "\u2013" : short(value, data.unit)) },
    grid: { left: 48, right: narrow ? 92 : 120, top: 26, bottom: 24 },
    xAxis: { type: "category", data: data.periods, boundaryGap: false, ...axis(), splitLine: none.line },
    yAxis: {
      type: "value",
      max: top,
      splitNumber: 4,
      ...axis(),
      axisLine: none.line,
      axisLabel: { ...label(), formatter: (value) => (value ? short(value, data.unit) : "0") },
    },
    series: data.series.map((each, i) => ({
      name: each.name,
      type: "line",
      data: each.values,
      symbol: SYMBOLS[i % SYMBOLS.length],
      symbolSize: 6,
      showAllSymbol: true,
      itemStyle: { color: tier(each.colour) },
      lineStyle: { color: tier(each.colour), width: 2, type: DASHES[i % DASHES.length] },
      endLabel: {
        show: true,
        formatter: narrow ? (each.short ?? each.name) : each.name,
        color: ink("ink"),
        fontFamily: family(),
        fontSize: 11,
        distance: 8,
        offset: [0, shift[i]],
      },
      ...(mark && i === 0 ? { markLine: mark } : {}),
    })),
  };
}

function line(data) {
  const words = typeof data.points[0]?.[0] === "string" && !/^\d{4}-\d\d-\d\d/.test(data.points[0][0]);
  return {
    ...base(),
    tooltip: { ...base().tooltip, trigger: "axis", valueFormatter: (value) => short(value, data.unit) },
    grid: { left: 44, right: 16, top: 14, bottom: 24 },
    xAxis: { type: words ? "category" : "time", ...axis(), splitLine: none.line },
    yAxis: {
      type: "value",
      min: data.min ?? null,
      max: data.max ?? null,
      ...(data.max === undefined ? { splitNumber: 3 } : { interval: (data.max - (data.min ?? 0)) / 4 }),
      ...axis(),
      axisLine: none.line,
      axisLabel: { ...label(), formatter: (value) => short(value, data.unit) },
    },
    series: [
      {
        type: "line",
        data: data.points,
        symbol: "circle",
        symbolSize: 6,
        itemStyle: { color: ink("bar") },
        lineStyle: { color: ink("bar"), width: 2 },
        markLine: {
          symbol: "none",
          silent: true,
          data: (data.marks ?? []).map((mark) => ({
            yAxis: mark.at,
            lineStyle: { color: tier(mark.colour), width: 1.5, type: "solid" },
            label: { ...label(), formatter: mark.name, position: "insideStartTop" },
          })),
        },
      },
    ],
  };
}

const kinds = { histogram, sankey, trend, line };

function library() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const chart = window.echarts?.getInstanceByDom(target);
    if (!chart || Math.abs(chart.getWidth() - target.clientWidth) < 2) continue;
    chart.resize();
    draw(target, window.echarts);
  }
});

function draw(el, echarts) {
  const held = document.getElementById(el.dataset.source);
  if (!held || !el.clientWidth) return;
  const data = JSON.parse(held.textContent);
  echarts.getInstanceByDom(el)?.dispose();
  echarts.init(el).setOption(kinds[el.dataset.chart](data, el));
  el.dataset.axDrawn = "1";
  resized.observe(el);
}

async function drawAll() {
  const waiting = document.querySelectorAll("[data-chart]:not([data-ax-drawn])");
  if (!waiting.length) return;
  const echarts = await library();
  await document.fonts?.ready;
  for (const el of waiting) if (el.isConnected) draw(el, echarts);
}

drawAll();
document.addEventListener("htmx:afterSettle", drawAll);
new MutationObserver(() => {
  if (window.echarts) for (const el of document.querySelectorAll("[data-ax-drawn]")) draw(el, window.echarts);
}).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
