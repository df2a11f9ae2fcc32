/** Curves as one line of block characters, for terminals and logs. */

const BLOCKS = "▁▂▃▄▅▆▇█";

/** Means of one constant differ by so little, as a share. */
const ROUNDING = 1e-9;

/**
 * Draws `values` in at most `columns` characters: each character is the mean of its share of the values, from
 * the lowest (▁) to the highest (█). Gaps (NaN) are spaces. Values above `ceiling` are drawn as the highest.
 *
 * @example
 * ```ts
 * import { blocks } from "./blocks.ts";
 * blocks([1, 2, 3, 4], 4); // "▁▃▆█"
 * ```
 */
export function blocks(
  values: ArrayLike<number>,
  columns: number,
  ceiling = Infinity,
  floor = -Infinity,
): string {
  const width = Math.max(0, Math.min(columns, values.length));
  const means = Array.from({ length: width }, (_, column) => {
    const [from, to] = [column, column + 1].map((edge) => Math.floor(edge * values.length / width));
    return mean(values, from, to, ceiling, floor);
  });
  const drawn = means.filter(Number.isFinite);
  const [low, high] = [Math.min(...drawn), Math.max(...drawn)];
  const flat = high - low <= ROUNDING * Math.abs(high);
  return means.map((value) => {
    if (!Number.isFinite(value)) return " ";
    return BLOCKS[flat ? 0 : Math.round((value - low) / (high - low) * (BLOCKS.length - 1))];
  }).join("");
}

/** Breaks `parts` into lines of at most `columns` characters; a part longer than a line is cut with an ellipsis. */
export function wrapParts(parts: readonly string[], columns: number, gap = "   "): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && [...last, ...gap, ...part].length <= columns) {
      lines[lines.length - 1] = `${last}${gap}${part}`;
    } else lines.push(cut(part, columns));
  }
  return lines;
}

function cut(text: string, columns: number): string {
  const characters = [...text];
  return characters.length <= columns ? text : `${characters.slice(0, Math.max(0, columns - 1)).join("")}…`;
}

function mean(values: ArrayLike<number>, from: number, to: number, ceiling: number, floor: number): number {
  let [total, count] = [0, 0];
  for (let index = from; index < to; index++) {
    if (!Number.isFinite(values[index])) continue;
    total += Math.max(floor, Math.min(ceiling, values[index]));
    count++;
  }
  return count > 0 ? total / count : NaN;
}
