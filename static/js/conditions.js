/* The form of conditions: [data-ax-find] narrows the rows data-ax-find-in="words", opens groups that hold a hit. */

function narrow(field) {
  const form = field.closest("[data-ax-conds]");
  const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const group of form.querySelectorAll("[data-ax-find-group]")) {
    let hits = 0;
    for (const row of group.querySelectorAll("[data-ax-find-in]")) {
      const hit = words.every((word) => row.dataset.axFindIn.includes(word));
      row.hidden = !hit;
      hits += hit ? 1 : 0;
    }
    group.hidden = hits === 0;
    if (words.length) group.open = hits > 0;
    shown += hits;
  }
  const none = form.querySelector("[data-ax-find-none]");
  if (none) none.hidden = shown > 0;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-ax-find]")) narrow(event.target);
});
document.addEventListener("keydown", (event) => {
  // Enter in the search goes to the first row it found, and never sends the form.
  if (event.key !== "Enter" || !event.target.matches("[data-ax-find]")) return;
  event.preventDefault();
  event.target.closest("[data-ax-conds]").querySelector("[data-ax-find-in]:not([hidden]) :is(select, input)")?.focus();
});
