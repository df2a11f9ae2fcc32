/** How surely a setting that was found in short trainings is good in long ones. */

/** The playbook's grades. */
export type Grade = "very likely" | "likely" | "perhaps" | "unlikely";

export interface Transfer {
  /** path in the spec */
  readonly path: string;
  readonly grade: Grade;
  readonly why: string;
}

const RATE = "the best course of the rate depends on the length";

/** By path, the first that matches; what none matches transfers perhaps. */
const GRADES: readonly (readonly [path: RegExp, grade: Grade, why: string])[] = [
  [/warm-?up/i, "very likely", "instability at the beginning does not depend on the length"],
  [/^model\.init|initiali[sz]/i, "very likely", "instability at the beginning does not depend on the length"],
  // before what regularises: its decay is one of the rate
  [/^schedule\b/i, "unlikely", RATE],
  [
    /dropout|decay|smoothing|mixup|augment|noise|^average/i,
    "perhaps",
    "a longer training overfits more, and may need more of it",
  ],
  [/^scale|rate$|learning_?rate|^lr$/i, "unlikely", RATE],
  [
    /^model\b|layers|width|depth|units|architecture/i,
    "likely",
    "a good architecture stays one, but large ones profit more from length",
  ],
  [
    /^optimizer|beta|momentum|epsilon|^clip|batch/i,
    "perhaps",
    "some of the optimizer's settings interact with the length",
  ],
];

/**
 * The grade of a parameter, by its path in the spec or its name in a log.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on what transfers from round 1 to round 2.
 * @example
 * ```ts
 * const { grade } = transferOf("schedule.warmup.count"); // "very likely"
 * ```
 */
export function transferOf(path: string): Transfer {
  const found = GRADES.find(([matches]) => matches.test(path));
  return found === undefined
    ? { path, grade: "perhaps", why: "nothing is known of it" }
    : { path, grade: found[1], why: found[2] };
}
