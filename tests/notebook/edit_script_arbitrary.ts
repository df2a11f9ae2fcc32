/** Notebooks and edits of them at random, as data that shrinks and that reads well when a law is broken. */
import fc from "fast-check";
import { HEAD } from "./reactive_bench.ts";

/** What these notebooks begin with. */
export const SCRIPT_HEAD = `${HEAD}import { fail, mix } from "./turns.ts";\n`;

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

/** How a cell is written: `n` its name, `m` its second one, `s` its salt, `r` what it reads, `w` turns to wait. */
type Template = (part: { n: string; m: string; s: number; r: string; w: number }) => string;

const KINDS = {
  plain: ({ n, s, r }) => `const ${n} = mix(${s}${r});`,
  several: ({ n, m, s, r }) => `const ${n} = mix(${s}${r}), ${m} = mix(${n}, ${s});`,
  pattern: ({ n, m, s, r }) => `const { ${n}, k: [${m}] } = { ${n}: mix(${s}${r}), k: [mix(${s + 1}${r})] };`,
  vars: ({ n, m, s, r }) =>
    `if (mix(${s}${r}) % 2) { var ${n} = mix(${s}); }\nfor (var ${m} = 0; ${m} < mix(${
      s + 1
    }${r}) % 5; ${m}++);`,
  functions: ({ n, s, r }) => `function ${n}(x: unknown) { return mix(${s}, x${r}); }`,
  view: ({ n, s, r }) => `const ${n} = view(inputs.range([0, 9999], { value: mix(${s}${r}) }));`,
  views: ({ n, m, s, r }) =>
    `const ${n} = view(inputs.range([0, 99], { value: ${s} }));\n` +
    `const ${m} = view(inputs.range([0, 9999], { value: mix(${s}${r}) }));`,
  waiting: ({ n, s, r, w }) => `await pause(${w});\nconst ${n} = mix(${s}${r});\ndisplay(${n});`,
  obedient: ({ n, s, r, w }) =>
    `display(${s});\nawait pause(${w});\nsignal.throwIfAborted();\nconst ${n} = mix(${s}${r});\ndisplay(${n});`,
  stream: ({ n, s, r, w }) => `const ${n} = await live(ticks(${s}, ${w}${r}));`,
  lateStream: ({ n, s, r, w }) => `await pause(${w});\nconst ${n} = await live(ticks(${s}, ${w}${r}));`,
  show: ({ s, r, w }) => `display(mix(${s}${r}));\nawait pause(${w});\ndisplay(${s});`,
  throws: ({ n, s, r }) => `display(${s});\nconst ${n} = fail(${s}${r});`,
  fussy: ({ n, s, r }) => `const ${n} = mix(${s}${r}) % 3 ? mix(${s}) : fail(${s}${r});`,
  endless: ({ n, s, r }) => `if (mix(${s}${r}) % 2) await new Promise(() => {});\nconst ${n} = ${s};`,
  assigns: ({ n, s }) => `${n} = mix(${s});`,
  unknown: ({ n, s }) => `const ${n} = missing_${s};`,
} satisfies Record<string, Template>;
type Kind = keyof typeof KINDS;

export interface CellSpec {
  readonly kind: Kind;
  readonly name: string;
  readonly reads: readonly string[];
  readonly salt: number;
  readonly wait: number;
  /** saved in the middle of typing */
  readonly spoilt?: boolean;
}

/** A cell before it has a place: numbers that choose among the names that are there. */
interface Draft {
  readonly kind: Kind;
  readonly reads: readonly number[];
  readonly salt: number;
  readonly wait: number;
  /** takes any name, and reads any: duplicates, circles and names that no cell has */
  readonly wild: boolean;
  readonly own: number;
  /** reads the second name of a cell where there is one */
  readonly second: boolean;
}

export type Edit =
  | { readonly t: "change"; readonly at: number; readonly draft: Draft }
  | { readonly t: "add"; readonly at: number; readonly draft: Draft }
  | { readonly t: "remove" | "spoil"; readonly at: number }
  | { readonly t: "mend" | "interrupt" | "settle" }
  | { readonly t: "move"; readonly at: number; readonly to: number }
  | { readonly t: "rename"; readonly at: number; readonly to: number; readonly everywhere: boolean }
  | { readonly t: "set"; readonly at: number; readonly value: number };

