/** Whether a study tuned what has to be chosen before it: how long its trials are. */
import { listed } from "../../durations.ts";
import type { StudyRecord } from "../study_record.ts";
import type { Finding } from "./finding.ts";

/** Names of a training's length, as trainers write them; also the last part of a path. */
const LENGTH =
  /(^|[._/-])((max|num|total|n)[_-]?(train(ing)?[_-]?)?(steps|epochs|iters|iterations|updates)|train[_-]?steps|epochs|horizon|budget)$/i;

/** Whether a parameter is the length of a training, by its name. */
export const isLength = (name: string): boolean => LENGTH.test(name.replace(/([a-z])([A-Z])/g, "$1_$2"));

/** Parameters of the study that are the length of its trials, where more than one value of them was tried. */
export function tunedLengths({ space, trials }: StudyRecord): string[] {
  const names = new Set([
    ...Object.keys(space ?? {}),
    ...trials.flatMap(({ parameters }) => Object.keys(parameters)),
  ]);
  return [...names].filter(isLength).filter((name) =>
    new Set(trials.map(({ parameters }) => parameters[name])).size > 1
  ).sort();
}

/**
 * Said where the length was tuned within the study; null otherwise.
 *
 * Source: Tuning Playbook (Godbole et al. 2023): `max_train_steps` is chosen before a study and kept in it.
 * @example
 * ```ts
 * import type { StudyRecord } from "../study_record.ts";
 * const text = (study: StudyRecord) => tunedLengthFinding(study)?.text;
 * ```
 */
export function tunedLengthFinding(
  study: StudyRecord,
): Finding<"tunedLength", readonly string[]> | null {
  const lengths = tunedLengths(study);
  if (lengths.length === 0) return null;
  const counts = lengths.map((name) =>
    `${name} (${new Set(study.trials.map(({ parameters }) => parameters[name])).size} values)`
  );
  return {
    kind: "tunedLength",
    text: `The study tuned how long its trials are, by ${
      listed(counts, "and")
    }, so trials cannot be compared at one length.`,
    evidence: lengths,
    action:
      "Choose the number of steps before the study and keep it: where the best steps fall tells whether it was right.",
  };
}
