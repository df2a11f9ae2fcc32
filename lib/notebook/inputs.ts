/** Inputs are data: a page draws them, a script reads their value. */

export interface InputBase<T> {
  readonly type: "input";
  readonly label: string;
  readonly value: T;
  /** those of its values whose results a report is to have, whatever they cost */
  readonly states?: readonly unknown[];
}
export interface Range extends InputBase<number> {
  readonly kind: "range";
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** position on a logarithmic track */
  readonly log: boolean;
  /** word after the number box, as "evaluations" */
  readonly unit: string;
}
/** few options: a segmented control; `select`: a list */
export interface Choice<T> extends InputBase<T> {
  readonly kind: "choice" | "select";
  readonly options: readonly T[];
  /** what a person reads for each option, in the same order */
  readonly labels: readonly string[];
}
export interface Toggle extends InputBase<boolean> {
  readonly kind: "toggle";
}
export interface Text extends InputBase<string> {
  readonly kind: "text";
  readonly placeholder: string;
}
/** the path of a file or folder: told when it is whole, not letter by letter */
export interface Path extends InputBase<string> {
  readonly kind: "path";
  readonly placeholder: string;
}
export type Input<T = unknown> = (Range | Choice<unknown> | Toggle | Text | Path) & { readonly value: T };

/** A value that an input cannot have. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
  readonly input: string;
  readonly value: unknown;
  readonly allowed: string;
  constructor(input: string, value: unknown, allowed: string) {
    super(`invalid value: ${shown(value)} (${input}: ${allowed})`);
    this.input = input;
    this.value = value;
    this.allowed = allowed;
  }
}

export interface RangeOptions {
  /** what a person reads beside it; default none: the page shows the variable's name */
  label?: string;
  /** default: the middle, rounded to a step; on a logarithmic track the geometric middle */
  value?: number;
  /** distance between two values; default 1 for whole bounds more than 2 apart, a hundredth of the track otherwise, and none on a logarithmic track */
  step?: number;
  /** logarithmic track; default false */
  log?: boolean;
  /** word after the number box; default none */
  unit?: string;
  /** values whose results a report has, whatever they cost; default all when they are few and cost little */
  states?: readonly number[];
}

/**
 * A slider from `min` to `max`, with a number box. Its value is a number.
 * @example
 * ```ts
 * import { inputs, view } from "plateau";
 * const patience = view(inputs.range([1, 30], { label: "Patience", value: 5, unit: "evaluations" }));
 * ```
 */
export function range(ends: readonly [min: number, max: number], options: RangeOptions = {}): Range {
  const { label = "", log = false, unit = "" } = options;
  const [min, max] = checkedEnds(ends);
  if (log && min <= 0) throw new Error(`invalid range: min is ${min} (above 0 on a logarithmic track)`);
  const whole = Number.isInteger(min) && Number.isInteger(max) && max - min > 2;
  const step = options.step ?? (log ? 0 : whole ? 1 : (max - min) / 100);
  if (!(step >= 0 && (step > 0 || log))) throw new Error(`invalid step: ${step} (above 0)`);
  const middle = log
    ? Math.sqrt(min * max)
    : step
    ? min + Math.round((max - min) / 2 / step) * step
    : (min + max) / 2;
  const input: Range = {
    type: "input",
    kind: "range",
    label,
    value: options.value ?? middle,
    min,
    max,
    step,
    log,
    unit,
  };
  return declared({ ...input, value: validated(input, input.value) }, options);
}

/** An input with the states that are asked for. */
function declared<I extends Input>(input: I, { states }: { readonly states?: readonly unknown[] }): I {
  if (states === undefined) return input;
  if (states.length === 0) throw new Error("invalid states: none (at least 1)");
  return { ...input, states: states.map((value) => validated(input, value)) };
}

/** The ends of a slider; a notebook runs before its types are checked. Says which end is wrong, and what to write. */
function checkedEnds(given: unknown): readonly [min: number, max: number] {
  const list = Array.isArray(given);
  const { min, max } = list ? { min: given[0], max: given[1] } : Object(given);
  const refuse = (what: string, [first, second]: readonly unknown[] = [min, max]): never => {
    const word = (end: unknown, name: string) => Number.isFinite(end) ? end : name;
    const write = `inputs.range([${word(first, "min")}, ${word(second, "max")}])`;
    throw new Error(`invalid range: ${what} (write ${write})`);
  };
  if (!Number.isFinite(min)) refuse(`min is ${shown(min)}`);
  if (!Number.isFinite(max)) refuse(`max is ${shown(max)}`);
  if (min > max) refuse(`min ${min} is above max ${max}`, [max, min]);
  if (min === max) refuse(`min and max are both ${min}`, [min, undefined]);
  return list ? [min, max] : refuse("min and max are to be a list");
}