export interface Step {
  /** turns that pass before the edit */
  readonly turns: number;
  readonly edit: Edit;
}

/** A notebook and what is done to it. */
export class EditScript {
  constructor(readonly cells: readonly CellSpec[], readonly steps: readonly Step[]) {}

  /** the notebook after each step, the first before any */
  versions(): (readonly CellSpec[])[] {
    const versions = [this.cells];
    for (const { edit } of this.steps) versions.push(edited(versions.at(-1)!, edit));
    return versions;
  }

  toString(): string {
    const versions = this.versions();
    const steps = this.steps.map(({ turns, edit }, i) => {
      const [before, after] = [textOf(versions[i], { head: "" }), textOf(versions[i + 1], { head: "" })];
      const { t, ...rest } = edit;
      const what = before === after ? `${t} ${JSON.stringify(rest)}` : `${t}:\n${after}`;
      return `-- after ${turns} turns, ${what}`;
    });
    return `\n${[textOf(this.cells, { head: "" }), ...steps].join("\n")}\n`;
  }
  [fc.toStringMethod](): string {
    return this.toString();
  }
}

const secondOf = (name: string): string => `${name}2`;
const TWO: readonly Kind[] = ["several", "pattern", "vars", "views"];

/** A tame draft reads names that there are, and only of lower rank: so no circle closes. */
function placed(draft: Draft, name: string, cells: readonly CellSpec[]): CellSpec {
  const there = NAMES.filter((each) => cells.some((cell) => cell.name === each));
  const choices = draft.wild ? there : there.filter((each) => each < name);
  const chosen = choices.length > 0 ? draft.reads.map((choice) => choices[choice % choices.length]) : [];
  const reads = chosen.filter((read) => read !== name).map((read) => {
    const two = cells.some((cell) => cell.name === read && TWO.includes(cell.kind));
    return draft.second && two ? secondOf(read) : read;
  });
  const { kind, salt, wait } = draft;
  return { kind, name, salt, wait, reads: [...new Set(reads)] };
}

const reads = (reader: CellSpec, maker: CellSpec): boolean =>
  reader.reads.some((read) => read === maker.name || read === secondOf(maker.name));

/** The cells in an order in which a script can run them, where there is one: otherwise as they stand. */
export function ordered(cells: readonly CellSpec[]): CellSpec[] {
  const left = [...cells];
  const done: CellSpec[] = [];
  while (left.length > 0) {
    const next = left.findIndex((cell) => !left.some((other) => other !== cell && reads(cell, other)));
    done.push(...left.splice(Math.max(next, 0), 1));
  }
  return done;
}

/** The notebook after an edit; one that does not touch the text gives it back as it is. */
export function edited(cells: readonly CellSpec[], edit: Edit): readonly CellSpec[] {
  const at = "at" in edit && cells.length > 0 ? edit.at % cells.length : 0;
  const unused = NAMES.find((name) => !cells.some((cell) => cell.name === name)) ?? NAMES[0];
  switch (edit.t) {
    case "add": {
      const cell = placed(edit.draft, edit.draft.wild ? NAMES[edit.draft.own] : unused, cells);
      const after = edit.draft.wild ? 0 : 1 + cells.findLastIndex((other) => reads(cell, other));
      return cells.toSpliced(Math.max(at, after), 0, cell);
    }
    case "change": {
      const { draft } = edit;
      if (!cells.length) return cells;
      return cells.with(at, placed(draft, draft.wild ? NAMES[draft.own] : cells[at].name, cells));
    }
    case "remove":
      return cells.length > 1 ? cells.toSpliced(at, 1) : cells;
    case "spoil":
      return cells.map((cell, i) => i === at ? { ...cell, spoilt: true } : cell);
    case "mend":
      return ordered(cells.map((cell) => cell.spoilt ? { ...cell, spoilt: false } : cell));
    case "move":
      return cells.toSpliced(at, 1).toSpliced(edit.to % cells.length, 0, cells[at]);
    case "rename": {
      const [from, to] = [cells[at].name, NAMES[edit.to]];
      const renamed = (read: string) => read === from ? to : read;
      return cells.map((cell, i) => ({
        ...cell,
        name: i === at ? to : cell.name,
        reads: edit.everywhere
          ? [...new Set(cell.reads.map(renamed))].filter((read) => read !== cell.name)
          : cell.reads,
      }));
    }
    default:
      return cells;
  }
}

