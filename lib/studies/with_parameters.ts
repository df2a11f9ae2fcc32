/** From the parameters of a trial to its spec. */
import { nearest } from "../nearest.ts";
import { refusalOf } from "./never_tuned.ts";
import type { Parameters, ParameterValue } from "./space.ts";

/** Fields of a spec that may be missing from it and yet be parameters. */
const OPTIONAL = [
  "accumulate.batches",
  "accumulate.leftover",
  "average.decay",
  "clip.norm",
  "clip.value",
  "nonFinite",
  "remainder",
];

/** A path leads nowhere in the spec. */
export class UnknownParameter extends Error {
  override readonly name = "UnknownParameter";
  /**
   * @param has the paths from where this one leads no further
   * @param at what they have in common with it: what is alike is looked for after that
   */
  constructor(readonly path: string, readonly has: readonly string[], at: string) {
    const rest = path.slice(at.length), isPlace = /^\d/.test(rest);
    const like = isPlace
      ? undefined
      : has.find((each) => each === at + nearest(rest, has.map((path) => path.slice(at.length))));
    const hint = like === undefined
      ? `has ${has.slice(0, 12).join(", ") || "nothing"}`
      : `did you mean ${like}?`;
    super(`unknown parameter: ${path} (${hint})`);
  }
}

/**
 * A spec with values at the paths of parameters: a copy along the paths, the rest shared, such as the data. What is an
 * optional field of a spec, such as `clip.norm`, may be missing from it. Whether a value fits where it is put is for
 * those to say who read the spec.
 * @throws UnknownParameter `unknown parameter: schedule.rat (did you mean schedule.rate?)`
 * @throws RangeError for what is never tuned, such as the budget, with the reason
 * @example
 * ```ts
 * const spec = withParameters({ batch: 32, schedule: { kind: "constant", rate: 0.1 } }, { "schedule.rate": 0.01 });
 * ```
 */
export function withParameters<S extends object>(spec: S, parameters: Parameters): S {
  return Object.entries(parameters).reduce((changed, [path, value]) => {
    const reason = refusalOf(path);
    if (reason !== null) throw new RangeError(`invalid parameter: ${path} (${reason})`);
    return placed(changed, path.split("."), value, path, "") as S;
  }, spec);
}

/** @param at the path up to here */
function placed(
  holder: object,
  [key, ...rest]: readonly string[],
  value: ParameterValue,
  path: string,
  at: string,
): object {
  const isOptional = OPTIONAL.includes(path), known = Object.hasOwn(holder, key) && isPlace(key);
  if (!known && !isOptional) throw new UnknownParameter(path, pathsIn(holder, at), at);
  const inner = (holder as Record<string, unknown>)[key];
  const isHolder = typeof inner === "object" && inner !== null;
  if (rest.length > 0 && !isHolder && !isOptional) {
    throw new UnknownParameter(path, [
      at + key,
      ...OPTIONAL.filter((each) => each.startsWith(`${at}${key}.`)),
    ], at);
  }
  const next = rest.length === 0 ? value : placed(isHolder ? inner : {}, rest, value, path, `${at}${key}.`);
  return Array.isArray(holder)
    ? holder.map((each, i) => String(i) === key ? next : each)
    : { ...holder, [key]: next };
}

/** The paths of an object's fields; those that lead on with theirs, of lists only their places. */
function pathsIn(holder: object, at: string): string[] {
  const paths = Object.entries(holder).flatMap(([key, inner]) => {
    const path = at + key;
    if (refusalOf(path) !== null) return [];
    const leadsOn = typeof inner === "object" && inner !== null;
    return leadsOn && !ArrayBuffer.isView(inner) ? pathsIn(inner, `${path}.`) : [path];
  });
  return at === "" ? [...new Set([...paths, ...OPTIONAL])] : paths;
}

/** Every list has a `length` of its own, which is none of its places. */
const isPlace = (key: string): boolean => key !== "length";
