/* In the head, before anything is painted: the person's choice is on <html> already; "system" is looked up here. */
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const wanted = root.dataset.axTheme;
    root.setAttribute("data-bs-theme", wanted === "light" || wanted === "dark" ? wanted : dark.matches ? "dark" : "light");
  };
  show();
  dark.addEventListener("change", show);

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-ax-theme-choice]");
    if (!button) return;
    root.dataset.axTheme = button.dataset.axThemeChoice;
    show();
    for (const other of document.querySelectorAll("[data-ax-theme-choice]")) {
      other.setAttribute("aria-pressed", String(other.dataset.axThemeChoice === root.dataset.axTheme));
    }
    const url = document.querySelector("[data-theme-url]")?.dataset.themeUrl;
    if (url) window.htmx?.ajax("POST", url, { values: { theme: root.dataset.axTheme }, swap: "none" });
  });
})();
