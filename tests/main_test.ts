/** The command line as a user types it. */
import assert from "node:assert/strict";
import { misuses, misuseTest, NOTEBOOK, plateau, signalTest, TRAIN } from "./command_line.ts";
import { inFolder } from "./in_folder.ts";

misuses.forEach(misuseTest);

Deno.test("help lists every command, and each command says its options", async () => {
  const { code, out } = await plateau(["--help"]);
  assert.equal(code, 0);
  for (const name of ["serve", "run", "train", "curves", "replay", "runs", "check", "engines"]) {
    assert.match(out, new RegExp(`^  ${name} `, "m"));
    assert.match((await plateau([name, "--help"])).out, new RegExp(`^plateau ${name}`));
  }
});

Deno.test("check is silent on a sound notebook, and names place and fault of a broken one", async () => {
  assert.deepEqual(await plateau(["check", NOTEBOOK]), { code: 0, out: "", err: "" });
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/broken.ts`, "// %% a\nconst x = 1;\n// %% b\nconst x = 2;\n");
    const { code, out } = await plateau(["check", `${folder}/broken.ts`]);
    assert.equal(code, 1);
    assert.match(out, /broken\.ts:4:7\s+error duplicate-name/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("engines says what trains here, as text and as JSON", async () => {
  const { code, out } = await plateau(["engines", "--json"]);
  assert.equal(code, 0);
  const { engines } = JSON.parse(out) as {
    engines: { name: string; msPerUpdate: number | null; missing: string | null }[];
  };
  const names = engines.map(({ name }) => name).filter((name) => !/cuda|rocm/.test(name)); // where a GPU is
  assert.deepEqual(names.sort(), ["cpu", "tensorflow", "wasm", "xla:cpu"]);
  for (const { name, msPerUpdate, missing } of engines) {
    assert.ok(msPerUpdate === null ? missing : msPerUpdate > 0, name);
  }
});

Deno.test("train prints the plan and the outcome; the same again has nothing to do, and a higher cap goes on", () =>
  inFolder(async (folder) => {
    const named = [...TRAIN, "--run", "first", "--json", "--stop"];
    const first = await plateau([
      ...named,
      "any(maxSteps(60), plateau(val_loss, min, patience: evaluations(9)))",
    ], folder);
    assert.equal(first.code, 0, first.err);
    assert.match(first.err, /^model +mlp 64–16–10, he/m);
    assert.match(first.err, /^stop +any\(maxSteps\(60\), plateau\(validation.loss, min, /m);
    const { outcome, run } = JSON.parse(first.out);
    assert.deepEqual([run, outcome.reason, outcome.path, outcome.at.step], [
      "first",
      "stopped",
      "any.0.maxSteps",
      60,
    ]);
    const files = [...Deno.readDirSync(`${folder}/.plateau/runs/first`)].map(({ name }) => name);
    for (const name of ["run.json", "outcome.json", "result.safetensors", "updates.f64"]) {
      assert.ok(files.includes(name));
    }

    const again = await plateau([...named, "maxSteps(60)"], folder);
    const { alreadyComplete, at } = JSON.parse(again.out).outcome;
    assert.deepEqual([again.code, at.step], [0, 60]);
    assert.deepEqual(alreadyComplete, { by: "cap", have: 60, cap: 60, unit: "steps" });
    const refused = await plateau([...named, "maxSteps(60)", "--on-noop", "error"], folder);
    assert.deepEqual([refused.code, refused.out], [1, ""]);
    assert.match(
      refused.err,
      /^nothing to train: reached 60 of 60 steps \(raise the cap, change the rule, or begin anew with --fresh\)$/m,
    );

    const higher = await plateau([...named, "maxSteps(80)"], folder);
    assert.match(higher.err, /^going on +from step 60$/m);
    assert.equal(JSON.parse(higher.out).outcome.at.step, 80);
    const other = await plateau([...named, "maxSteps(80)", "--seed", "1"], folder);
    assert.deepEqual([other.code, other.out], [2, ""]);
    assert.match(
      other.err,
      /^invalid seed: 1 \(the state was trained with 0: give the same, or begin anew with --fresh\)$/m,
    );
  }));

Deno.test("left to choose, train goes on with the engine that the run was trained on", () =>
  inFolder(async (folder) => {
    const words = ["train", "spirals", "--model", "logistic", "--run", "slow", "--stop"];
    const first = await plateau([...words, "maxSteps(20)", "--engine", "cpu"], folder);
    assert.equal(first.code, 0, first.err);
    const { code, out, err } = await plateau([...words, "maxSteps(40)"], folder);
    assert.equal(code, 0, err);
    assert.match(err, /^engine +cpu /m);
    assert.match(out, /^changed +stop is maxSteps\(40\); the state was trained with maxSteps\(20\)$/m);
    assert.doesNotMatch(out, /not to the bit/);
  }));

Deno.test("a data file is trained on, and its run named by what is trained", () =>
  inFolder(async (folder) => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5},${i % 7 > 3 ? "high" : "low"}`);
    Deno.writeTextFileSync(`${folder}/points.csv`, `a,b,kind\n${rows.join("\n")}\n`);
    const words = ["train", "points.csv", "--label", "kind", "--model", "logistic", "--engine", "wasm"];
    const { code, out, err } = await plateau([...words, "--rate", "0.05", "--stop", "maxEpochs(20)"], folder);
    assert.equal(code, 0, err);
    assert.match(err, /^data +points.csv, 36 training examples/m);
    assert.match(out, /^end +stopped by maxEpochs \(reached 20 of 20 epochs\)$/m);
    assert.match(out, /^run +\S+\/.plateau\/runs\/[0-9a-f]{12}$/m);
  }));

signalTest("SIGINT", 130);

Deno.test("a folder that cannot be written pauses a training: one line, exit code 3", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/.plateau`);
    Deno.writeTextFileSync(`${folder}/.plateau/runs`, "in the way");
    const { code, out, err } = await plateau([...TRAIN, "--stop", "maxSteps(20)"], folder);
    assert.deepEqual([code, out], [3, ""]);
    assert.match(
      err,
      /^paused by a storage fault: \S+ \(a part of the path is no folder, ENOTDIR\): the same command goes on/m,
    );
  }));
