/* Keys. Silent while a field has the focus, with Ctrl, Alt or Meta, and when body says data-keys="off".
   `?` and `/` everywhere; `g` then a letter follows a link with that data-go (the page's own before the navigation's); j k x enter walk the rows of [data-ax-list];
   any other key presses the visible element with that data-key. */

const WAIT = 1200;
let going = 0;

const typing = (el) => el?.matches?.("input:not([type=checkbox], [type=radio], [type=range], [type=button]), textarea, select, [contenteditable]");
const visible = (el) => el.offsetParent !== null && !el.disabled;
const find = (root, selector) => [...root.querySelectorAll(selector)].find(visible);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.body.dataset.keys === "off" && event.key.length === 1) return;
  const dialog = document.querySelector("dialog[open], .modal.show");
  const handled = dialog ? press(dialog, event.key) : go(event.key) || common(event.key) || walk(event) || press(document, event.key);
  if (handled) event.preventDefault();
});

function common(key) {
  const id = { "?": "keys", "/": "search" }[key];
  if (!id) return false;
  document.querySelector(`[data-ax-open="${id}"]`)?.click();
  return true;
}

function go(key) {
  if (key === "g" && !going) {
    going = setTimeout(() => (going = 0), WAIT);
    return true;
  }
  if (!going) return false;
  clearTimeout(going);
  going = 0;
  const asked = `[data-go="${CSS.escape(key)}"]`;
  const link = document.querySelector(`main ${asked}`) ?? document.querySelector(asked);
  link?.click();
  return Boolean(link);
}

function press(root, key) {
  if (key.length !== 1 && key !== "Enter" && key !== "Escape") return false;
  if (key === "Enter" && document.activeElement?.matches("a, button, summary, input")) return false;
  const button = find(root, `[data-key="${CSS.escape(key === "Enter" ? "enter" : key === "Escape" ? "esc" : key)}"]`);
  if (!button) return false;
  if (typing(button)) button.focus();
  else button.click();
  return true;
}

// Lists: [data-ax-list] holds rows marked data-ax-row; the row's first link (or [data-ax-open-row]) opens it.
function walk(event) {
  const list = find(document, "[data-ax-list]");
  if (!list || !["j", "k", "x", "Enter"].includes(event.key)) return false;
  const rows = [...list.querySelectorAll("[data-ax-row]")].filter(visible);
  const at = rows.findIndex((row) => row.classList.contains("ax-cursor"));
  if (event.key === "j" || event.key === "k") {
    if (!rows.length) return false;
    moveTo(rows, at, Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1))));
    return true;
  }
  if (at < 0) return false;
  if (event.key === "x") {
    rows[at].querySelector("input[type=checkbox]")?.click();
    return true;
  }
  if (document.activeElement?.matches("a, button, summary")) return false;
  rows[at].querySelector("[data-ax-open-row], a[href]")?.click();
  return true;
}

function moveTo(rows, from, to) {
  if (from >= 0) rows[from].classList.remove("ax-cursor");
  rows[to].classList.add("ax-cursor");
  rows[to].scrollIntoView({ block: "nearest" });
  const link = rows[to].querySelector("[data-ax-open-row], a[href]");
  link?.focus({ preventScroll: true });
}
