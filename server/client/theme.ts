/** Runs before the page is drawn, so that a chosen theme never flashes the other one. */
let chosen: string | null = null;
try {
  chosen = localStorage.getItem("plateau-theme");
} catch {
  // Storage may be forbidden: then the system's theme holds.
}
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;

document.addEventListener("click", (event) => {
  if (!(event.target as Element).closest("#theme")) return;
  const root = document.documentElement;
  const dark = root.dataset.theme === undefined
    ? matchMedia("(prefers-color-scheme: dark)").matches
    : root.dataset.theme === "dark";
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("plateau-theme", root.dataset.theme);
  } catch {
    // The choice holds for this page.
  }
});
