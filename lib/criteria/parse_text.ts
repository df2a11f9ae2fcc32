/**
 * Reads the text form of criteria and selections. It is parsed, never evaluated.
 *
 * ```text
 * call     = name "(" [ argument { "," argument } [ "," ] ] ")"
 * argument = value | name ":" value
 * value    = number | quoted name | name | call
 * number   = 2000 | 2_000 | 0.5 | -1.25 | 1e-3
 * ```
 *
 * The name of a call is a kind of criterion or selection, a unit of durations, or `standardErrors`. Values by place come
 * first: metric and mode, the count of a cap, children. What else there is goes by its name, as `patience:
 * evaluations(8)`. Metrics may be quoted; whitespace is free.
 */
import { asDuration, shown, type Unit } from "../durations.ts";
import { asCriterion, DEEPEST } from "./as_criterion.ts";
import type { Criterion, Form } from "./criterion.ts";
import { criterionKinds, ruleOf } from "./rules.ts";
import { asSelection, selectionForm, selectionKinds } from "./select.ts";
import type { Selection } from "./selection.ts";
import { TextError, type Token, tokens } from "./tokens.ts";

/** Reads tokens one after another. */
export interface Reader {
  /** the next token, which stays */
  peek(): Token;
  /** the one after it */
  peekAfter(): Token;
  /** the next token, which is taken */
  take(): Token;
}

/** What is said of a kind's fields, whatever it makes. */
type Places = Pick<Form<Criterion>, "places" | "options" | "children">;

/** What names may be called, and how each is written. */
interface Grammar {
  /** as `criterion`, for errors */
  readonly what: string;
  readonly kinds: readonly string[];
  form(kind: string): Places;
  read(data: unknown): unknown;
}
interface Argument {
  /** null for one by place */
  readonly name: string | null;
  readonly value: unknown;
  readonly at: Token;
}

const criterionGrammar: Grammar = {
  what: "criterion",
  kinds: criterionKinds,
  form: (kind) => ruleOf({ kind }).form,
  read: asCriterion,
};
const selectionGrammar: Grammar = {
  what: "selection",
  kinds: selectionKinds,
  form: (kind) => selectionForm(kind),
  read: asSelection,
};
const units: readonly string[] = ["steps", "epochs", "examples", "evaluations", "seconds"] satisfies Unit[];

/**
 * The criterion that a text says: what `textOf` prints, and all that means the same.
 * @throws TextError `unknown criterion: platoo (has maxSteps, …) (1:5)`, with line and column
 * @example
 * ```ts
 * const stop = parseCriterion('any(maxSteps(2_000), plateau("val_loss", min, patience: evaluations(8)))');
 * ```
 */
export const parseCriterion = (text: string): Criterion => whole(text, readCriterion);

/**
 * The selection that a text says.
 * @throws TextError `unknown selection: first (has best, last, windowMean, restoredBy) (1:1)`
 * @example
 * ```ts
 * const keep = parseSelection("best(validation.loss, min)");
 * ```
 */
export const parseSelection = (text: string): Selection => whole(text, readSelection);

/** One criterion, from where a reader stands. */
export const readCriterion = (reader: Reader): Criterion => call(reader, criterionGrammar, 1) as Criterion;

/** One selection, from where a reader stands. */
export const readSelection = (reader: Reader): Selection => call(reader, selectionGrammar, 1) as Selection;

/**
 * All of a text, read by `read`.
 * @throws TextError where something is left over
 */
export function whole<T>(text: string, read: (reader: Reader) => T): T {
  const all = tokens(text);
  let next = 0;
  const token = (index: number) => all[Math.min(index, all.length - 1)];
  const reader: Reader = {
    peek: () => token(next),
    peekAfter: () => token(next + 1),
    take: () => token(next++),
  };
  const value = read(reader), rest = reader.peek();
  if (rest.type !== "end") throw unexpected(rest, "the end");
  return value;
}

/** Takes a mark, or says what stands in its place. */
export function expect(reader: Reader, mark: string): void {
  const token = reader.take();
  if (token.type !== "mark" || token.text !== mark) throw unexpected(token, `"${mark}"`);
}

