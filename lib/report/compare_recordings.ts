/** What two recordings of one notebook say, cell by cell: every value at the border, every show, every end. */
import { decode, encode } from "../notebook/codec.ts";
import type { Path } from "../notebook/codec_path.ts";
import { type Packed, TailReceiver } from "../notebook/tails.ts";
import type { Event, PageNotebook } from "../notebook/wire.ts";
import { compare, type Difference, larger, type Near, type Tolerance } from "./compare.ts";
import { leafText } from "./leaf_text.ts";
import type { RecordedState, Recording, StateGroup } from "./recording.ts";

/** A difference, and the name of the cell that it is in. */
export interface CellDifference extends Difference {
  readonly cell: string;
}
export interface CellNear extends Near {
  readonly cell: string;
}

export interface RecordingsComparison {
  /** the first 100, in the order of cells */
  readonly differences: readonly CellDifference[];
  readonly count: number;
  readonly near: { readonly relative: CellNear; readonly absolute: CellNear } | null;
  /** how many clock readings and names were left out, by what they are */
  readonly leftOut: Readonly<Record<string, number>>;
  /** of how many cells how many values, shows and computed states were compared */
  readonly compared: {
    readonly cells: number;
    readonly values: number;
    readonly shows: number;
    readonly states: number;
  };
  /** computed states of inputs, as `k = 2`, that only one of the two has */
  readonly alone: readonly string[];
}

const TOLD = 100;

/**
 * Compares what a page is told at the end of both runs. Values on their way, log lines and what was said of the kernel
 * depend on the clock, and are not looked at.
 *
 * @param tolerance default null: down to the bits
 * @throws DecodeError, TailGap for values that were not made by a recorder
 * @example
 * ```ts ignore
 * const { differences } = compareRecordings(decoded, await recordNotebook({ file, project, engine: "wasm" }));
 * ```
 */
export function compareRecordings(
  was: Recording,
  is: Recording,
  tolerance: Tolerance | null = null,
): RecordingsComparison {
  const comparing = new Comparing(tolerance),
    own = [was, is].map((each) => factsOf(each.events, each.notebook));
  comparing.facts(own[0], own[1]);
  const [before, after] = [statesOf(was), statesOf(is)];
  for (const [key, { state, label }] of before) {
    const again = after.get(key)?.state;
    if (again === undefined) continue;
    comparing.states++;
    const [left, right] = [factsOf(state.events, was.notebook), factsOf(again.events, is.notebook)];
    const names = new Set([...left.keys(), ...right.keys()]);
    comparing.facts(overlaid(names, left, own[0], label), overlaid(names, right, own[1], label));
  }
  const only = (a: typeof before, b: typeof before) =>
    [...a].flatMap(([key, { label }]) => b.has(key) ? [] : [label]);
  return comparing.result([...only(before, after), ...only(after, before)]);
}

/** One thing that a recording says. */
interface Fact {
  readonly kind: "value" | "show" | "end" | "input";
  readonly cell: string;
  /** the cell's place in the file, which comes first for a name of no cell */
  readonly place: number;
  /** how its path begins */
  readonly at: Path;
  readonly value: unknown;
}

/** By a name that is the same in both recordings: cells go by their place in the file. */
type Facts = ReadonlyMap<string, Fact>;

function factsOf(events: readonly Event[], { cells }: PageNotebook): Facts {
  const byKey = new Map(cells.map((cell) => [cell.key, cell]));
  const facts = new Map<string, Fact>();
  for (const event of events) {
    const cell = event.t === "input"
      ? cells.find(({ defines }) => defines.includes(event.name))
      : "cell" in event && event.cell !== undefined
      ? byKey.get(event.cell)
      : undefined;
    const of = { cell: cell?.name ?? "", place: cell?.id ?? -1 };
    if (event.t === "value") {
      const value = new TailReceiver().unpack(decode(event.value) as Packed);
      facts.set(`value ${event.name}`, { ...of, kind: "value", at: [event.name], value });
    } else if (event.t === "input") {
      facts.set(`input ${event.name}`, { ...of, kind: "input", at: [event.name], value: event.value });
    } else if (event.t === "show" && cell) {
      facts.set(`show ${cell.id}`, { ...of, kind: "show", at: ["shown"], value: decode(event.values) });
    } else if (event.t === "state" && cell) {
      facts.set(`end ${cell.id}`, { ...of, kind: "end", at: ["state"], value: endOf(event) });
    }
  }
  return facts;
}

