/** The search box of the index: shows the notebooks and runs whose words contain all that was typed. */

import { address } from "./address.ts";

/** True when every word of the query occurs in the text. */
export function matches(text: string, query: string): boolean {
  const where = text.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => where.includes(word));
}

export function startSearch(box: HTMLInputElement): void {
  const entries = [...document.querySelectorAll<HTMLElement>("#books > li")];
  const runs = [...document.querySelectorAll<HTMLElement>("#recent tbody tr")];
  const none = document.getElementById("none");
  const all = document.getElementById("all-runs") as HTMLAnchorElement | null;
  box.addEventListener("input", () => {
    for (const entry of [...entries, ...runs]) entry.hidden = !matches(entry.textContent ?? "", box.value);
    if (none) none.hidden = entries.some((entry) => !entry.hidden);
    // the newest are here; all others are looked for among the runs
    const query = box.value.trim();
    if (all) all.href = address(query === "" ? "/runs" : `/runs?filter=${encodeURIComponent(query)}`);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target === box) return;
    event.preventDefault();
    box.focus();
  });
}
