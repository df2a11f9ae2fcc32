/** How the pages say times and counts; numbers as the charts say them. */
import { clock, thousands } from "../../lib/charts/format.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long ago something was: `just now`, `4 min ago`, `2 h ago`, `yesterday`, `18 Nov`, `18 Nov 2024`.
 * @param at milliseconds since 1970
 * @param now the same, for the present
 */
export function ago(at: number, now: number): string {
  const past = Math.max(0, now - at);
  if (past < MINUTE) return "just now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  if (past < 2 * DAY) return "yesterday";
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  const year: Intl.DateTimeFormatOptions = sameYear ? {} : { year: "numeric" };
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...year });
}

/** The same below a heading that says `ago`: `now`, `4 min`, `yesterday`. */
export function agoShort(at: number, now: number): string {
  const words = ago(at, now);
  return words === "just now" ? "now" : words.replace(/ ago$/, "");
}

/** How long a finished run took: `0.2 s`, `14 s`, `1:29`. */
export function took(seconds: number): string {
  if (seconds < 0.05) return "";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 60 ? `${Math.round(seconds)} s` : clock(seconds);
}

/** What a run would take, by its last one: `≈ 42 s`, `≈ 1:10`; nothing below a second. */
export function price(seconds: number | undefined): string {
  if (seconds === undefined || seconds < 1) return "";
  return seconds < 59.5 ? `≈ ${Math.round(seconds)} s` : `≈ ${clock(Math.round(seconds))}`;
}

/** `1 cell`, `2 cells`. */
export function count(value: number, noun: string): string {
  return `${thousands(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A name as part of an address: lower case, letters, digits and hyphens. */
export function slug(name: string): string {
  const parts = name.normalize("NFKD").toLowerCase().match(/[\p{L}\p{N}]+/gu);
  return parts?.join("-") ?? "cell";
}
