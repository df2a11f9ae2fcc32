import assert from "node:assert/strict";
import type { LogReader } from "../../../lib/curves/logged.ts";
import { llmC } from "../../../lib/curves/readers/llm_c.ts";
import { moddedNanogpt } from "../../../lib/curves/readers/modded_nanogpt.ts";
import { nanogpt } from "../../../lib/curves/readers/nanogpt.ts";
import { pythonDicts } from "../../../lib/curves/readers/python_dicts.ts";
import { assertCutsDoNotMatter, assertDamageIsTold, read } from "./reading.ts";
import { logOf, points, recognised, sample, told, truth } from "./sample.ts";

const expected = truth("textlogs");

Deno.test("nanogpt.txt has the values that were printed", () => {
  const { train_est, val, iter_loss } = expected["nanogpt.txt"];
  const { segments: [{ series }], warnings, counting } = read(nanogpt, sample("textlogs/nanogpt.txt"));
  assert.deepEqual([warnings, counting], [[], { unit: "updates", fromZero: true }]);
  assert.deepEqual(points(series["train loss"]), train_est);
  assert.deepEqual(points(series["val loss"]), val);
  assert.deepEqual(points(series.loss), iter_loss);
  assert.deepEqual([series.time.value[1], series.mfu.value[0]], [19.18, -100]);
});

Deno.test("modded_nanogpt.txt has the values that were printed, behind its own source", () => {
  const { val_loss, train_time_ms } = expected["modded_nanogpt.txt"].val_loss_and_time_at_eval_lines;
  const log = read(moddedNanogpt, sample("textlogs/modded_nanogpt.txt"));
  const { segments: [{ series }], warnings, counting, config } = log;
  assert.deepEqual([warnings, counting], [[], { unit: "updates", fromZero: false }]);
  assert.deepEqual([Object.keys(series), config], [["val_loss"], { num_iterations: 240 }]);
  assert.deepEqual(points(series.val_loss), val_loss);
  const seconds = train_time_ms.map(([, time]: [number, number]) => time / 1_000);
  assert.deepEqual([...series.val_loss.seconds!], seconds);
});

Deno.test("main.log has the values that were printed", () => {
  const { segments: [{ series }], warnings, counting } = read(llmC, sample("textlogs/llmc_main.log"));
  assert.deepEqual([warnings, counting], [[], { unit: "updates", fromZero: true }]);
  const { note: _note, ...tags } = expected["llmc_main.log"];
  assert.deepEqual(
    Object.fromEntries(Object.entries(series).map(([tag, each]) => [tag, points(each)])),
    tags,
  );
});

Deno.test("a step that goes back begins a segment", () => {
  const { segments } = read(llmC, sample("textlogs/llmc_resumed.log"));
  assert.deepEqual(
    segments.map(({ from, series }) => [from, series.trl.step.length, series.trl.step.at(-1)]),
    [
      [null, 131, 130],
      [100, 101, 200],
    ],
  );
});

Deno.test("hf_console.txt has the values that were printed, at steps by the progress bar and the epochs", () => {
  const { loss, eval_loss } = expected["hf_console.txt"].series;
  const log = read(pythonDicts, sample("textlogs/hf_console.txt"));
  const { segments: [{ series }], counting, batches } = log;
  assert.deepEqual([counting, batches], [{ unit: "updates", fromZero: false }, { stepsPerEpoch: 15 }]);
  assert.deepEqual([points(series.loss), points(series.eval_loss)], [loss, eval_loss]);
  assert.deepEqual([...series.loss.epoch!.slice(0, 3)], [0, 1.33, 2.67]);
  assert.deepEqual(told(log), [
    "no steps in the records: the count of the progress bar is taken; 5 records without it are placed by their epoch",
  ]);
});

