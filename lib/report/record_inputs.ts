/** The values that a recording is asked to give inputs: words of the command line, or what somebody chose in a page. */
import { cellNamed } from "../notebook/cell_named.ts";
import { fromText } from "../notebook/input_words.ts";
import { type Input, validated } from "../notebook/inputs.ts";
import { neededCells } from "../notebook/needed_cells.ts";
import type { Cell, Notebook } from "../notebook/notebook.ts";
import { RecordFault, type RecordOptions } from "./record_options.ts";

type Asked = Pick<RecordOptions, "set" | "values">;

/** Names of the inputs that are given a value. */
export const askedInputs = ({ set = {}, values = {} }: Asked): string[] => [
  ...new Set([...Object.keys(set), ...Object.keys(values)]),
];

/**
 * The cells that say what these inputs are, with what they read.
 * @throws RecordFault for a name that is no input, and for an input that only a page can make
 */
export function inputCells(notebook: Notebook, names: readonly string[]): Cell[] {
  const known = notebook.cells.flatMap(({ views }) => views);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RecordFault(`unknown input: ${unknown} (has ${known.join(", ") || "none"})`);
  }
  const own = notebook.cells.filter(({ views }) => views.some((name) => names.includes(name)));
  const cells = neededCells(notebook.cells, own), ofPage = cells.find(({ place }) => place === "browser");
  if (!ofPage) return cells;
  const name = names.find((each) =>
    neededCells(notebook.cells, own.filter(({ views }) => views.includes(each))).includes(ofPage)
  );
  throw new RecordFault(
    `cannot set ${name}: it depends on ${cellNamed(ofPage.name)}, which runs in the page`,
  );
}

/**
 * What is asked for, as values that the inputs can have.
 *
 * @param inputs what they are, by name
 * @throws InvalidInput `invalid value: 40 (patience: 1 to 30)`; RecordFault for one whose cell failed
 */
export function askedValues(
  { set = {}, values = {} }: Asked,
  inputs: ReadonlyMap<string, Input>,
): Record<string, unknown> {
  const read = askedInputs({ set, values }).map((name) => {
    const input = inputs.get(name);
    if (!input) throw new RecordFault(`cannot set ${name}: its cell failed`);
    const value = Object.hasOwn(set, name)
      ? fromText(input, set[name], name)
      : validated(input, values[name], name);
    return [name, value];
  });
  return Object.fromEntries(read);
}
