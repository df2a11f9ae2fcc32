/** What `plateau doctor` prints for people. */
import type { Chart } from "../charts/chart.ts";
import { countedText, countText } from "../durations.ts";
import type { DoctorFinding } from "./procedures/doctor.ts";
import type { StudyRecord, TrialState } from "./study_record.ts";

/** A study and what was found. */
export interface Examined {
  readonly record: StudyRecord;
  /** what else has to be known of it, as where its length is from */
  readonly notes: readonly string[];
  readonly findings: readonly DoctorFinding[];
}

/** Characters of a figure's line. */
const COLUMNS = 110;

/**
 * A heading, then the findings by number, each with its figure in a line and what to do next.
 * @example
 * ```ts
 * import type { Examined } from "./doctor_text.ts";
 * const text = (studies: Examined[]) => studies.map(doctorText).join("\n\n");
 * ```
 */
export function doctorText({ record, notes, findings }: Examined): string {
  const { name, metric, mode, trials } = record, way = mode === "min" ? "less is better" : "more is better";
  const states = [...Map.groupBy(trials, ({ state }) => state)].map(([state, { length }]) =>
    `${countText(length)} ${STATES[state]}`
  );
  const head = `${name}: ${countedText(trials.length, "trial")} by ${metric}, ${way} (${states.join(", ")})`;
  const told = findings.map(({ text, action, figure }, i) =>
    [`${i + 1}. ${text}`, ...[...drawn(figure), `→ ${action}`].map((line) => `   ${line}`)].join("\n")
  );
  return [[head, ...notes].join("\n"), ...told].join("\n\n");
}

const drawn = (figure: Chart) => (figure.empty ?? figure.text(COLUMNS)).split("\n");

const STATES: Readonly<Record<TrialState, string>> = {
  waiting: "waiting",
  running: "running",
  done: "to their end",
  stopped: "stopped before",
  pruned: "pruned",
  diverged: "diverged",
  failed: "failed",
};
