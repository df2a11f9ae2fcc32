/** What a training says to a terminal: where it is, and how it ended. */
import type { EvaluationRow } from "../curves/trajectory.ts";
import { countText } from "../durations.ts";
import type { Outcome, TrainingEvent } from "./event.ts";

/**
 * `step 1,250 of 2,000, validation.loss 0.1234, 312 updates/s, 3 s left`; what is not known is left out.
 * @example
 * ```ts
 * import type { TrainingEvent } from "plateau";
 * const show = (event: TrainingEvent) => console.error(progressText(event));
 * ```
 */
export function progressText({ at, pace, plan, trajectory }: TrainingEvent): string {
  const { lastStep } = plan, loss = trajectory.evaluations.metrics["validation.loss"]?.at(-1);
  return [
    lastStep === null ? `step ${countText(at.step)}` : `step ${countText(at.step)} of ${countText(lastStep)}`,
    ...(loss === undefined ? [] : [`validation.loss ${numberText(loss)}`]),
    ...(pace > 0 ? [`${countText(Math.round(pace))} updates/s`] : []),
    ...(pace > 0 && lastStep !== null ? [`${timeText((lastStep - at.step) / pace)} left at most`] : []),
  ].join(", ");
}

/** The outcome as lines: what, then its value. */
export function outcomeText(
  { reason, path, because, at, kept, changed, alreadyComplete }: Outcome,
  folder: string,
): string {
  const rows = [
    [
      "end",
      alreadyComplete
        ? completeText(alreadyComplete, because)
        : `${reason}${path && ` by ${path}`} (${because})`,
    ],
    ["at", `step ${countText(at.step)}, epoch ${countText(at.epoch)}, ${timeText(at.seconds)}`],
    ["kept", kept ? rowText(kept) : unkeptText(reason)],
    ...(alreadyComplete ? [] : changed.map((change) => ["changed", change])),
    ["run", folder],
    ...(reason === "aborted" ? [["next", "the same command goes on from here"]] : []),
  ];
  return rows.map(([what, value]) => `${what.padEnd(10)}${value}`).join("\n");
}

/** Weights that diverged are no result. */
const unkeptText = (reason: Outcome["reason"]): string =>
  `${reason === "diverged" ? "nothing" : "the weights at the end"}: there was no evaluation before it`;

/** By a cap, what there is of it; by another rule, that it had said stop, and why. */
const completeText = (
  { by, have, cap, unit }: NonNullable<Outcome["alreadyComplete"]>,
  because: string,
): string =>
  by === "cap"
    ? `alreadyComplete: at ${amountText(have)} ${unit}, and the cap is ${amountText(cap)}`
    : `alreadyComplete: a rule had said stop at step ${countText(have)} (${because})`;

const amountText = (amount: number): string => countText(+amount.toPrecision(6));

const rowText = ({ step, metrics }: EvaluationRow): string =>
  `step ${countText(step)}: ${
    Object.entries(metrics).map(([name, value]) => `${name} ${numberText(value)}`).join(", ")
  }`;

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(+value.toPrecision(4)) : String(value);

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function timeText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds), minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