/** What a state says of these names: an event that is as in the recording itself is not told again. */
function overlaid(names: ReadonlySet<string>, state: Facts, own: Facts, label: string): Facts {
  const facts = [...names].flatMap((name) => {
    const fact = state.get(name) ?? own.get(name);
    return fact ? [[name, { ...fact, cell: `${fact.cell} (${label})` }] as const] : [];
  });
  return new Map(facts);
}

/** How a cell ended: well, or with which error. */
function endOf({ state, error }: Extract<Event, { t: "state" }>): string {
  if (error?.waitsFor !== undefined) return `waits for ${error.waitsFor}`;
  return error ? `${state}: ${error.name}: ${error.message}` : state;
}

/** The computed states of all groups by what their inputs are. */
const statesOf = ({ groups }: Recording): Map<string, { state: RecordedState; label: string }> =>
  new Map(
    groups.flatMap((group) =>
      group.states.map((state) => [stateKey(group, state), { state, label: labelOf(group, state) }] as const)
    ),
  );

/** What tells a state from every other, to the last bit. */
export const stateKey = ({ inputs }: Pick<StateGroup, "inputs">, { values }: RecordedState): string =>
  `${inputs.join(" ")} ${encode(values).toBase64()}`;

const labelOf = ({ inputs }: StateGroup, { values }: RecordedState): string =>
  inputs.map((name, i) => `${name} = ${leafText(values[i])}`).join(", ");

class Comparing {
  readonly #differences: CellDifference[] = [];
  #count = 0;
  #near: RecordingsComparison["near"] = null;
  readonly #leftOut = new Map<string, number>();
  readonly #cells = new Set<number>();
  #values = 0;
  #shows = 0;
  states = 0;

  constructor(readonly tolerance: Tolerance | null) {}

  facts(was: Facts, is: Facts): void {
    const names = [...new Set([...was.keys(), ...is.keys()])];
    const place = (name: string) => (was.get(name) ?? is.get(name))!.place;
    for (const name of names.sort((a, b) => place(a) - place(b))) {
      const [before, after] = [was.get(name), is.get(name)];
      if (before && after) this.#fact(before, after);
      else {
        const { cell, at } = (before ?? after)!;
        const told = (fact: Fact | undefined) => fact ? leafText(fact.value) : "missing";
        this.#add([{ cell, path: at, is: told(after), was: told(before) }], 1);
      }
    }
  }

  #fact(before: Fact, after: Fact) {
    const { cell, at, kind, place } = before;
    if (place >= 0) this.#cells.add(place);
    if (kind === "value" || kind === "input") this.#values++;
    if (kind === "show") this.#shows++;
    const { differences, count, near, leftOut } = compare(before.value, after.value, this.tolerance);
    this.#add(differences.map((each) => ({ ...each, cell, path: [...at, ...each.path] })), count);
    for (const [name, times] of leftOut) this.#leftOut.set(name, (this.#leftOut.get(name) ?? 0) + times);
    if (!near) return;
    const [relative, absolute] = [near.relative, near.absolute]
      .map((each): CellNear => ({ ...each, cell, path: [...at, ...each.path] }));
    this.#near = {
      relative: larger("relative", this.#near?.relative, relative) as CellNear,
      absolute: larger("absolute", this.#near?.absolute, absolute) as CellNear,
    };
  }

  #add(differences: readonly CellDifference[], count: number) {
    this.#count += count;
    this.#differences.push(...differences.slice(0, TOLD - this.#differences.length));
  }

  result(alone: readonly string[]): RecordingsComparison {
    return {
      differences: this.#differences,
      count: this.#count,
      near: this.#near,
      leftOut: Object.fromEntries(this.#leftOut),
      compared: { cells: this.#cells.size, values: this.#values, shows: this.#shows, states: this.states },
      alone,
    };
  }
}
