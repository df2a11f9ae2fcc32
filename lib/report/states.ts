/**
 * Which inputs of the server can still be moved in a report: those whose few states are computed when it is made. Inputs
 * that some cell reads together form a group, and only its products are computed, not those of all inputs.
 */
import { sameData } from "../notebook/codec.ts";
import { distinctData } from "../notebook/distinct_data.ts";
import type { Input, Range } from "../notebook/inputs.ts";
import type { Cell, Notebook } from "../notebook/notebook.ts";
import { below, inKernel, onServer, trains } from "../notebook/session_reach.ts";
import { rangePlaces } from "./range_places.ts";

/** How much is computed beforehand. */
export const STATE_LIMITS = {
  /** places of a slider */
  steps: 12,
  /** seconds that the cells below an input take */
  seconds: 2,
  /** states of inputs that are read together, and of all */
  group: 64,
  all: 200,
} as const;

/** What is known of a notebook that has run. */
export interface Ran {
  /** what its inputs are, by name; one whose cell failed is missing */
  readonly inputs: ReadonlyMap<string, Input>;
  /** what they are now */
  readonly values: Readonly<Record<string, unknown>>;
  /** how long the last run of a cell took, by key */
  readonly seconds: (key: string) => number;
}

/** Inputs that are read together, and every product of their states but the present one. */
export interface PlannedGroup {
  readonly inputs: readonly string[];
  readonly states: readonly (readonly unknown[])[];
}

export interface StatePlan {
  readonly groups: readonly PlannedGroup[];
  /** by name, why an input stays as it is */
  readonly frozen: Readonly<Record<string, string>>;
}

/** An input with a set of states. */
interface Open {
  readonly name: string;
  readonly states: readonly unknown[];
  /** cells of the server that it reaches */
  readonly cells: ReadonlySet<Cell>;
}

/**
 * The states to compute. An input has a set of states when it is a choice, a list, a toggle or a slider of at most 12
 * places, or when its cell declares them: `inputs.range([1, 30], { states: [5, 10, 20] })`. Below one that does not
 * declare them, no cell may train, and all together take at most 2 s. A group has at most 64 states, a report 200.
 *
 * @param notebook whose inputs of the server are judged, in file order
 */
export function planStates(notebook: Notebook, ran: Ran): StatePlan {
  const frozen: Record<string, string> = {};
  const names = notebook.cells.flatMap(({ views }) =>
    views.filter((name) => notebook.toServer.includes(name))
  );
  const open = names.flatMap((name): Open[] => {
    const cells = new Set(reachedBy(notebook, name).filter(onServer));
    const why = reasonAgainst(notebook, name, cells, ran), { states, value } = valuesOf(ran, name);
    if (why === undefined) return [{ name, states: distinctData([...states!, value]), cells }];
    frozen[name] = why;
    return [];
  });
  const groups = withinAll(withinGroup(open, frozen), frozen);
  return {
    groups: groups.map((group) => ({
      inputs: group.map(({ name }) => name),
      states: products(group).filter((state) =>
        !state.every((value, i) => sameData(value, ran.values[group[i].name]))
      ),
    })),
    frozen,
  };
}

/** Cells of the kernel that change with an input. */
export const reachedBy = (notebook: Notebook, name: string): Cell[] =>
  below(notebook.cells, [name], (cell) => inKernel(notebook, cell));

const valuesOf = ({ inputs, values }: Ran, name: string) => {
  const input = inputs.get(name);
  return { input, states: input && statesOf(input), value: values[name] };
};

/** Why the states of an input are not computed. */
function reasonAgainst(
  notebook: Notebook,
  name: string,
  cells: ReadonlySet<Cell>,
  ran: Ran,
): string | undefined {
  const { input, states } = valuesOf(ran, name);
  if (!input) return "its cell failed";
  const cell = notebook.cells.find(({ views }) => views.includes(name))!;
  const above = notebook.toServer.find((other) => reachedBy(notebook, other).includes(cell));
  if (above !== undefined) return `what it can be follows from ${above}`;
  if (!states) return stateless(input);
  if (input.states) return undefined;
  if ([...cells].some(trains)) return "changing it trains again";
  const seconds = [...cells].reduce((sum, { key }) => sum + ran.seconds(key), 0);
  return seconds > STATE_LIMITS.seconds ? `a run below it takes ${secondsText(seconds)}` : undefined;
}

