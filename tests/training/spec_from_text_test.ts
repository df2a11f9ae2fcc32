import assert from "node:assert/strict";
import { join } from "node:path";
import { specHash } from "../../lib/checkpoints/spec_hash.ts";
import { textOf } from "../../lib/criteria/rules.ts";
import { selectionText } from "../../lib/criteria/select.ts";
import { scheduleText } from "../../lib/schedules/resolve.ts";
import { plan } from "../../lib/training/plan.ts";
import { specFromText, type TrainValues } from "../../lib/training/spec_from_text.ts";
import { TRAIN_OPTIONS } from "../../lib/training/train_options.ts";

const DEFAULTS = Object.fromEntries(
  Object.entries(TRAIN_OPTIONS).map((
    [name, option],
  ) => [name, "default" in option ? option.default : undefined]),
) as unknown as TrainValues;
const STOP = { stop: "maxSteps(100)" };
const specOf = (given: Partial<TrainValues>, dataset = "digits") =>
  specFromText(dataset, { ...DEFAULTS, ...STOP, ...given });

const REFUSED: [string, Partial<TrainValues>, RegExp][] = [
  ["no rule", { stop: undefined }, /^missing option: --stop \(as 'maxSteps\(2000\)'\)$/],
  ["no text for a rule", { stop: "" }, /^invalid stop: "": unexpected end of text /],
  ["a cap of 0", { stop: "maxSteps(0)" }, /^invalid stop: maxSteps\(0\): invalid maxSteps: steps\(0\) /],
  ["a rule over two lines", { stop: "maxSteps(\n0)" }, /^invalid stop: maxSteps\( 0\): invalid maxSteps/],
  [
    "half a selection",
    { select: "best(validation.loss)" },
    /^invalid select: best\(validation.loss\): invalid mode/,
  ],
  ["an unknown optimizer", { optimizer: "sdg" }, /^invalid optimizer: \{"kind":"sdg"\} \(kind sgd, /],
  [
    "an optimizer's unknown option",
    { optimizer: '{"kind":"adam","beta":1}' },
    /^invalid optimizer: .*: unknown option of adam: beta/,
  ],
  ["no JSON", { optimizer: "{adam}" }, /^invalid optimizer: \{adam\}: not JSON$/],
  ["a word for a rate", { rate: "fast" }, /^invalid rate: fast \(a number\)$/],
  ["an empty rate", { rate: "" }, /^invalid rate: "" \(a number\)$/],
  ["a rate of 0", { rate: "0" }, /^invalid rate: 0 /],
  [
    "a rate beside a whole schedule",
    { schedule: '{"kind":"constant","rate":0.1}', rate: "0.5" },
    /^invalid rate: 0.5 \(the schedule as JSON has its own\)$/,
  ],
  ["an unknown schedule", { schedule: "step" }, /^unknown schedule: step \(constant, cosine, or JSON\)$/],
  [
    "an unknown schedule in JSON",
    { schedule: '{"kind":"x"}' },
    /^invalid schedule: \{"kind":"x"\}: unknown schedule: "x"/,
  ],
  ["a cosine without end", { schedule: "cosine" }, /^missing option: --horizon /],
  [
    "a horizon in seconds",
    { schedule: "cosine", horizon: "seconds(5)" },
    /^invalid horizon: seconds\(5\) \(in steps, epochs, examples\)$/,
  ],
  [
    "a warm-up without cosine",
    { warmup: "steps(5)" },
    /^invalid warmup: steps\(5\) \(only with --schedule cosine\)$/,
  ],
  [
    "half a batch to accumulate",
    { accumulate: "1.5" },
    /^invalid accumulate: 1.5 \(a whole number, at least 1\)$/,
  ],
  ["a bare number", { evaluate: "50" }, /^invalid evaluate: "50" \(a duration, such as steps\(500\)\)$/],
  [
    "an unknown unit",
    { evaluate: "hours(3)" },
    /^invalid evaluate: hours\(3\) \(in steps, epochs, examples\)$/,
  ],
  [
    "evaluating never",
    { evaluate: "steps(0)" },
    /^invalid evaluate: steps\(0\) \(a whole number, at least 1\)$/,
  ],
  ["saving by the clock", { checkpoint: "seconds(9)" }, /^invalid checkpoint: seconds\(9\) /],
  [
    "metrics with a gap",
    { metrics: "loss,,f1" },
    /^invalid metrics: "loss,,f1" \(names with commas between\)$/,
  ],
  ["fewer than none", { "keep-best": "-1" }, /^invalid keep-best: -1 \(a whole number, at least 0\)$/],
  ["no last checkpoint", { "keep-last": "0" }, /^invalid keep-last: 0 \(a whole number, at least 1\)$/],
  ["a negative seed", { seed: "-1" }, /^invalid seed: -1 \(a whole number, at least 0\)$/],
  ["an endless seed", { seed: "1e400" }, /^invalid seed: 1e400 \(a number\)$/],
  ["an unknown way with nothing to do", { "on-noop": "x" }, /^invalid on-noop: "x" \(ok, warn or error\)$/],
  ["an unknown model", { model: "x" }, /^unknown model: x \(has mlp, logistic, convnet\)$/],
  [
    "layers of a model without",
    { model: "logistic", layers: "64,10" },
    /^invalid layers: 64,10 \(only with --model mlp\)$/,
  ],
  ["a word among layers", { layers: "64,x" }, /^invalid layers: x \(a number\)$/],
  [
    "a column of data without columns",
    { label: "kind" },
    /^invalid label: kind \(of a data file; digits has its own\)$/,
  ],
];
for (const [what, given, message] of REFUSED) {
  Deno.test(`a training told by ${what} is refused in one line`, () =>
    assert.rejects(specOf(given), (error: Error) => {
      assert.match(error.message, message);
      return !error.message.includes("\n");
    }));
}

const REFUSED_DATA: [string, Partial<TrainValues>, RegExp][] = [
  ["digitz", {}, /^unknown dataset: digitz \(has digits, breastCancer, spirals, blobs; or a .csv, /],
  ["nowhere.csv", { label: "kind" }, /^invalid data: nowhere.csv: no such file$/],
  ["digits", { columns: "a" }, /^invalid columns: a \(of a data file; digits has its own\)$/],
  ["nowhere.npz", { label: "y", delimiter: ";" }, /^invalid delimiter: ; \(of a .csv file\)$/],
  ["nowhere.csv", {}, /^missing option: --label or --value \(nowhere.csv is read with one, not none\)$/],
  ["nowhere.csv", { label: "a", value: "b" }, /^invalid option: --label or --value \(.*, not both\)$/],
  ["spirals", { model: "convnet" }, /^invalid model: convnet \(reads images, the data has 2 features\)$/],
];
for (const [dataset, given, message] of REFUSED_DATA) {
  Deno.test(`data named ${dataset} with ${JSON.stringify(given)} is refused in one line`, () =>
    assert.rejects(specOf(given, dataset), { message }));
}

Deno.test("what is left out has the defaults that the help names", async () => {
  const { model, optimizer, schedule, batch, accumulate, evaluate, seed, select, checkpoint } = await specOf(
    {},
  );
  assert.deepEqual("layers" in model && model.layers, [64, 64, 10]);
  assert.equal(optimizer.kind, "adam");
  assert.equal(scheduleText(schedule), "constant(0.001)");
  assert.deepEqual([batch, accumulate, seed, select], [32, { batches: 1 }, 0, undefined]);
  assert.deepEqual(evaluate, { every: { unit: "epochs", count: 1 } });
  assert.deepEqual(checkpoint!.keep, { best: 1, last: 1 });
});

Deno.test("a checkpoint is saved at every tenth evaluation, unless it is told when", async () => {
  const every = async (given: Partial<TrainValues>) => (await specOf(given)).checkpoint!.every;
  assert.deepEqual(await every({}), { unit: "epochs", count: 10 });
  assert.deepEqual(await every({ evaluate: "steps(50)" }), { unit: "steps", count: 500 });
  assert.deepEqual(await every({ evaluate: "steps(50)", checkpoint: "steps(1_000)" }), {
    unit: "steps",
    count: 1000,
  });
});

Deno.test("every option reaches the training", async () => {
  const spec = await specOf({
    stop: "any(maxEpochs(9), plateau(val_loss, min, patience: evaluations(3)))",
    select: "last()",
    optimizer: '{"kind":"adamw","decay":0.05}',
    schedule: "cosine",
    rate: "0.01",
    warmup: "epochs(0.5)",
    horizon: "epochs(9)",
    batch: "16",
    accumulate: "4",
    metrics: "loss, f1",
    seed: "7",
    layers: "64,32,10",
    "on-noop": "error",
    "keep-best": "3",
    "keep-last": "2",
    fresh: true,
  });
  assert.equal(
    textOf(spec.stop),
    "any(maxEpochs(9), plateau(validation.loss, min, patience: evaluations(3)))",
  );
  assert.equal(selectionText(spec.select!), "last()");
  assert.deepEqual("decay" in spec.optimizer && spec.optimizer.decay, 0.05);
  assert.equal(
    scheduleText(spec.schedule),
    "warmupCosine(warmup: epochs(0.5), peak: 0.01, horizon: epochs(9))",
  );
  assert.deepEqual([spec.batch, spec.accumulate, spec.seed, spec.onNoop], [16, { batches: 4 }, 7, "error"]);
  assert.deepEqual([spec.metrics, "layers" in spec.model && spec.model.layers], [["loss", "f1"], [
    64,
    32,
    10,
  ]]);
  assert.deepEqual([spec.checkpoint!.keep, spec.checkpoint!.fresh], [{ best: 3, last: 2 }, true]);
});

Deno.test("a file's model fits its classes or values, and its run is another when other numbers are in it", async () => {
  const folder = await Deno.makeTempDir(), file = join(folder, "points.csv");
  const write = (rows: number[]) =>
    Deno.writeTextFile(file, `a,b,kind\n${rows.map((i) => `${i % 7},${i % 5},${i % 3}`).join("\n")}\n`);
  try {
    const rows = Array.from({ length: 60 }, (_, i) => i);
    await write(rows);
    const classes = await specOf({ label: "kind" }, file), values = await specOf({ value: "kind" }, file);
    assert.deepEqual("layers" in classes.model && classes.model.layers, [2, 64, 3]);
    assert.deepEqual("layers" in values.model && values.model.layers, [2, 64, 1]);
    assert.equal("loss" in values.model && values.model.loss, "meanSquaredError");
    assert.equal(classes.data.name, "points.csv");
    assert.equal((await specOf({ label: "kind", columns: "b" }, file)).data.features, 1);
    await assert.rejects(
      specOf({ label: "kind", columns: "c" }, file),
      /unknown column: c \(has a, b, kind\)/,
    );
    await assert.rejects(
      specOf({ label: "kind", delimiter: ";" }, file),
      /unknown column: kind \(has a,b,kind/,
    );
    await write(rows.toReversed());
    assert.notEqual(specHash(plan(await specOf({ label: "kind" }, file))), specHash(plan(classes)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
