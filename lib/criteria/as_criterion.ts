/** Reads a criterion from JSON. */
import { shown } from "../durations.ts";
import type { Criterion } from "./criterion.ts";
import { metricNamed } from "./metric.ts";
import { criterionKinds, ruleOf } from "./rules.ts";

/** No stopping rule that people write is nested deeper. */
export const DEEPEST = 32;

/**
 * A criterion from a value of unknown origin, checked as its constructor checks. Metrics by the names of other tools
 * reach those they have here: `val_loss` is `validation.loss`.
 * @throws TypeError for what is no criterion or has an unknown key, RangeError for a value out of range
 * @example
 * ```ts
 * const stop = asCriterion(JSON.parse('{ "kind": "maxSteps", "steps": 2000 }'));
 * ```
 */
export const asCriterion = (value: unknown): Criterion => criterionAt(value, 1);

function criterionAt(value: unknown, depth: number): Criterion {
  if (depth > DEEPEST) throw new RangeError(`invalid criterion: nested deeper than ${DEEPEST}`);
  if (!hasKind(value) || !criterionKinds.includes(value.kind)) {
    throw new TypeError(`invalid criterion: ${shown(value)} (kind ${criterionKinds.join(", ")})`);
  }
  const { kind, ...fields } = value;
  const read = (inner: unknown) => criterionAt(inner, depth + 1);
  return ruleOf({ kind }).form.make(Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, fieldOf(name, field, read)]),
  ));
}

function fieldOf(name: string, field: unknown, read: (inner: unknown) => Criterion): unknown {
  if (name === "metric" && typeof field === "string") return metricNamed(field);
  if (name === "criteria" && Array.isArray(field)) return field.map(read);
  return name === "gate" && hasKind(field) ? read(field) : field;
}

const hasKind = (value: unknown): value is { kind: string } =>
  typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string";
