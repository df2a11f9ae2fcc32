import assert from "node:assert/strict";
import { steps } from "../../lib/durations.ts";
import { setEngineChoice } from "../../lib/engine/engine.ts";
import { readState } from "../../lib/checkpoints/read_state.ts";
import type { StudyRow } from "../../lib/store/study_store.ts";
import { choice } from "../../lib/studies/space.ts";
import { trainTrial } from "../../lib/studies/train_trial.ts";
import { claimFolder, removeEarlier, studyFolder } from "../../lib/studies/trial_folder.ts";
import { trialsOf } from "../../lib/studies/trials_of.ts";
import { inFolder } from "../in_folder.ts";
import { small } from "../training/fixture.ts";

setEngineChoice("wasm");

const { model, data, optimizer, schedule, batch, evaluate } = small;
const [plan] = trialsOf({
  name: "rates",
  spec: { model, data, optimizer, schedule, batch, evaluate },
  space: { "schedule.rate": choice([3e-3]) },
  budget: steps(40),
  sampler: { kind: "grid", levels: 2 },
});
const study = { name: "rates: ../one", created: 1_790_000_000_000 } as StudyRow;
const claim = (token: number) => ({ study: study.name, trial: 0, token });
const inode = (file: string) => Deno.statSync(file).ino;
const LAST = "checkpoints/step-00000040.safetensors";

Deno.test("the folder of a study lies where it should whatever the study is called, and no other study's is there", () => {
  const { created } = study, at = (name: string) => studyFolder("/p", { name, created });
  assert.equal(at("rates-2.1"), `/p/studies/rates-2.1-${created.toString(36)}`);
  assert.notEqual(studyFolder("/p", study), studyFolder("/p", { ...study, created: created + 1 }));
  const x = "x".repeat(10_000);
  const names = [
    "a/b",
    "a?b",
    "a-b",
    "a//b",
    "../a",
    "..",
    "..\\a",
    "/",
    "-",
    "é",
    "ü",
    "😀",
    "a\n",
    "a ",
    x,
    x + x,
  ];
  for (const name of names) assert.match(at(name), /^\/p\/studies\/[\w.-]{3,120}$/);
  assert.equal(new Set(names.map(at)).size, names.length);
});

Deno.test("a claim begins with the newest whole state of those before it, and shares nothing that grows", () =>
  inFolder(async (folder) => {
    const first = claimFolder(folder, study, claim(1));
    for await (const _ of trainTrial(plan, { folder: first }));
    const second = claimFolder(folder, study, claim(2));
    assert.deepEqual(readState(second), readState(first));
    assert.equal(inode(`${second}/${LAST}`), inode(`${first}/${LAST}`));
    assert.notEqual(inode(`${second}/updates.f64`), inode(`${first}/updates.f64`));
    assert.deepEqual([...Deno.readDirSync(`${second}/checkpoints`)].length, 1);

    // it had come to its end, and trained on is nothing: the weights are there all the same
    const result = (place: string) => Deno.readFileSync(`${place}/result.safetensors`);
    for await (const _ of trainTrial(plan, { folder: second }));
    assert.deepEqual(result(second), result(first));

    // of the second claim the rows are lost: its state is not whole, and that of the first is
    Deno.writeFileSync(`${second}/updates.f64`, new Uint8Array(8));
    const third = claimFolder(folder, study, claim(3));
    assert.deepEqual(readState(third), readState(first));
    // a late worker's claim looks at none after its own
    assert.throws(() => readState(claimFolder(folder, study, claim(0))), /^RangeError: unknown state/);

    removeEarlier(folder, study, claim(3));
    const left = [...Deno.readDirSync(`${third}/..`)].map(({ name }) => name);
    assert.deepEqual(left, ["3"]);
    assert.deepEqual(readState(third).position.step, 40);
  }));