export interface ChoiceOptions<T> {
  /** what a person reads beside it; default none */
  label?: string;
  /** default: the first option */
  value?: NoInfer<T>;
  /** what a person reads for each option, in the same order; default: the options as text, objects as JSON */
  labels?: readonly string[];
  /** options whose results a report has, whatever they cost; default all when they cost little */
  states?: readonly NoInfer<T>[];
}

/** One of a few options, as a segmented control. Its value is the option. */
export function choice<const T>(options: readonly T[], settings: ChoiceOptions<T> = {}): Choice<T> {
  return oneOf("choice", options, settings);
}

/** One of many options, as a list. Its value is the option. */
export function select<const T>(options: readonly T[], settings: ChoiceOptions<T> = {}): Choice<T> {
  return oneOf("select", options, settings);
}

function oneOf<T>(kind: "choice" | "select", options: readonly T[], settings: ChoiceOptions<T>): Choice<T> {
  const { label = "", labels = options.map(optionText) } = settings;
  if (options.length === 0) throw new Error("invalid options: none (at least 1)");
  if (labels.length !== options.length) {
    throw new Error(`invalid labels: ${labels.length} (as many as options, ${options.length})`);
  }
  const input: Choice<T> = {
    type: "input",
    kind,
    label,
    value: settings.value ?? options[0],
    options,
    labels,
  };
  return declared({ ...input, value: validated(input, input.value) }, settings);
}

export interface ToggleOptions {
  /** what a person reads beside it; default none */
  label?: string;
  /** default false */
  value?: boolean;
  /** values whose results a report has, whatever they cost; default both when they cost little */
  states?: readonly boolean[];
}

/** On or off. Its value is a boolean. */
export function toggle(options: ToggleOptions = {}): Toggle {
  const { label = "", value = false } = options;
  return declared({ type: "input", kind: "toggle", label, value }, options);
}

export interface TextOptions {
  /** what a person reads beside it; default none */
  label?: string;
  /** default empty */
  value?: string;
  /** what the empty field says; default nothing */
  placeholder?: string;
  /** values whose results a report has; default none but the present one */
  states?: readonly string[];
}

/** A line of text. Its value is a string. */
export function text(options: TextOptions = {}): Text {
  const { label = "", value = "", placeholder = "" } = options;
  return declared({ type: "input", kind: "text", label, value, placeholder }, options);
}

/**
 * The path of a file or folder: a whole one, or from the project on. Its value is a string, told once Enter is pressed
 * or the field is left. A notebook reads its project; what lies outside is read once its owner allows it.
 * @example
 * ```ts
 * import { inputs, view } from "plateau";
 * const logs = view(inputs.path({ label: "Logs", value: "notebooks/logs" }));
 * ```
 */
export function path(options: TextOptions = {}): Path {
  return { ...text(options), kind: "path" };
}

const TEXT_LIMIT = 10_000;

/**
 * The value, when the input can have it; for a choice the option itself that is the same data.
 * Throws `InvalidInput`: `invalid value: 40 (patience: 1 to 30)`. `name` defaults to the label.
 */
export function validated<T>(
  input: Input<T> | InputBase<T> & { kind: string },
  value: unknown,
  name?: string,
): T {
  const of = input as Input;
  const refuse = (allowed: string): never => {
    throw new InvalidInput(name ?? (of.label || of.kind), value, allowed);
  };
  switch (of.kind) {
    case "range":
      if (typeof value === "number" && value >= of.min && value <= of.max && onGrid(of, value)) {
        return value as T;
      }
      return refuse(`${of.min} to ${of.max}${of.step > 0 && of.step !== 1 ? ` in steps of ${of.step}` : ""}`);
    case "choice":
    case "select": {
      const at = of.options.findIndex((option) => isOption(option, value));
      return at >= 0 ? of.options[at] as T : refuse(of.labels.slice(0, 12).join(", "));
    }
    case "toggle":
      return typeof value === "boolean" ? value as T : refuse("true or false");
    case "text":
    case "path":
      return typeof value === "string" && value.length <= TEXT_LIMIT
        ? value as T
        : refuse(`text of at most ${TEXT_LIMIT} characters`);
  }
}

/** Whether a slider can stand there: a whole number of steps from its start, or at its end. */
function onGrid({ min, max, step }: Range, value: number): boolean {
  if (step === 0 || value === max) return true;
  const steps = (value - min) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

/** Whether a value is an option, or the same data. */
export const isOption = (option: unknown, value: unknown): boolean =>
  Object.is(option, value) ||
  typeof option === "object" && option !== null && JSON.stringify(option) === JSON.stringify(value);

/** An object's own text would say nothing of it. */
export const optionText = (option: unknown): string =>
  typeof option === "object" && option !== null ? JSON.stringify(option) : String(option);

const shown = (value: unknown) =>
  typeof value === "string"
    ? value.slice(0, 60)
    : typeof value === "number"
    ? value
    : JSON.stringify(value)?.slice(0, 60);
