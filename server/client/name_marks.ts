/** The names that Plot gives its marks are allowed only of what has a role. */
export function nameMarks(figure: Element): void {
  for (const mark of figure.querySelectorAll("g[aria-label]:not([role])")) mark.setAttribute("role", "group");
}
