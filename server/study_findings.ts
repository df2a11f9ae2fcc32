/** What the doctor says of a study as it stands: of its rows at once, of the curves of its best trials after reading them. */
import { extrapolateFor } from "../lib/studies/extrapolate_for.ts";
import { doctor, type DoctorFinding } from "../lib/studies/procedures/doctor.ts";
import { ranked, trialResults, UnreportedMetric } from "../lib/studies/procedures/trial_results.ts";
import type { StudyRecord, TrialRecord } from "../lib/studies/study_record.ts";
import type { StudyNow, StudyReader } from "./study_reader.ts";
import { recordOfRows } from "./study_rows.ts";
import { hasEnded } from "./work_rate.ts";

/** A finding as it is sent; the page draws its figure from the trials that it has. */
export type SentFinding = Pick<DoctorFinding, "kind" | "text" | "action" | "of" | "needsCurves" | "draws">;
export interface StudyFindings {
  /** of the study that was looked at */
  readonly version: number;
  readonly findings: readonly SentFinding[];
  /** trials that were begun */
  readonly trials: number;
  /** trials whose whole curves were read: the best of those that ended */
  readonly curves: number;
  /** why no curves were looked at; empty when all is well */
  readonly fault: string;
}

/** Trials whose curves are read. */
export const MOST_CURVES = 100;

const recordOf = ({ head: { name, metric, mode, space }, trials }: StudyNow): StudyRecord =>
  recordOfRows({ name, metric, mode, space }, trials);

function found(now: StudyNow, rows: StudyRecord, curves: readonly TrialRecord[], fault = ""): StudyFindings {
  const findings = doctor(rows, {
    curves: { ...rows, trials: curves },
    extrapolate: extrapolateFor(rows.metric, rows.mode),
  });
  return {
    version: now.version,
    findings: findings.map(({ kind, text, action, of, needsCurves, draws }) => (
      { kind, text, action, of, needsCurves, draws }
    )),
    trials: rows.trials.length,
    curves: curves.length,
    fault,
  };
}

/** What the rows tell alone. */
export const findingsOfRows = (now: StudyNow): StudyFindings => found(now, recordOf(now), []);

/** What they tell together with the curves of the best trials. The server answers others in between. */
export async function findingsOfCurves(
  now: StudyNow,
  read: StudyReader["trajectory"],
  most = MOST_CURVES,
): Promise<StudyFindings> {
  const rows = recordOf(now), runs = new Map(now.trials.map(({ number, run }) => [number, run]));
  const ended = trialResults(rows).filter(({ trial }) =>
    hasEnded(trial.state) && runs.get(trial.number) !== null
  );
  const curves: TrialRecord[] = [];
  for (const { trial } of ranked(ended, rows.mode).slice(0, most)) {
    const trajectory = await read(runs.get(trial.number)!);
    if (trajectory !== null) curves.push({ ...trial, trajectory });
    await new Promise((resolve) => setTimeout(resolve));
  }
  try {
    return found(now, rows, curves);
  } catch (error) {
    if (!(error instanceof UnreportedMetric)) throw error;
    return found(now, rows, [], error.message);
  }
}
