/* The review card: enter sends a sentence, a number picks a reason, the list keeps the open card in sight. */

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  const field = event.target.closest?.("textarea[data-ax-enter]");
  if (!field) return;
  event.preventDefault();
  field.form.requestSubmit();
});

// A number presses a choice (keys.js clicks it, so the event is not the person's own); the sentence is next.
document.addEventListener("click", (event) => {
  const choice = event.target.closest?.(".ax-say .ax-reasons input");
  if (choice && !event.isTrusted) (choice.form.querySelector("textarea") ?? choice).focus();
});

function keepInSight() {
  document.querySelector(".ax-queue-l .ax-q[aria-current]")?.scrollIntoView({ block: "nearest" });
}
keepInSight();
document.addEventListener("htmx:afterSettle", keepInSight);
