/** How long a share link is open, as people write it: `30m`, `12h`, `7d`. */

/** How long a link is open when nothing is said, in seconds; and the shortest and longest. */
export const DEFAULT_SECONDS = 7 * 86_400;
export const SHORTEST_SECONDS = 60;
export const LONGEST_SECONDS = 365 * 86_400;

const SECONDS = { m: 60, h: 3600, d: 86_400 } as const;

/**
 * Seconds of a time as it is written.
 * @throws RangeError `invalid --expires: 7 (as 30m, 12h or 7d, at most 365d)`
 * @example
 * ```ts
 * import { expirySeconds } from "./expiry.ts";
 * expirySeconds("7d"); // 604800
 * ```
 */
export function expirySeconds(text: string): number {
  const parts = /^(\d{1,6})([mhd])$/.exec(text.trim());
  const seconds = parts ? Number(parts[1]) * SECONDS[parts[2] as keyof typeof SECONDS] : NaN;
  if (seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS) return seconds;
  throw new RangeError(`invalid --expires: ${text.slice(0, 50)} (as 30m, 12h or 7d, at most 365d)`);
}

/**
 * How long something is still open: `6 d 23 h`, `2 h 5 min`, `1 min`.
 * @param milliseconds from now on
 * @example
 * ```ts
 * import { leftText } from "./expiry.ts";
 * leftText(7_500_000); // "2 h 5 min"
 * ```
 */
export function leftText(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000));
  const hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (days > 0) return hours % 24 > 0 ? `${days} d ${hours % 24} h` : `${days} d`;
  if (hours > 0) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${minutes} min`;
}
