import assert from "node:assert/strict";
import { jsonl } from "../../../lib/curves/readers/jsonl.ts";
import { assertCutsDoNotMatter, assertDamageIsTold, read } from "./reading.ts";
import { logOf, points, recognised, sample, told, truth } from "./sample.ts";

const lines = (...objects: unknown[]) => objects.map((object) => `${JSON.stringify(object)}\n`).join("");

Deno.test("metrics.jsonl has the values that were logged, but for its cut line", () => {
  const { loss, eval_loss } = truth("textlogs")["metrics.jsonl"].series_step_value;
  const { segments: [{ series }], warnings } = read(jsonl, sample("textlogs/metrics.jsonl"));
  assert.deepEqual(points(series.eval_loss), eval_loss);
  assert.deepEqual(points(series.loss), loss.slice(0, -1));
  assert.deepEqual(warnings, [{
    offset: 920,
    message: "line skipped: not JSON: ends too early at character 63",
  }]);
});

Deno.test("what is counted is found by its name", () => {
  const cases: [Record<string, unknown>, number[], string][] = [
    [{ step: 5, epoch: 1, loss: 2 }, [5], "updates"],
    [{ global_step: 5, loss: 2 }, [5], "updates"],
    [{ iter: 5, loss: 2 }, [5], "updates"],
    [{ iteration: 5, loss: 2 }, [5], "updates"],
    [{ _step: 5, loss: 2 }, [5], "updates"],
    [{ steps: 5, loss: 2 }, [5], "updates"],
    [{ epoch: 5, loss: 2 }, [5], "epochs"],
    [{ loss: 2 }, [1], "records"],
  ];
  for (const [record, step, unit] of cases) {
    const { segments: [{ series }], counting, warnings } = logOf(jsonl, lines(record));
    assert.deepEqual([[...series.loss.step], counting.unit], [step, unit], JSON.stringify(record));
    assert.equal(warnings.length, "step" in record ? 0 : 1); // what was taken is told
  }
});

Deno.test("objects in objects are joined, and texts that are numbers are numbers", () => {
  const record = {
    step: 1,
    validation: { loss: 0.5, deep: { acc: "NaN" } },
    lr: "1e-3",
    up: "Infinity",
    none: null,
    list: [1, 2],
    optimizer: "adam",
    ok: true,
  };
  const { segments: [{ series }], config } = logOf(jsonl, lines(record));
  assert.deepEqual(
    Object.entries(series).map(([tag, { value }]) => [tag, value[0]]),
    [["validation/loss", 0.5], ["validation/deep/acc", NaN], ["lr", 1e-3], ["up", Infinity]],
  );
  assert.deepEqual(config, { optimizer: "adam", ok: "true" });
  const changing = logOf(jsonl, lines({ step: 1, phase: "a", loss: 1 }, { step: 2, phase: "b", loss: 1 }));
  assert.deepEqual(changing.config, {});
});

Deno.test("bare NaN and Infinity are numbers", () => {
  const { segments: [{ series }] } = logOf(jsonl, '{"step": 1, "a": NaN, "b": -Infinity, "c": Infinity}\n');
  assert.deepEqual([series.a.value[0], series.b.value[0], series.c.value[0]], [NaN, -Infinity, Infinity]);
});

Deno.test("a last line without its end counts when it is whole", () => {
  const { segments: [{ series }], warnings } = logOf(jsonl, '{"step":1,"loss":2}\n{"step":2,"loss":1}');
  assert.deepEqual([points(series.loss), warnings], [[[1, 2], [2, 1]], []]);
  const cut = logOf(jsonl, '{"step":1,"loss":2}\n{"step":2,"lo', "a.jsonl");
  assert.deepEqual(cut.warnings, [{
    offset: 20,
    message: "ends inside a record: skipped until the rest is there",
  }]);
});

Deno.test("records stand behind prefixes and colours; other lines are told where all should be JSON", () => {
  const text = '\u001b[1;31m2026-11-21 | INFO | {"step": 1, "loss": "2.5"}\nnoise {x}\n';
  const mixed = logOf(jsonl, text, "train.log");
  assert.deepEqual([points(mixed.segments[0].series.loss), mixed.warnings], [[[1, 2.5]], []]);
  assert.deepEqual(told(logOf(jsonl, text, "train.jsonl")), ["line skipped: not JSON: no object with keys"]);
});

Deno.test("a key with a name of the language is a key", () => {
  const { segments: [{ series }] } = logOf(
    jsonl,
    '{"step": 1, "__proto__": 2, "constructor": NaN, "toString": 3}\n',
  );
  assert.deepEqual(Object.keys(series), ["__proto__", "constructor", "toString"]);
  assert.equal(Object.getPrototypeOf(series), Object.prototype);
});

Deno.test("lines of objects are taken for JSONL", () => {
  const two = '{"step": 1}\n{"step": 2}\n';
  const cases: [string, string, boolean][] = [
    ["a.jsonl", '{"step": 1}\n', true],
    ["a.ndjson", '{"step": 1}', true],
    ["train.log", two, true],
    ["train.log", '{"step": 1}\n', false],
    ["train.log", `some words\n${two}`, true],
    ["hparams.json", '{\n  "lr": 1\n}\n', false],
    ["hparams.json", '{"lr": 1}', false],
    ["a.jsonl", "words\n", false],
  ];
  for (const [path, text, is] of cases) assert.equal(recognised(jsonl, path, text), is, `${path} ${text}`);
});

Deno.test("JSONL is read alike wherever it is cut, and damage is told", () => {
  assertCutsDoNotMatter(jsonl, sample("textlogs/metrics.jsonl"));
  assertDamageIsTold(jsonl, sample("textlogs/metrics.jsonl"), 200);
});
