/** The page has moments; how long ago they were is said here, again each minute. */
import { ago, agoShort } from "../pages/words.ts";

const MINUTE_MS = 60_000;

/** Words every moment below a place that `timeAgo` wrote. */
export function wordAges(place: ParentNode, now = Date.now()): void {
  for (const time of place.querySelectorAll<HTMLElement>("time[data-age]")) {
    const at = Date.parse(time.getAttribute("datetime")!),
      words = time.dataset.age === "short" ? agoShort : ago;
    time.textContent = words(at, now);
  }
}

/** Words those of the page, now and each minute. */
export function followAges(): void {
  wordAges(document);
  setInterval(() => wordAges(document), MINUTE_MS);
}
