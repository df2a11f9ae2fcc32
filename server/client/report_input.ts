/** An input of a report, with no other values than those whose results were computed. */
import { sameData } from "../../lib/notebook/codec.ts";
import { distinctData } from "../../lib/notebook/distinct_data.ts";
import type { Choice, Input } from "../../lib/notebook/inputs.ts";
import { rangePlaces } from "../../lib/report/range_places.ts";
import type { Recording } from "../../lib/report/recording.ts";

/** Values up to which all stand beside each other. */
const BESIDE = 6;

/** Its values of which a state was computed; all where it is none of the server's, or each has its state. */
export function statedInput(
  { inputs, groups }: Pick<Recording, "inputs" | "groups">,
  name: string,
  input: Input,
): Input {
  const group = groups.find(({ inputs }) => inputs.includes(name));
  if (group === undefined || input.kind === "toggle") return input;
  const at = group.inputs.indexOf(name);
  const values = distinctData([
    ...(name in inputs ? [inputs[name]] : []),
    ...group.states.map(({ values }) => values[at]),
  ]);
  const has = (value: unknown) => values.some((other) => sameData(other, value));
  if (input.kind === "range") {
    return values.length >= rangePlaces(input) ? input : choiceOf(input, sorted(values), input.unit);
  }
  if (input.kind === "text" || input.kind === "path") return choiceOf(input, values, "");
  const kept = input.options.map((option, i) => [option, input.labels[i]] as const)
    .filter(([option]) => has(option));
  return { ...input, options: kept.map(([option]) => option), labels: kept.map(([, label]) => label) };
}

function choiceOf({ label, value }: Input, options: readonly unknown[], unit: string): Choice<unknown> {
  return {
    type: "input",
    kind: options.length <= BESIDE ? "choice" : "select",
    label,
    value,
    options,
    labels: options.map((option) => option === "" ? "none" : `${option} ${unit}`.trim()),
  };
}

const sorted = (values: readonly unknown[]): readonly unknown[] =>
  values.toSorted((a, b) => Number(a) - Number(b));
