/**
 * What a notebook imports to be one, as it behaves when the file runs as a script. In kernel and page each cell gets
 * its own `view`, `live`, `display` and `signal` with the same types.
 */
import type { InputBase } from "./inputs.ts";
import { printed } from "./print.ts";
import { delivery, type LiveOptions } from "./stream.ts";
import { terminalColumns } from "./terminal_columns.ts";

export type { LiveOptions };

/** Prose with computed values; what `md` makes. */
export interface Markdown {
  readonly type: "markdown";
  readonly text: string;
}

/**
 * The value of an input. In a page the input is drawn, and what reads the value runs again when it moves.
 * @example
 * ```ts
 * import { inputs, view } from "plateau";
 * const patience = view(inputs.range([1, 30], { value: 5 }));
 * ```
 */
export function view<T>(input: InputBase<T>): T {
  return input.value;
}

/**
 * The value of a stream: in a page what reads it runs again as values come, as a script it is the last one. Always
 * written `await live(…)`. Rejects when the stream throws or ends without a value.
 *
 * @param options `deliver`: `"latest"`, the default, lets what reads the value skip some when more come than it can
 * take; with `"all"` each value reaches each cell that reads it, directly or not, in order and once, and the next is
 * asked for when all of them have ended their work. As a script they run once, on the last value, with either.
 * @throws TypeError `invalid deliver: some (latest or all)`
 * @example
 * ```ts
 * import { live } from "plateau";
 * async function* squares() { for (let i = 0; i < 3; i++) yield i * i; }
 * const latest = await live(squares());
 * const each = await live(squares(), { deliver: "all" });
 * ```
 */
export async function live<T>(source: AsyncIterable<T>, options?: LiveOptions): Promise<T> {
  delivery(options);
  let last: { value: T } | undefined;
  for await (const value of source) last = { value };
  if (!last) throw new Error("live: the stream ended without a value");
  return last.value;
}

/** Shows a value, and returns it. As a script: prints it, charts and tables as text. */
export function display<T>(value: T): T {
  console.log(printed(value, terminalColumns()));
  return value;
}

/**
 * Prose in markdown with computed values.
 * @example
 * ```ts
 * import { display, md } from "plateau";
 * display(md`Stopped at step **${1200}**.`);
 * ```
 */
export function md(strings: TemplateStringsArray, ...values: unknown[]): Markdown {
  return { type: "markdown", text: strings.reduce((text, part, i) => text + String(values[i - 1]) + part) };
}

/** Aborted when the cell's work is superseded or stopped; as a script, never. */
export const signal: AbortSignal = new AbortController().signal;
