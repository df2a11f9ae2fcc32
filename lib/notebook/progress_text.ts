/** How far a stream is, in words, when its values say so. */
import { clock, thousands } from "../charts/format.ts";
import type { TrainingEvent } from "../training/event.ts";

function isTrainingEvent(value: unknown): value is TrainingEvent {
  const event = value as Partial<TrainingEvent> | null;
  return typeof event === "object" && event !== null && typeof event.at?.step === "number" &&
    typeof event.plan === "object" && event.plan !== null;
}

/** The events in a value: itself, those in a list of trainings, the runs of a comparison or of several. */
function eventsIn(value: unknown): readonly TrainingEvent[] {
  if (isTrainingEvent(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(eventsIn);
  const runs = (value as { runs?: unknown } | null)?.runs;
  return Array.isArray(runs) ? runs.filter(isTrainingEvent) : [];
}

/** Seconds until the last update of all that still run or wait, at the present pace; null when it cannot be known. */
function secondsLeft(waiting: readonly TrainingEvent[], pace: number): number | null {
  if (!(pace > 0) || waiting.some((event) => event.plan.lastStep === null)) return null;
  const updates = waiting.map(({ at, plan }) => Math.max(0, plan.lastStep! - at.step));
  return updates.reduce((sum, count) => sum + count, 0) / pace;
}

/** Of trainings that have ended. */
function endText(events: readonly TrainingEvent[]): string {
  if (events.length === 1) return `ended at step ${thousands(events[0].at.step)}`;
  return events.length === 0 ? "" : `${events.length} of ${events.length} done`;
}

/** `step 1,200 of 3,000, 0:12 left`, or `2 of 3 done, step 1,200 of 3,000, 0:12 left`; empty when nothing is known. */
export function progressText(value: unknown): string {
  const events = eventsIn(value);
  const running = events.filter((event) => event.outcome === null);
  const current = running.find((event) => event.at.step > 0) ?? running[0];
  if (current === undefined) return endText(events);
  const parts: string[] = [];
  if (events.length > 1) parts.push(`${events.length - running.length} of ${events.length} done`);
  const cap = current.plan.lastStep;
  parts.push(`step ${thousands(current.at.step)}${cap === null ? "" : ` of ${thousands(cap)}`}`);
  const left = secondsLeft(running, current.pace);
  if (left !== null) parts.push(`${clock(left)} left`);
  return parts.join(", ");
}
