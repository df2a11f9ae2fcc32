/** The text of a call, from the data that the call makes. */
import { shown } from "../durations.ts";
import type { Form } from "./criterion.ts";

interface Kind {
  readonly kind: string;
}

/** Names that stand without quotes. Those that mean something else are quoted. */
const bare = /^[A-Za-z_][A-Za-z0-9_.\/-]*$/;
const taken: ReadonlySet<string> = new Set(["true", "false"]);

/** A name as it stands in a call: bare where it can be, else quoted. */
export const nameText = (name: string): string =>
  bare.test(name) && !taken.has(name) ? name : JSON.stringify(name);

/**
 * The one canonical text of a call: places first, then named options that differ from their defaults.
 * @param textOf text of a criterion inside; needed where the kind has some
 */
export function callText<C extends Kind>(
  data: C,
  form: Form<C>,
  textOf: (inner: Kind) => string = ({ kind }) => kind,
): string {
  const value = (given: unknown): string => {
    if (typeof given === "string") return nameText(given);
    if (typeof given !== "object" || given === null) return String(given);
    if ("unit" in given && "count" in given) return `${given.unit}(${given.count})`;
    return "kind" in given ? textOf(given as Kind) : shown(given);
  };
  const fields = form.written?.(data) ?? data as unknown as Readonly<Record<string, unknown>>;
  const places = form.places.filter((name) => fields[name] !== undefined).map((name) => value(fields[name]));
  const children = form.children ? (fields.criteria as readonly Kind[]).map(textOf) : [];
  const options = Object.keys(form.options)
    .filter((name) => fields[name] !== undefined && !isSame(fields[name], form.options[name]))
    .map((name) => `${name}: ${value(fields[name])}`);
  return `${data.kind}(${[...places, ...children, ...options].join(", ")})`;
}

/** Options are plain data. */
const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