/** The notebook file of some cells; `flags` of those that are neither inputs nor functions. */
export function textOf(
  cells: readonly CellSpec[],
  { head = SCRIPT_HEAD, flags = "" } = {},
): string {
  return head + cells.map((cell) => {
    const { kind, name, salt, wait, reads, spoilt } = cell;
    const r = reads.filter((read) => read !== name && read !== secondOf(name)).map((read) => `, ${read}`);
    const text = KINDS[kind]({ n: name, m: secondOf(name), s: salt, r: r.join(""), w: wait });
    const marker = flags && !["view", "views", "functions"].includes(kind) ? `// %% [${flags}]` : "// %%";
    return `${marker}\n${spoilt ? text.replace("=", "= =") : text}\n`;
  }).join("");
}

/** Kinds of cells and how often each comes; `without` are left out. */
function drafts(without: readonly Kind[]): fc.Arbitrary<Draft> {
  const weights: Partial<Record<Kind, number>> = { plain: 6, waiting: 4, stream: 3, view: 4, show: 3 };
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) => !without.includes(kind));
  return fc.record({
    kind: fc.oneof(...kinds.map((kind) => ({ weight: weights[kind] ?? 1, arbitrary: fc.constant(kind) }))),
    reads: fc.array(fc.nat(NAMES.length - 1), { maxLength: 3 }),
    salt: fc.integer({ min: 1, max: 40 }),
    wait: fc.nat(6),
    wild: fc.nat(11).map((one) => one === 11),
    own: fc.nat(NAMES.length - 1),
    second: fc.boolean(),
  });
}

/** Notebooks of 3 to 12 cells; most of them are whole and in order, some are not: the `tame` ones all are. */
export function notebooks(
  { without = [] as readonly Kind[], tame = false } = {},
): fc.Arbitrary<readonly CellSpec[]> {
  const cells = fc.array(fc.tuple(drafts(without), fc.nat()), { minLength: 3, maxLength: 12 });
  return fc.tuple(cells, fc.nat(4)).map(([entries, order]) => {
    const drawn: { cell: CellSpec; order: number }[] = [];
    for (const [given, order] of entries) {
      const draft = tame ? { ...given, wild: false } : given;
      const name = NAMES[draft.wild ? draft.own : drawn.length];
      drawn.push({ cell: placed(draft, name, drawn.map((each) => each.cell)), order });
    }
    const shuffled = drawn.toSorted((a, b) => a.order - b.order).map(({ cell }) => cell);
    return order === 4 && !tame ? shuffled : ordered(shuffled);
  });
}

const number = fc.nat(30);
const at = fc.nat(11);

/** Edits of every sort. */
export function edits({ without = [] as readonly Kind[] } = {}): fc.Arbitrary<Edit> {
  const draft = drafts(without);
  const of = <T extends Edit["t"]>(t: T) => fc.constant(t);
  return fc.oneof(
    { weight: 5, arbitrary: fc.record({ t: of("change"), at, draft }) },
    { weight: 2, arbitrary: fc.record({ t: of("add"), at, draft }) },
    { weight: 2, arbitrary: fc.record({ t: of("remove"), at }) },
    { weight: 1, arbitrary: fc.record({ t: of("spoil"), at }) },
    { weight: 1, arbitrary: fc.record({ t: fc.constantFrom("mend" as const, "settle" as const) }) },
    { weight: 1, arbitrary: fc.record({ t: of("interrupt") }) },
    { weight: 1, arbitrary: fc.record({ t: of("move"), at, to: at }) },
    { weight: 2, arbitrary: fc.record({ t: of("rename"), at, to: at, everywhere: fc.nat(4).map(Boolean) }) },
    { weight: 5, arbitrary: fc.record({ t: of("set"), at, value: number }) },
  );
}

/** Notebooks and up to eight edits of them, each after none to nine turns. */
export const editScripts: fc.Arbitrary<EditScript> = fc.tuple(
  notebooks(),
  fc.array(fc.record({ turns: fc.nat(9), edit: edits() }), { minLength: 1, maxLength: 8 }),
).map(([cells, steps]) => new EditScript(cells, steps));
