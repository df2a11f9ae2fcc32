/** The playbook's procedures by their name on the command line, on a study that was trained. */
import { bestStepDiagnosis, bestStepFinding } from "./procedures/best_step_diagnosis.ts";
import { borderCheck, borderFindings } from "./procedures/border_check.ts";
import { computeBound, computeBoundFinding } from "./procedures/compute_bound.ts";
import type { Finding } from "./procedures/finding.ts";
import { gradientVariance, gradientVarianceFindings } from "./procedures/gradient_variance.ts";
import { retrospective, retrospectiveFinding } from "./procedures/retrospective.ts";
import { extrapolateFor } from "./extrapolate_for.ts";
import type { StudyRecord } from "./study_record.ts";

/** What a procedure says: findings, and where it has none, why. */
export interface Told {
  readonly findings: readonly Finding[];
  readonly otherwise: string;
}

const told = (findings: readonly (Finding | null)[], otherwise: string): Told => ({
  findings: findings.filter((finding) => finding !== null),
  otherwise,
});

/** By name. */
export const PROCEDURES: Readonly<Record<string, (study: StudyRecord) => Told>> = {
  "best-steps": (study) =>
    told(
      [bestStepFinding(bestStepDiagnosis(study))],
      "too few trials used all that they were given: where the best steps fall tells nothing yet",
    ),
  border: (study) =>
    told(
      borderFindings(borderCheck(study)),
      "the best trials do not lie on the border of what was searched",
    ),
  "compute-bound": (study) =>
    told(
      [computeBoundFinding(
        study,
        computeBound(study, { extrapolate: extrapolateFor(study.metric, study.mode) }),
      )],
      "too few trials used all that they were given: whether longer ones would have helped is not known",
    ),
  variance(study) {
    const found = gradientVariance(study);
    return told(
      found === null ? [] : gradientVarianceFindings(study, found),
      "no parameter that makes gradients noisier (batch size, augmentation, dropout) moved the steps that were needed",
    );
  },
  retrospective: (study) =>
    told([retrospectiveFinding(study, retrospective(study))], `no trial measured ${study.metric}`),
};

/** Findings as lines: what was found, then what to do next. */
export const toldText = ({ findings, otherwise }: Told): string =>
  findings.length === 0
    ? `${otherwise[0].toUpperCase()}${otherwise.slice(1)}.`
    : findings.map(({ text, action }) => `${text}\n→ ${action}`).join("\n\n");