/** Whether a reason that was given by `planStates` hangs on how fast its machine is. */
export const isTimed = (reason: string): boolean =>
  /^a run below it takes (\d\.\d|\d{1,3}(,\d{3})*) s$/.test(reason);
/** Whether it hangs on which other inputs were left. */
export const isShared = (reason: string): boolean =>
  /^(it has [\d,]+ states together with [\p{L}\p{N}_$, ]+|all inputs together have more than \d+ states)$/u
    .test(reason);

const secondsText = (seconds: number) =>
  seconds < 10 ? `${seconds.toFixed(1)} s` : `${thousands(Math.round(seconds))} s`;
const thousands = (count: number) => count.toLocaleString("en-US");

/** Every value that an input can have, when they are few or its cell declares them. */
function statesOf(input: Input): readonly unknown[] | undefined {
  if (input.states) return input.states;
  switch (input.kind) {
    case "choice":
    case "select":
      return input.options;
    case "toggle":
      return [false, true];
    case "range": {
      const count = rangePlaces(input);
      return count <= STATE_LIMITS.steps
        ? Array.from({ length: count }, (_, i) => place(input, i))
        : undefined;
    }
    default:
      return undefined;
  }
}

/** As a page's slider gives it. */
const place = ({ min, max, step }: Range, i: number): number =>
  Number(Math.min(max, min + i * step).toPrecision(12));

function stateless(input: Input): string {
  if (input.kind !== "range") {
    return "any text could be typed here, and only results that were computed are inside";
  }
  const count = rangePlaces(input);
  return Number.isFinite(count) ? `it has ${thousands(count)} states` : "it has a state at every number";
}

/** Joins those that a cell reads together, and freezes the largest of a group that has too many states. */
function withinGroup(open: readonly Open[], frozen: Record<string, string>): Open[][] {
  let left = [...open];
  for (;;) {
    const groups = joined(left), large = groups.find((group) => count(group) > STATE_LIMITS.group);
    if (!large) return groups;
    const most = Math.max(...large.map(({ states }) => states.length));
    const out = large.findLast(({ states }) => states.length === most)!;
    const others = large.filter((each) => each !== out).map(({ name }) => name);
    frozen[out.name] = others.length === 0
      ? `it has ${thousands(most)} states`
      : `it has ${thousands(count(large))} states together with ${others.join(", ")}`;
    left = left.filter((each) => each !== out);
  }
}

/** Small groups first, until the report has enough. */
function withinAll(groups: readonly Open[][], frozen: Record<string, string>): Open[][] {
  let sum = 0;
  const kept = new Set<Open[]>();
  for (const group of groups.toSorted((a, b) => count(a) - count(b))) {
    sum += count(group);
    if (sum <= STATE_LIMITS.all) kept.add(group);
    else {
      for (const { name } of group) {
        frozen[name] = `all inputs together have more than ${STATE_LIMITS.all} states`;
      }
    }
  }
  return groups.filter((group) => kept.has(group));
}

function joined(open: readonly Open[]): Open[][] {
  const groups: Open[][] = [];
  for (const input of open) {
    const meets = groups.filter((group) => group.some(({ cells }) => !cells.isDisjointFrom(input.cells)));
    const rest = groups.filter((group) => !meets.includes(group));
    groups.splice(0, Infinity, ...rest, [...meets.flat(), input]);
  }
  const place = (group: readonly Open[]) => Math.min(...group.map((each) => open.indexOf(each)));
  const inOrder = (group: Open[]) => group.toSorted((a, b) => open.indexOf(a) - open.indexOf(b));
  return groups.toSorted((a, b) => place(a) - place(b)).map(inOrder);
}

const count = (group: readonly Open[]): number =>
  group.reduce((product, { states }) => product * states.length, 1);

const products = (group: readonly Open[]): unknown[][] =>
  group.reduce<unknown[][]>(
    (before, { states }) => before.flatMap((state) => states.map((value) => [...state, value])),
    [[]],
  );