export function unexpected(token: Token, wanted: string): TextError {
  const found = token.type === "end" ? "end of text" : shown(token.text);
  return new TextError(`unexpected ${found} (${wanted} expected)`, token.line, token.column);
}

function call(reader: Reader, grammar: Grammar, depth: number): unknown {
  const name = reader.take();
  if (name.type !== "name") throw unexpected(name, `a ${grammar.what}`);
  if (depth > DEEPEST) throw new TextError(`nested deeper than ${DEEPEST}`, name.line, name.column);
  if (!grammar.kinds.includes(name.text)) {
    const has = grammar.kinds.join(", ");
    throw new TextError(`unknown ${grammar.what}: ${name.text} (has ${has})`, name.line, name.column);
  }
  const fields = placed(grammar.form(name.text), name, argumentsOf(reader, depth));
  return located(name, () => grammar.read({ kind: name.text, ...fields }));
}

function argumentsOf(reader: Reader, depth: number): Argument[] {
  const found: Argument[] = [];
  expect(reader, "(");
  while (!isMark(reader.peek(), ")")) {
    const at = reader.peek();
    const isNamed = at.type === "name" && isMark(reader.peekAfter(), ":");
    if (isNamed) [reader.take(), reader.take()];
    found.push({ name: isNamed ? at.text : null, value: valueOf(reader, depth), at });
    if (!isMark(reader.peek(), ")")) expect(reader, ",");
  }
  reader.take();
  return found;
}

const isMark = (token: Token, mark: string): boolean => token.type === "mark" && token.text === mark;

function valueOf(reader: Reader, depth: number): unknown {
  const token = reader.peek();
  if (token.type === "name") return named(reader, depth);
  reader.take();
  if (token.type === "quoted") return token.text;
  if (token.type !== "number") throw unexpected(token, "a value");
  const number = Number(token.text.replaceAll("_", ""));
  if (!Number.isFinite(number)) {
    throw new TextError(`invalid number: ${token.text}`, token.line, token.column);
  }
  return number + 0;
}

/** A name alone, or a call: of a unit with a number, or of a criterion. */
function named(reader: Reader, depth: number): unknown {
  const ahead = reader.peekAfter();
  if (!isMark(ahead, "(")) {
    const { text } = reader.take();
    return text === "true" || text === "false" ? text === "true" : text;
  }
  const { text: unit } = reader.peek();
  if (!units.includes(unit) && unit !== "standardErrors") return call(reader, criterionGrammar, depth + 1);
  const at = reader.take(), [count, ...more] = argumentsOf(reader, depth + 1);
  if (more.length > 0 || count?.name !== null || typeof count.value !== "number") {
    throw new TextError(`invalid ${unit}: one number (as ${unit}(5))`, at.line, at.column);
  }
  const data = { unit, count: count.value };
  return unit === "standardErrors" ? data : located(at, () => asDuration(data, unit));
}

/** Arguments as fields: by place, then children, then by name. */
function placed(form: Places, call: Token, given: readonly Argument[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {}, children: unknown[] = [];
  let place = 0, isNamed = false;
  for (const { name, value, at } of given) {
    if (name === null && isNamed) {
      throw new TextError("a value by place after one by name", at.line, at.column);
    }
    isNamed = name !== null;
    if (name === null && place >= form.places.length && form.children) {
      children.push(value);
      continue;
    }
    const field = name ?? form.places[place++];
    if (field === undefined) {
      const takes = [...form.places, ...Object.keys(form.options).map((option) => `${option}: …`)].join(", ");
      throw new TextError(`too many values for ${call.text} (takes ${takes || "none"})`, at.line, at.column);
    }
    if (!form.places.includes(field) && !Object.hasOwn(form.options, field)) {
      const has = [...form.places, ...Object.keys(form.options)].join(", ");
      throw new TextError(
        `unknown option of ${call.text}: ${field} (has ${has || "none"})`,
        at.line,
        at.column,
      );
    }
    if (Object.hasOwn(fields, field)) throw new TextError(`${field} given twice`, at.line, at.column);
    fields[field] = value;
  }
  return form.children ? { ...fields, criteria: children } : fields;
}

/** What a constructor refuses, with where it was called. */
function located<T>({ line, column }: Token, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) {
      throw new TextError(error.message, line, column);
    }
    throw error;
  }
}