Deno.test("prefixes, colours, line ends and other lines do not matter", () => {
  const cases: [LogReader, string][] = [
    [nanogpt, "step 0: train loss 2.5, val loss nan\niter 0: loss 1e-3, time 5.50ms, mfu 1.5%\n"],
    [
      moddedNanogpt,
      "step:0/9 val_loss:2.5 train_time:0ms step_avg:nanms\nstep:9/9 val_loss:inf train_time:10ms step_avg:1ms\n",
    ],
    [llmC, "s:0 tel:2.5\ns:0 trl:nan lr:1e-4 norm:1.5\ns:250 eval:0.25\n"],
    [pythonDicts, "{'loss': 2.5, 'step': 0}\n{'loss': nan, 'step': 9}\n"],
  ];
  for (const [reader, text] of cases) {
    const plain = logOf(reader, text);
    assert.ok(Object.keys(plain.segments[0].series).length > 0);
    const changed = [
      text.replace(/^/gm, "2026-11-21 07:51:48,123 [rank 0] "),
      text.replace(/^(.+)$/gm, "\u001b[1;32m$1\u001b[0m"),
      text.replaceAll("\n", "\r\n"),
      text.replace(/^/gm, "\r  5%|# | 1/20 [00:01<00:09,  1.5s/it]\r"),
      text.replace(/^/gm, "W1121 a warning with loss 5 and step 7\n"),
    ];
    for (const other of changed) assert.deepEqual(logOf(reader, other), plain, other);
  }
});

Deno.test("a record that is not whole is told, and one at the end waits for its rest", () => {
  const cut = "ends inside a record: skipped until the rest is there";
  const damaged = "damaged record skipped: it is not of the form of its kind";
  const cases: [LogReader, string, [number, string][], number][] = [
    [nanogpt, "iter 0: loss 1, time 1ms, mfu 5%", [], 1],
    [nanogpt, "iter 0: loss 1, time 1ms, mf", [[0, cut]], 0],
    [nanogpt, "step 0: train loss 1, val loss 2.", [[0, cut]], 0],
    [nanogpt, "words\nstep 0: train loss 1, v\niter 0: loss 1, time 1ms\n", [[6, damaged]], 1],
    [nanogpt, "iter 0: loss x, time 1ms\n", [[0, 'not a number: "x" for loss']], 0],
    [moddedNanogpt, "step:1/9 train_loss:2 train_time:5ms step_avg:5.0ms", [], 1],
    [moddedNanogpt, "step:1/9 train_loss:2 train_ti", [[0, cut]], 0],
    [llmC, "s:1 tel:2.5\ns:2 tel:2.", [[12, cut]], 1],
    [llmC, "s:1 tel:\n", [[0, damaged]], 0],
    [pythonDicts, "{'loss': 1, 'epoch': 0.5", [[0, cut]], 0],
    [pythonDicts, "{'loss': 1, 'ep\n{'loss': 1, 'step': 3}", [[
      0,
      "damaged record skipped: its dict is not whole",
    ]], 1],
  ];
  for (const [reader, text, warnings, count] of cases) {
    const log = logOf(reader, text);
    assert.deepEqual(log.warnings.map(({ offset, message }) => [offset, message]), warnings, text);
    const loss = Object.entries(log.segments[0]?.series ?? {}).filter(([tag]) => /loss|tel/.test(tag));
    assert.equal(loss.reduce((sum, [, { step }]) => sum + step.length, 0), count, text);
  }
});

Deno.test("a clock that is set back without a restart goes on", () => {
  const line = (step: number, ms: number) => `step:${step}/9 train_loss:1 train_time:${ms}ms step_avg:1ms\n`;
  const log = logOf(moddedNanogpt, line(1, 30_000) + line(2, 33_005) + line(3, 114) + line(4, 274));
  assert.deepEqual([...log.segments[0].series.train_loss.seconds!], [30, 33.005, 33.119, 33.279]);
  assert.deepEqual(log.warnings, [{
    offset: 108,
    message: "clock set back at step 3: the 33.005 s that it had shown are added",
  }]);
  const again = logOf(moddedNanogpt, line(1, 100) + line(2, 200) + line(1, 50));
  assert.deepEqual([...again.segments[1].series.train_loss.seconds!], [0.05]);
  const resumed = logOf(
    moddedNanogpt,
    line(1, 100) + line(2, 200) + line(3, 300) + line(2, 60) + line(3, 90),
  );
  assert.deepEqual([...resumed.segments[1].series.train_loss.seconds!], [0.16, 0.19]);
  assert.deepEqual(again.warnings, []);
});

