/** Which changes of a spec move the number of steps that it needs. */
import type { StudySpec } from "../study.ts";

/** One change. Plain data. */
export interface StepsMoved {
  /** path in the spec, as `batch` or `model.layers` */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly why: string;
}

/** Why a change under a path means finding the number anew; what is not here does not move it. */
const REASONS: readonly (readonly [path: RegExp, why: string])[] = [
  [
    /^(batch|accumulate|remainder)\b/,
    "the batch changes the variance of gradients, and so the steps that they need",
  ],
  [
    /^data\.augmentation\b/,
    "augmentation changes the variance of gradients, and so the steps that they need",
  ],
  [/^data\b/, "another input pipeline is another problem"],
  [/^model\.dropout$/, "dropout changes the variance of gradients, and so the steps that they need"],
  [/^model\b/, "another architecture or initialisation trains at another speed"],
  [/^(optimizer|clip|scale)\b/, "a better optimizer, or one that is better tuned, may need fewer steps"],
  [/^schedule\b/, "another rate, or another course of it, trains at another speed"],
];

/**
 * What differs between two specs, and why it means that the number of steps has to be found anew; an empty list when
 * nothing that moves it does. Data is compared by its name, size, shape and augmentation.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on what influences the number of steps.
 * @example
 * ```ts
 * import type { StudySpec } from "../study.ts";
 * const mustFindAgain = (before: StudySpec, after: StudySpec) => stepsMoved(before, after).length > 0;
 * ```
 */
export function stepsMoved(before: StudySpec, after: StudySpec): StepsMoved[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const reason = REASONS.find(([matches]) => matches.test(path)), [a, b] = [old.get(path), now.get(path)];
    return reason === undefined || a === b
      ? []
      : [{ path, before: parsed(a), after: parsed(b), why: reason[1] }];
  });
}

/** JSON of each leaf by its path; lists are leaves. */
function leavesOf({ data, ...spec }: StudySpec): Map<string, string> {
  const { name, features, shape, classes, augmentation = {}, training } = data;
  const ofData = { name, features, shape, classes, augmentation, examples: training.count };
  const leaves = new Map<string, string>();
  const walk = (path: string, value: unknown) => {
    if (value === undefined || value === null) return;
    if (typeof value !== "object" || Array.isArray(value)) leaves.set(path, JSON.stringify(value));
    else for (const [key, inner] of Object.entries(value)) walk(path === "" ? key : `${path}.${key}`, inner);
  };
  walk("", { ...spec, data: ofData });
  return leaves;
}

const parsed = (text: string | undefined): unknown => text === undefined ? null : JSON.parse(text);
