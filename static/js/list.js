/* Selecting rows. [data-ax-list] holds checkboxes data-ax-select (one a row) and data-ax-select-page (in the head);
   the bulk bar is [data-ax-bulk="id of the list"], hidden while nothing is selected. Inside it [data-ax-count] shows
   how many, [data-ax-clear] clears, and [data-ax-all] asks for all that match: it sets the hidden input `all` to 1;
   how many those are stands in data-ax-matching, on that button or on the bar. */

const boxes = (list) => [...list.querySelectorAll("input[data-ax-select]")];

function bulkOf(list) {
  return document.querySelector(`[data-ax-bulk="${list.id}"]`);
}

function show(list) {
  const all = boxes(list);
  const chosen = all.filter((box) => box.checked);
  for (const box of all) {
    const row = box.closest("tr, [data-ax-row]");
    if (box.checked) row?.setAttribute("aria-selected", "true");
    else row?.removeAttribute("aria-selected");
  }
  const head = list.querySelector("input[data-ax-select-page]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  const bulk = bulkOf(list);
  if (!bulk) return;
  bulk.hidden = chosen.length === 0;
  const every = bulk.querySelector("input[name=all]");
  if (every && chosen.length < all.length) every.value = "";
  const count = bulk.querySelector("[data-ax-count]");
  const matching = bulk.querySelector("[data-ax-matching]")?.dataset.axMatching ?? bulk.dataset.axMatching ?? "";
  if (count) count.textContent = every?.value ? `All ${matching}`.trim() : String(chosen.length);
  bulk.querySelector("[data-ax-all]")?.toggleAttribute("hidden", chosen.length < all.length || Boolean(every?.value));
}

let last = null;

document.addEventListener("click", (event) => {
  const box = event.target.closest("input[data-ax-select]");
  if (box) {
    const list = box.closest("[data-ax-list]");
    const all = boxes(list);
    if (event.shiftKey && last && all.includes(last)) {
      const [a, b] = [all.indexOf(last), all.indexOf(box)].sort((x, y) => x - y);
      for (const between of all.slice(a, b + 1)) between.checked = box.checked;
    }
    last = box;
    show(list);
    return;
  }
  const head = event.target.closest("input[data-ax-select-page]");
  if (head) {
    const list = head.closest("[data-ax-list]");
    for (const each of boxes(list)) each.checked = head.checked;
    show(list);
    return;
  }
  const bulk = event.target.closest("[data-ax-bulk]");
  const list = bulk && document.getElementById(bulk.dataset.axBulk);
  if (!list) return;
  const every = bulk.querySelector("input[name=all]");
  if (event.target.closest("[data-ax-all]") && every) {
    every.value = "1";
    show(list);
  } else if (event.target.closest("[data-ax-clear]")) {
    for (const each of boxes(list)) each.checked = false;
    if (every) every.value = "";
    show(list);
  }
});

// Row height, kept in this browser: buttons data-ax-density="compact" or "" inside an .ax-seg.
const density = () => localStorage.getItem("ax-density") ?? "";
function showDensity() {
  for (const table of document.querySelectorAll("[data-ax-list] table, table[data-ax-list]")) {
    table.classList.toggle("ax-compact", density() === "compact");
  }
  for (const button of document.querySelectorAll("[data-ax-density]")) {
    button.setAttribute("aria-pressed", String(button.dataset.axDensity === density()));
  }
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ax-density]");
  if (!button) return;
  localStorage.setItem("ax-density", button.dataset.axDensity);
  showDensity();
});

function start() {
  showDensity();
  for (const list of document.querySelectorAll("[data-ax-list]")) if (boxes(list).length) show(list);
}
start();
document.addEventListener("htmx:afterSettle", start);

// A filtered list that was opened as a page is read aloud as one that was swapped in would be.
const filtered = document.querySelector("[data-ax-say-now][data-ax-say]");
const live = document.getElementById("live");
if (filtered && live) setTimeout(() => (live.textContent = filtered.dataset.axSay), 300);
