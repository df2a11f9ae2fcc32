/** What a training says, as what a store is told: how it begins, rows that are new, how it ends. Plain data. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkpointName, checkpointsOf } from "../checkpoints/read_state.ts";
import { specHash } from "../checkpoints/spec_hash.ts";
import type { EndReason, EvaluationRow } from "../curves/trajectory.ts";
import { textOf } from "../criteria/rules.ts";
import { kindOf, ruleText } from "../policies/kind.ts";
import { durationText } from "../durations.ts";
import type { TrainingEvent } from "../training/event.ts";
import type { Plan } from "../training/plan.ts";
import type { FilledSpec } from "../training/spec.ts";
import { flatConfig } from "./flat_config.ts";
import type { ConfigValue, NewRun, SeriesRows, SoFar } from "./store.ts";
import { type Known, knownOf, NOTHING, trajectoryRows } from "./stored_trajectory.ts";

/** What a store is told of one event. */
export interface TrainingNews {
  /** the first of all; `identity` is the same for the same training */
  readonly begin?: {
    readonly run: Omit<NewRun, "from" | "key">;
    readonly identity: string;
    readonly soFar: SoFar;
  };
  readonly rows?: SeriesRows;
  readonly checkpoint?: { readonly step: number; readonly path: string; readonly sha256: string };
  readonly end?: {
    readonly state: EndReason;
    readonly because: string;
    readonly final: EvaluationRow | null;
  };
}

/** Milliseconds between two words of rows: pages are drawn no faster, and each word is a change of the store. */
export const PACE = 100;

/** One training, as its store is told of it. */
export interface TrainingStory {
  /**
   * what an event brings; null when a later one will tell it
   * @param pace milliseconds that lie between two words of rows at least; default 100
   */
  event(event: TrainingEvent, pace?: number): TrainingNews | null;
  /** what is still untold when no event follows; null when that is nothing */
  rest(): TrainingNews | null;
}

/**
 * Tells of one training, event by event; rows that come faster than ten times a second are told together. What a resumed
 * one went on from is told whole at its beginning, so that a store which knows more or less of it knows the same
 * afterwards.
 * @param now milliseconds of a clock that never goes back
 * @example
 * ```ts
 * import { filledSpec, type Spec } from "../training/spec.ts";
 * import { train } from "../training/train.ts";
 * async function rowsOf(spec: Spec) {
 *   const story = trainingStory(filledSpec(spec));
 *   for await (const event of train(spec)) console.log(story.event(event)?.rows?.["training.loss"]?.value.length);
 * }
 * ```
 */
export function trainingStory(spec: FilledSpec, now = () => performance.now()): TrainingStory {
  let known: Known | null = null, told = -Infinity, last: TrainingEvent | null = null;
  const newRows = ({ trajectory }: TrainingEvent) => {
    const rows = trajectoryRows(trajectory, known ?? NOTHING);
    known = knownOf(trajectory);
    told = now();
    return rows;
  };
  return {
    event(event, pace = PACE) {
      const { type, outcome, plan, at, trajectory } = event;
      last = event;
      if (known === null) {
        return { begin: { ...beginningOf(spec, plan, at.step), soFar: { rows: newRows(event) } } };
      }
      const over = type === "checkpoint" || outcome !== null;
      const rows = hasMore(event, known) && (over || now() - told >= pace) ? newRows(event) : null;
      const checkpoint = over ? checkpointAt(spec, at.step) : null;
      const end = outcome && { state: outcome.reason, because: outcome.because, final: trajectory.final };
      if (rows === null && checkpoint === null && end === null) return null;
      return { ...(rows && { rows }), ...(checkpoint && { checkpoint }), ...(end && { end }) };
    },
    rest: () => last && known && hasMore(last, known) ? { rows: newRows(last) } : null,
  };
}

const hasMore = ({ trajectory: { updates, evaluations } }: TrainingEvent, known: Known): boolean =>
  updates.step.length > known.updates ||
  Object.values(known.evaluations).some((rows) => rows < evaluations.step.length);

function beginningOf(spec: FilledSpec, plan: Plan, step: number) {
  const { name, seed, batches, stop } = spec;
  const run: Omit<NewRun, "from" | "key"> = {
    name,
    source: "training",
    config: configOf(spec, plan),
    seed,
    kind: kindOf({ stop }),
    rule: ruleText({ stop }),
    counting: { unit: "updates", fromZero: false },
    batches: {
      batch: batches.batch * (batches.accumulate ?? 1),
      trainingExamples: batches.trainingExamples,
      stepsPerEpoch: plan.updatesPerEpoch,
    },
    plan: batches,
  };
  // a fork may share its spec with its trunk, but not where it begins; what a folder holds goes on as the run it was
  const begun = spec.checkpoint.folder === null && step > 0 ? ` from step ${step}` : "";
  return { run, identity: `${name} ${specHash(plan)}${begun}` };
}

/** All that people compare runs by. */
function configOf(spec: FilledSpec, plan: Plan): Record<string, ConfigValue> {
  const { batch, remainder, batches: { accumulate }, clip, nonFinite } = spec;
  return flatConfig({
    data: spec.data.name,
    trainingExamples: spec.batches.trainingExamples,
    model: plan.model,
    parameters: plan.parameters,
    optimizer: spec.optimizer,
    schedule: inWords(spec.schedule),
    lr: Math.max(...plan.rates.map(({ rate }) => rate)),
    scale: plan.scale ?? undefined,
    batch,
    remainder,
    accumulate,
    clip: clip ?? undefined,
    average: plan.average ?? undefined,
    nonFinite,
    stop: textOf(spec.stop),
    select: plan.select,
    evaluate: plan.evaluationEvery,
    metrics: plan.metrics,
    seed: spec.seed,
    engine: plan.engine,
  });
}

/** Durations in a schedule as text. */
function inWords(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inWords);
  if ("unit" in value && "count" in value) return durationText(value as Parameters<typeof durationText>[0]);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inWords(each)]));
}

/** The checkpoint of a step in the run's folder, by its content; null when there is none. */
function checkpointAt(
  { checkpoint: { folder } }: FilledSpec,
  step: number,
): NonNullable<TrainingNews["checkpoint"]> | null {
  if (folder === null) return null;
  const path = join(checkpointsOf(folder), checkpointName(step));
  if (!existsSync(path)) return null;
  return { step, path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
}
