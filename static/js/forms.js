/* Forms: a slider and its number move together and show their sum; a form is sent once; filters send themselves. */

// data-ax-sync="name" on a range and on its number; data-ax-sum="group" on the numbers, shown in [data-ax-sum-of="group"].
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.dataset?.axSync) {
    const scope = field.closest("form, [data-ax-scope]") ?? document;
    for (const twin of scope.querySelectorAll(`[data-ax-sync="${CSS.escape(field.dataset.axSync)}"]`)) {
      if (twin !== field && "value" in twin) twin.value = field.value;
      else if (!("value" in twin)) twin.textContent = said(field.value, twin.dataset);
    }
    addUp(scope);
  } else if (field.dataset?.axSum) addUp(field.closest("form, [data-ax-scope]") ?? document);
});

// With data-ax-thousands="$" the value is money in thousands: `$940k`, `$1.205M`; else it stands before data-ax-unit.
function said(value, { axThousands: sign, axUnit: unit = "" }) {
  if (sign === undefined) return `${value}${unit}`;
  return value < 1000 ? `${sign}${value}k` : `${sign}${Number((value / 1000).toFixed(3))}M`;
}

function addUp(scope) {
  for (const shown of scope.querySelectorAll("[data-ax-sum-of]")) {
    const parts = scope.querySelectorAll(`[data-ax-sum="${CSS.escape(shown.dataset.axSumOf)}"]`);
    const sum = [...parts].reduce((total, part) => total + (Number(part.value) || 0), 0);
    shown.textContent = String(sum);
    const wanted = Number(shown.dataset.axWanted ?? NaN);
    const box = shown.closest("[data-ax-sum-box]") ?? shown;
    box.classList.toggle("ax-attn", !Number.isNaN(wanted) && sum !== wanted);
  }
}

// data-ax-confirm="Sentence?" asks before a form or a button acts.
document.addEventListener(
  "submit",
  (event) => {
    const asked = event.submitter?.dataset.axConfirm ?? event.target.dataset.axConfirm;
    if (asked && !window.confirm(asked)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true,
);

// Sent once: a second submit is dropped until the answer is there.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.dataset.axAgain !== undefined) return;
    if (form.dataset.axSent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (event.defaultPrevented) return;
    form.dataset.axSent = "1";
    if (form.matches("[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]")) {
      // Nothing was asked when a question (hx-confirm) was answered with no.
      setTimeout(() => form.dataset.axSent === "1" && free(form));
      return;
    }
    // Buttons go dull after the form has been read, so that the pressed one's name and value are sent.
    setTimeout(() => {
      for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
    });
  },
  true,
);
const free = (form) => {
  delete form.dataset.axSent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
};
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("form[data-ax-sent]");
  if (form) form.dataset.axSent = "asked";
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) free(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-ax-sent]").forEach(free));

// Filters: form[data-ax-filter] sends itself on change, without the empty fields, so that the address stays short.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-ax-filter]");
  if (form && !event.target.closest("[data-ax-hold]")) form.requestSubmit();
});
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-ax-filter]")) return;
  for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
});

// A file field that shows what was chosen: data-ax-file names the element.
document.addEventListener("change", (event) => {
  const shown = event.target.dataset?.axFile && document.getElementById(event.target.dataset.axFile);
  if (shown) shown.textContent = [...event.target.files].map((file) => file.name).join(", ");
});
