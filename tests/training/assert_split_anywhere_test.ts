import assert from "node:assert/strict";
import { maxSteps } from "../../lib/criteria/max_steps.ts";
import * as datasets from "../../lib/data/mod.ts";
import { assertSplitAnywhere, SplitDiffers } from "../../lib/training/assert_split_anywhere.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { inFolder } from "../in_folder.ts";
import { data } from "./fixture.ts";
import { rowsOf, short, splitCases, splitTest } from "./split_cases.ts";

splitCases.forEach((each) => splitTest(each, "wasm"));

Deno.test("a folder is left alone, and this much more is counted once", () =>
  inFolder(async (folder) => {
    await assertSplitAnywhere({ ...short, checkpoint: { folder }, stop: maxSteps({ for: 4 }) }, {
      cuts: [1, 3],
    });
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

const FOUR = { ...short, stop: maxSteps(4) };
const WRONG: [Spec, unknown, RegExp][] = [
  [FOUR, { cuts: [4] }, /invalid cuts: 4 \(whole numbers from 1, below 4, where it ends\)/],
  [FOUR, { cuts: [1.5] }, /invalid cuts: 1.5/],
  [FOUR, { cuts: [0] }, /invalid cuts: 0/],
  [FOUR, { cuts: 3 }, /invalid cuts: 3 \(a list of steps\)/],
  [FOUR, { cut: [2] }, /unknown option of assertSplitAnywhere: cut \(has cuts\)/],
  [{ ...FOUR, from: "s1" }, {}, /invalid from: s1 \(none: every cut has a state of its own\)/],
];
for (const [spec, options, message] of WRONG) {
  Deno.test(`the kit refuses ${message.source}`, async () => {
    await assert.rejects(assertSplitAnywhere(spec, options as never), message);
  });
}

Deno.test("a training that is not the same twice is named with the cut and the number that differs", async () => {
  // data that is read anew for every training and was changed in between: what no resume can repeat
  let opened = 0;
  const restless = datasets.streamed({
    name: "restless",
    features: 64,
    classes: data.classes,
    count: 256,
    open: () => rowsOf(++opened),
    validation: { x: data.validation.x, y: data.validation.y },
    test: { x: data.test.x, y: data.test.y },
  });
  await assert.rejects(
    assertSplitAnywhere({ ...short, data: restless, stop: maxSteps(4) }, { cuts: [2] }),
    (error: unknown) =>
      error instanceof SplitDiffers && error.cut === 2 && /at number \d+: .*, uncut/.test(error.message),
  );
});
