/* What every page does: dialogs, toasts, what is read aloud, and where the focus goes after a swap. */

const STAY = 6000;

// Dialogs: data-ax-open="id" opens, data-ax-close or a click beside it closes.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-ax-open]");
  if (opener) openDialog(opener.dataset.axOpen);
  else if (event.target.closest("[data-ax-close]") || event.target.matches("dialog[open]")) {
    event.target.closest("dialog")?.close();
  }
  const dismiss = event.target.closest("[data-ax-dismiss]");
  if (dismiss) dismiss.closest("[data-ax-toast]")?.remove();
});

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal || dialog.open) return;
  dialog.showModal();
  dialog.querySelector("input[type=search]")?.select();
}

// Up and down walk through search results.
document.addEventListener("keydown", (event) => {
  const dialog = event.target.closest("dialog#search");
  if (!dialog || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const stops = [dialog.querySelector("input"), ...dialog.querySelectorAll("#search-results a")];
  const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  stops[Math.max(0, Math.min(stops.length - 1, at))]?.focus();
  event.preventDefault();
});

// Toasts leave by themselves unless they say data-ax-toast="stay"; the pointer or focus on one holds it.
function arm(toast) {
  if (toast.dataset.axArmed || toast.dataset.axToast === "stay") return;
  toast.dataset.axArmed = "1";
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 1500) : toast.remove());
  setTimeout(leave, STAY);
}
const armAll = () => document.querySelectorAll("[data-ax-toast]").forEach(arm);
armAll();

export function toast(text, kind = "error") {
  const area = document.getElementById("toasts");
  if (!area) return;
  const box = document.createElement("div");
  box.className = `ax-toast${kind === "error" ? " is-bad" : ""}`;
  box.dataset.axToast = kind === "error" ? "stay" : "";
  if (kind === "error") box.setAttribute("role", "alert");
  const name = kind === "error" ? "alert-circle" : "circle-check";
  box.innerHTML =
    `<svg class="ax-i" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-${name}"/></svg><span class="ax-toast-t"></span>` +
    '<button type="button" class="ax-toast-x" data-ax-dismiss aria-label="Dismiss"><svg class="ax-i" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-x"/></svg></button>';
  box.querySelector(".ax-toast-t").textContent = text;
  area.append(box);
  arm(box);
}

// Anything that comes in with data-ax-say="8 accounts match" is read aloud once.
function say(text) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 60);
}

const FAILED = {
  0: "The server cannot be reached. What you typed is still here.",
  403: "This is not yours to change.",
  404: "This is not here any more. Reload the page to see what is.",
  413: "That is too large.",
  429: "Too many requests. Wait a moment, then try again.",
};

document.addEventListener("htmx:beforeSwap", (event) => {
  // A refusal that only speaks (its message comes out of band) changes nothing else on the page.
  if (event.detail.xhr.getResponseHeader("HX-Reswap") === "none" && event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  toast(FAILED[status] ?? (status >= 500 ? "Something broke on our side; nothing was changed. Try again." : "That was refused."));
});
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => toast(FAILED[0]));

// Both events come once for each element that was put in; `event.target` is the new one, also after an outerHTML swap.
const within = (el, selector) => (el?.matches?.(selector) ? el : el?.querySelector?.(selector));

document.addEventListener("htmx:afterSwap", (event) => {
  armAll();
  const speaking = within(event.target, "[data-ax-say]");
  if (speaking) say(speaking.dataset.axSay);
});

// Focus: to the element that the swapped part names with data-ax-focus; after a whole page to its main part.
document.addEventListener("htmx:afterSettle", (event) => {
  const named = within(event.target, "[data-ax-focus]");
  if (named) {
    if (!named.matches("a[href], button, input, select, textarea, [tabindex]")) named.tabIndex = -1;
    named.focus({ preventScroll: false });
  } else if (event.detail.target === document.body) {
    document.getElementById("main")?.focus({ preventScroll: true });
  }
});

// What scrolls sideways can be reached by the keyboard and has a name.
function reach() {
  for (const box of document.querySelectorAll(".ax-scroll")) {
    if (box.tabIndex >= 0 || box.scrollWidth <= box.clientWidth) continue;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    if (box.hasAttribute("aria-label") || box.hasAttribute("aria-labelledby")) continue;
    const heading = box.closest("section, main")?.querySelector("h1, h2, h3");
    box.setAttribute("aria-label", heading?.textContent.trim() || "Table");
  }
}
reach();
document.addEventListener("htmx:afterSettle", reach);
addEventListener("resize", reach);

// Rows and parts that open: a button with aria-controls and aria-expanded.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ax-toggle]");
  if (!button) return;
  const part = document.getElementById(button.getAttribute("aria-controls"));
  if (!part) return;
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  part.hidden = !open;
  button.closest("tr")?.classList.toggle("ax-open", open);
  button.querySelector("use")?.setAttribute("href", open ? "#i-chevron-down" : "#i-chevron-right");
});

// One tier at a time on a phone: buttons with data-ax-show="2" set data-show on the element they control.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ax-show]");
  if (!button) return;
  const grid = document.getElementById(button.getAttribute("aria-controls"));
  if (grid) grid.dataset.show = button.dataset.axShow;
  for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
});

// Copy what is in the element that data-ax-copy names.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-ax-copy]");
  if (!button) return;
  const from = document.getElementById(button.dataset.axCopy);
  await navigator.clipboard?.writeText((from.value ?? from.textContent).trim());
  toast("Copied.", "success");
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-ax-print]")) window.print();
});

// The tab one is on is in sight where tabs scroll sideways.
document.querySelector(".ax-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