Deno.test("dicts are read as Python prints them", () => {
  const text = "{'loss': np.float64(0.5), 'grad_norm': tensor(1.5, device='cuda:0'), 'lr': '1e-05', " +
    "'none': None, 'ok': True, 'list': [1, {'a': (2,)}], 'it\\'s': 3, \"d\": {'e': -inf}, 'step': 4}\n";
  const { segments: [{ series }], counting } = logOf(pythonDicts, text);
  assert.deepEqual(
    Object.entries(series).map(([tag, { step, value }]) => [tag, step[0], value[0]]),
    [["loss", 4, 0.5], ["grad_norm", 4, 1.5], ["lr", 4, 1e-5], ["it's", 4, 3], ["d/e", 4, -Infinity]],
  );
  assert.deepEqual(counting, { unit: "updates", fromZero: false });
});

Deno.test("without a step and a bar records are counted, and an epoch that goes back is a restart", () => {
  const epochs = [0.5, 1, 1.5, 1, 1.5, 2];
  const log = logOf(pythonDicts, epochs.map((epoch, i) => `{'loss': ${i}, 'epoch': ${epoch}}\n`).join(""));
  assert.deepEqual(log.counting, { unit: "records", fromZero: false });
  assert.deepEqual(log.segments.map(({ from, series }) => [from, points(series.loss)]), [
    [null, [[1, 0], [2, 1], [3, 2]]],
    [2, [[2, 3], [3, 4], [4, 5]]],
  ]);
  assert.deepEqual(told(log), ["no steps in this log: its records are counted, in their order"]);
});

Deno.test("the bar of an evaluation is not the one of the training", () => {
  const log = logOf(
    pythonDicts,
    " 10%|# | 10/100 [00:01<00:09]{'loss': 3, 'epoch': 1.0}\n" +
      "100%|##| 7/7 [00:00<00:00]{'eval_loss': 2, 'epoch': 1.0}\n" +
      " 20%|# | 20/100 [00:01<00:09]{'loss': 1, 'epoch': 2.0}\n",
  );
  const { series } = log.segments[0];
  assert.deepEqual([points(series.loss), points(series.eval_loss)], [[[10, 3], [20, 1]], [[10, 2]]]);
});

Deno.test("a rounded epoch places a record between the bars around it", () => {
  const bar = (step: number, text: string) => ` 10%|# | ${step}/90000 [00:01<00:09]${text}\n`;
  const log = logOf(
    pythonDicts,
    bar(13_340, "{'loss': 3, 'epoch': 1.33}") + "{'eval_loss': 2, 'epoch': 1.33}\n" + // 13,300 by its epoch
      bar(26_600, "{'loss': 2, 'epoch': 2.67}") + "{'eval_loss': 1, 'epoch': 2.67}\n" + // 26,700
      bar(26_660, "{'loss': 1, 'epoch': 2.67}") + bar(90_000, "{'loss': 1, 'epoch': 9.0}"),
  );
  assert.equal(log.segments.length, 1);
  assert.deepEqual([...log.segments[0].series.eval_loss.step], [13_340, 26_660]);
});

Deno.test("each log is known by its lines, and a program that prints them is none", () => {
  const lines: [LogReader, string][] = [
    [nanogpt, "step 0: train loss 2.5, val loss 2.5\n"],
    [nanogpt, "iter 10: loss 0.9020, time 19.18ms, mfu -100.00%\n"],
    [moddedNanogpt, "step:1/1770 train_time:123ms step_avg:123ms\n"],
    [moddedNanogpt, 'print0(f"step:{step}/{steps} val_loss:{loss:.4f} train_time:{time:.0f}ms")\n'],
    [llmC, "s:0 tel:2.5\n"],
    [pythonDicts, "{'loss': 2.5, 'epoch': 1.0}\n"],
  ];
  const readers = [nanogpt, moddedNanogpt, llmC, pythonDicts];
  for (const [reader, line] of lines) {
    const text = `a line before\n${line}`;
    assert.deepEqual(readers.filter((each) => recognised(each, "log.txt", text)), [reader], line);
    assert.deepEqual(readers.filter((each) => recognised(each, "train.py", text)), [], line);
  }
});

Deno.test("text logs are read alike wherever they are cut, and damage is told", () => {
  const files: [LogReader, string][] = [
    [nanogpt, "nanogpt.txt"],
    [moddedNanogpt, "modded_nanogpt.txt"],
    [llmC, "llmc_resumed.log"],
    [pythonDicts, "hf_console.txt"],
  ];
  for (const [reader, file] of files) {
    const bytes = sample(`textlogs/${file}`).slice(0, 4_000);
    assertCutsDoNotMatter(reader, bytes, 20);
    assertDamageIsTold(reader, bytes, 100);
  }
});
