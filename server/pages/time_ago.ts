import { html, type Markup } from "./markup.ts";

/** How the page's script words an age: `4 min ago`, or `4 min` where a heading says the rest. */
export type AgeForm = "long" | "short";

/**
 * A moment, whole: a page that says how long ago it was would be another page each minute. Its script words it; the page
 * alone has date and time, `22 Nov 2026, 08:30 UTC`.
 * @param at milliseconds since 1970
 * @param form default long
 */
export function timeAgo(at: number, form: AgeForm = "long"): Markup {
  const moment = new Date(at);
  const text = moment.toLocaleString(
    "en-GB",
    {
      ...{
        day: "numeric",
        month: "short",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        timeZone: "UTC",
      },
    } as const,
  );
  return html`<time datetime="${moment.toISOString()}" data-age="${form}">${text} UTC</time>`;
}
