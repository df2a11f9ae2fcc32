/** What a kernel may say of its trainings: the border at which it is judged, for cells that nobody has read run there. */
import { z } from "zod";
import type { Series } from "../curves/logged.ts";
import { type PolicyKind, policyKinds } from "../policies/policy.ts";
import type { TrainingNews } from "../store/training_story.ts";

/** Characters of a name, and of a setting or a reason. */
const NAME = 10_000, TEXT = 1_000_000;
/** Settings of a run, and series in one message. */
const SETTINGS = 10_000, SERIES = 10_000;

const name = z.string().max(NAME), text = z.string().max(TEXT);
const count = z.int().min(0);
/** any number: a training that diverged is recorded too */
const number = z.custom<number>((value) => typeof value === "number", "not a number");
const column = z.instanceof(Float64Array);
const atMost = (most: number) => (record: object) => Object.keys(record).length <= most;

/** As long as each other, and steps that never go back: what else was stored could not be read again. */
const series: z.ZodType<Series> = z.strictObject({
  step: column,
  epoch: column.optional(),
  examples: column.optional(),
  seconds: column.optional(),
  value: column,
}).refine(({ step, ...others }) =>
  step.every((each, i) => each >= 0 && each < Infinity && (i === 0 || each >= step[i - 1])) &&
  Object.values(others).every((each) => each === undefined || each.length === step.length)
);
const rows = z.record(name, series).refine(atMost(SERIES));
const row = z.strictObject({
  step: count,
  epoch: number,
  examples: count,
  seconds: number,
  metrics: z.record(name, number).refine(atMost(SERIES)),
});
const plan = z.strictObject({
  trainingExamples: count,
  batch: count,
  remainder: z.enum(["train", "drop", "wrap"]),
  accumulate: count.optional(),
  leftover: z.enum(["flush", "carry", "drop"]).optional(),
});
const run = z.strictObject({
  name,
  source: z.literal("training"),
  config: z.record(name, z.union([text, number, z.boolean(), z.null()])).refine(atMost(SETTINGS)),
  seed: number.nullable(),
  kind: z.enum(policyKinds as readonly [PolicyKind, ...PolicyKind[]]),
  rule: text,
  counting: z.strictObject({ unit: z.enum(["updates", "epochs", "records"]), fromZero: z.boolean() }),
  batches: z.strictObject({
    batch: number.optional(),
    trainingExamples: number.optional(),
    stepsPerEpoch: number.optional(),
  }),
  plan: plan.optional(),
});
const news: z.ZodType<TrainingNews> = z.strictObject({
  begin: z.strictObject({ run, identity: name, soFar: z.strictObject({ rows }) }).optional(),
  rows: rows.optional(),
  checkpoint: z.strictObject({ step: count, path: name, sha256: z.string().regex(/^[0-9a-f]{64}$/) })
    .optional(),
  end: z.strictObject({
    state: z.enum(["stopped", "alreadyComplete", "exhausted", "diverged", "aborted", "failed"]),
    because: text,
    final: row.nullable(),
  }).optional(),
});

/**
 * What a kernel says is new of a training; null as it is.
 * @throws RangeError `invalid news of a training: rows.loss (Invalid input)`
 */
export function readNews(said: unknown): TrainingNews | null {
  if (said === null) return null;
  const { success, data, error } = news.safeParse(said);
  if (success) return data;
  const [{ path, message }] = error.issues;
  throw new RangeError(
    `invalid news of a training: ${path.join(".").slice(0, 200)} (${message.slice(0, 200)})`,
  );
}
