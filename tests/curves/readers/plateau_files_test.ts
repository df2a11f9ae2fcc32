import assert from "node:assert/strict";
import { join } from "node:path";
import { exactJson } from "../../../lib/checkpoints/exact_json.ts";
import { openRun } from "../../../lib/checkpoints/run_folder.ts";
import { plateauFiles } from "../../../lib/curves/readers/plateau_files.ts";
import { readLogs } from "../../../lib/curves/readers/read_logs.ts";
import { KEEPING, stateAt } from "../../checkpoints/states.ts";
import { inFolder } from "../../in_folder.ts";

const file = (path: string, text: string) => ({ path, bytes: new TextEncoder().encode(text) });
const columns = (path: string, ...numbers: number[]) => ({
  path,
  bytes: new Uint8Array(Float64Array.from(numbers).buffer),
});

Deno.test("the folder of a training gives what the training recorded, while it is under way", () =>
  inFolder(async (folder) => {
    const path = join(folder, "runs", "digits"), run = openRun(path), state = stateAt(20);
    run.write(state, KEEPING);
    Deno.writeTextFileSync(
      join(path, "run.json"),
      exactJson({ name: "digits", plan: { optimizer: "adam" } }),
    );
    const { runs: [{ name, source, series, config }], warnings } = await readLogs(folder);
    run.close();
    assert.deepEqual([name, source, config], ["digits", { format: "plateau", path: "runs/digits" }, {
      optimizer: "adam",
    }]);
    const { updates, evaluations } = state.trajectory, { step, epoch, examples, seconds } = updates;
    assert.deepEqual(series["training.loss"], { step, value: updates.loss, epoch, examples, seconds });
    assert.deepEqual(series.rate.value, updates.rate);
    assert.ok(evaluations.step.length > 0);
    for (const [metric, value] of Object.entries(evaluations.metrics)) {
      assert.deepEqual(series[metric].value, value);
      assert.deepEqual(series[metric].step, evaluations.step);
      assert.deepEqual(series[metric].seconds, evaluations.seconds);
    }
    assert.deepEqual(warnings, []);
  }));

Deno.test("a row and a line that a write has not finished yet wait; a damaged line is told", () => {
  const row = columns("updates.f64", 1, 0.1, 32, 1e-3, NaN, 2, 0.2, 64);
  const lines =
    '{"step":5,"epoch":1,"examples":160,"metrics":{"validation.loss":{"$number":"NaN"}},"standardErrors":{}}\n' +
    'x\n{"step":10,"metr';
  const { log, warnings } = plateauFiles([row, file("evaluations.jsonl", lines), file("run.json", "{")]);
  const { "training.loss": loss, "validation.loss": validation } = log.segments[0].series;
  assert.deepEqual([[...loss.step], [...loss.value]], [[1], [NaN]]);
  assert.deepEqual([[...validation.step], [...validation.value]], [[5], [NaN]]);
  assert.deepEqual(warnings.map(({ offset }) => offset), [lines.indexOf("x\n"), lines.indexOf('{"step":10')]);
  assert.equal(log.name, null);
});
