import assert from "node:assert/strict";
import { join } from "node:path";
import type { LoggedRun } from "../../../lib/curves/logged.ts";
import { curvesCommand, type CurvesValues } from "../../../lib/curves/readers/curves_command.ts";
import { curvesJson } from "../../../lib/curves/readers/curves_json.ts";
import { CURVES_HELP, CURVES_OPTIONS, WrongCurves } from "../../../lib/curves/readers/curves_options.ts";
import { curvesText } from "../../../lib/curves/readers/curves_text.ts";
import { inFolder } from "../../in_folder.ts";

const columns = (...values: number[]) => Float64Array.from(values);

const RUN: LoggedRun = {
  name: "a",
  source: { format: "csv", path: "a.csv" },
  series: {
    'odd "tag"': { step: columns(1, 2), value: columns(NaN, -Infinity) },
    val_loss: { step: columns(10, 20, 1500), value: columns(0.5, 0.12345678, -0), epoch: columns(1, NaN, 3) },
  },
  config: { lr: Infinity, nested: { decay: NaN } },
  counting: { unit: "updates", fromZero: false },
  batches: { batch: 32 },
  warnings: [{ file: "a.csv", offset: 1024, message: "damaged line skipped" }],
};

Deno.test("JSON holds columns, and text for numbers that JSON lacks", () => {
  const text = [...curvesJson([RUN, RUN])].join("");
  assert.deepEqual(JSON.parse(text), {
    runs: Array(2).fill({
      ...RUN,
      series: {
        'odd "tag"': { step: [1, 2], value: ["NaN", "-Infinity"] },
        val_loss: { step: [10, 20, 1500], value: [0.5, 0.12345678, -0], epoch: [1, "NaN", 3] },
      },
      config: { lr: "Infinity", nested: { decay: "NaN" } },
    }),
  });
});

Deno.test("JSON of long curves comes in pieces, and loses nothing", () => {
  const step = Float64Array.from({ length: 200_000 }, (_, i) => i), value = step.map((i) => Math.sin(i) / 3);
  const pieces = [...curvesJson([{ ...RUN, series: { loss: { step, value } } }])];
  assert.ok(pieces.every((piece) => piece.length < 300_000));
  const { runs: [{ series }] } = JSON.parse(pieces.join(""));
  assert.deepEqual(Float64Array.from(series.loss.value), value);
});

Deno.test("text is a line for each run, then the warnings, each once", () => {
  const longer = { ...RUN, name: "the second", series: { loss: { step: columns(0), value: columns(NaN) } } };
  assert.equal(
    curvesText([RUN, longer], [{ file: "b", offset: null, message: "passed over" }]),
    [
      'a           csv  steps 1 to 1,500  val_loss 3 points, odd "tag" 2 points  best val_loss 0 at 1,500  1 warning',
      "the second  csv  steps 0 to 0      loss 1 point  1 warning",
      "warning: a.csv, byte 1,024: damaged line skipped",
      "warning: b: passed over",
    ].join("\n"),
  );
});

Deno.test("text names three metrics, those of the validation set first, and fifty warnings", () => {
  const points = { step: columns(1, 2), value: columns(0.25, 0.75) };
  const series = { lr: points, loss: points, more: points, val_acc: points, val_loss: points };
  const warnings = Array.from({ length: 60 }, (_, i) => ({ file: "a", offset: i, message: "damaged" }));
  const lines = curvesText([{ ...RUN, series, counting: { unit: "epochs", fromZero: true }, warnings }], [])
    .split("\n");
  assert.equal(
    lines[0],
    "a  csv  epochs 1 to 2  val_loss 2 points, val_acc 2 points, loss 2 points, 2 more  best val_loss 0.25 at 1  60 warnings",
  );
  assert.deepEqual([lines.length, lines.at(-1)], [52, "10 more warnings: --json has them all"]);
});

/** Runs the command on a folder of one CSV file. */
async function printed(values: CurvesValues, csv = "step,loss\n1,0.5\n2,0.25\n"): Promise<string> {
  return await inFolder(async (folder) => {
    Deno.writeTextFileSync(join(folder, "a.csv"), csv);
    let text = "";
    const code = await curvesCommand({
      path: folder,
      values,
      out: (more) => Promise.resolve(void (text += more)),
    });
    assert.equal(code, 0);
    return text;
  });
}

Deno.test("batch and examples stand where the log does not say", async () => {
  const { runs: [run] } = JSON.parse(await printed({ json: true, batch: "32", examples: "1097" }));
  assert.deepEqual(run.batches, { batch: 32, trainingExamples: 1097 });
});

Deno.test("columns that are given are not guessed", async () => {
  const values = { columns: '{"step":"it","metrics":["b"]}' };
  const text = await printed({ json: true, ...values }, "it,a,b\n10,1,2\n20,3,4\n");
  const { runs: [{ series, warnings }] } = JSON.parse(text);
  assert.deepEqual(series, { b: { step: [10, 20], value: [2, 4] } });
  assert.deepEqual(warnings, []);
});

const wrong: { values: CurvesValues; message: string | RegExp }[] = [
  { values: { batch: "0" }, message: "invalid batch: 0 (a whole number, at least 1)" },
  { values: { examples: "1e3" }, message: "invalid examples: 1e3 (a whole number, at least 1)" },
  { values: { resume: "first" }, message: "invalid resume: first (last, all or split)" },
  { values: { format: "aim" }, message: /^unknown format: aim \(has tensorboard, / },
  { values: { columns: '{"it":1}' }, message: /^invalid columns: \{"it":1\} \(JSON of step/ },
  { values: { columns: "it" }, message: /^invalid columns: it/ },
  { values: { follow: true, json: true }, message: "--follow prints lines, --json one object: choose one" },
];
for (const { values, message } of wrong) {
  Deno.test(`used wrongly: ${JSON.stringify(values)} is one line`, async () => {
    await assert.rejects(() => printed(values), (error) => {
      assert.ok(error instanceof WrongCurves);
      typeof message === "string"
        ? assert.equal(error.message, message)
        : assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("every option has its line of help", () => {
  assert.deepEqual(Object.keys(CURVES_HELP).sort(), Object.keys(CURVES_OPTIONS).sort());
});
