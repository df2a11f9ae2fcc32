/** The command line as a user types it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { inFolder } from "./in_folder.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const NOTEBOOK = "notebooks/epochs_steps_plateau.ts";

/** @param here where the user stands */
function command(words: readonly string[], here = ROOT): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", `${ROOT}main.ts`, ...words],
    cwd: ROOT,
    env: { INIT_CWD: here },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function plateau(
  words: readonly string[],
  here?: string,
): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await command(words, here).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const MISUSES: [string, RegExp][] = [
  [
    "bogus",
    /^unknown command: bogus \(has serve, run, train, curves, replay, runs, check, test, engines\)\n$/,
  ],
  ["run", /^missing argument: plateau run <notebook.ts>\n$/],
  ["run nothere.ts", /^missing file: nothere.ts\n$/],
  ["run notebooks", /^not a file: notebooks\n$/],
  ["run README.md", /^not a notebook: README.md \(a .ts file\)\n$/],
  [`run ${NOTEBOOK} more.ts`, /^unexpected argument: more.ts\n$/],
  [`run ${NOTEBOOK} --engine tpu`, /^unknown engine: tpu \(auto, tensorflow, wasm, cpu\)\n$/],
  [
    `run ${NOTEBOOK} --sett x=1`,
    /^unknown option: --sett \(has --engine, --allow-read, --set, --json, --help\)\n$/,
  ],
  [`run ${NOTEBOOK} --allow-read=nowhere`, /^missing file or folder: nowhere \(--allow-read\)\n$/],
  [`run ${NOTEBOOK} --set patience`, /^invalid --set: patience \(name=value\)\n$/],
  [`run ${NOTEBOOK} --set nosuch=1 --engine wasm`, /^unknown input: nosuch \(has .*patience/],
  [`run ${NOTEBOOK} --set patience=400 --engine wasm`, /^invalid value: 400 \(patience: 1 to 60\)\n$/],
  [
    `run ${NOTEBOOK} --set stepCap=1010 --engine wasm`,
    /^invalid value: 1010 \(stepCap: 25 to 3000 in steps of 25\)\n$/,
  ],
  ["serve --port 99999", /^invalid port: 99999 \(a whole number from 1 to 65535\)\n$/],
  ["engines --set", /^unknown option: --set/],
  ["train", /^missing argument: plateau train <dataset>\n$/],
  ["train digits", /^missing option: --stop \(as 'maxSteps\(2000\)'\)\n$/],
  [
    "train digitz --stop maxSteps(5)",
    /^unknown dataset: digitz \(has digits, breastCancer, spirals, blobs; or /,
  ],
  [
    "train digits --stop platoo(5)",
    /^invalid stop: platoo\(5\): unknown criterion: platoo \(has maxSteps, .*\) \(1:1\)\n$/,
  ],
  [
    "train digits --stop maxSteps(5) --evaluate 5",
    /^invalid evaluate: "5" \(a duration, such as steps\(500\)\)\n$/,
  ],
  ["train digits --stop maxSteps(5) --batch few", /^invalid batch: few \(a number\)\n$/],
  ["train digits --stop maxSteps(5) --layers 3,10", /^invalid model: it reads 3 features, digits has 64\n$/],
  [
    "train digits --stop maxSteps(5) --horizon steps(5)",
    /^invalid horizon: steps\(5\) \(only with --schedule cosine\)\n$/,
  ],
  ["train digits --stop maxSteps(5) --run ../elsewhere", /^invalid run: "..\/elsewhere" \(letters, digits/],
  ["train digits --stop maxSteps(5) --optimizer {", /^invalid optimizer: \{: not JSON\n$/],
  [
    "train digits --stop maxSteps(5) --run named --batch 0",
    /^invalid batch: 0 \(a whole number, at least 1\)\n$/,
  ],
  [
    "train digits --stop maxSteps(5) --rate -1",
    /^invalid option: --rate \(a value that begins with a dash is given as --rate=-1\)\n$/,
  ],
  ["train digits --stop maxSteps(5) --engine tpu", /^unknown engine: tpu \(auto, tensorflow, wasm, cpu\)\n$/],
  ["curves", /^missing argument: plateau curves <path>\n$/],
  ["curves notebooks/sample_logs --resume never", /^invalid resume: never \(/],
  ["replay notebooks/sample_logs --policy platoo(5)", /unknown criterion: platoo/],
  ["runs tag some good", /^invalid tag: good \(/],
];
for (const [line, message] of MISUSES) {
  Deno.test(`plateau ${line}: one line, exit code 2`, async () => {
    const { code, out, err } = await plateau(line.split(" "));
    assert.match(err, message);
    assert.equal(err.trim().split("\n").length, 1);
    assert.deepEqual([code, out], [2, ""]);
  });
}

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
  assert.deepEqual(engines.map(({ name }) => name).sort(), ["cpu", "tensorflow", "wasm"]);
  for (const { name, msPerUpdate, missing } of engines) {
    assert.ok(msPerUpdate === null ? missing : msPerUpdate > 0, name);
  }
});

const TRAIN = ["train", "digits", "--engine", "wasm", "--layers", "64,16,10", "--evaluate", "steps(20)"];

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

for (const [signal, exit] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} ends a training with a checkpoint, exit code ${exit}, and it ends in the same bytes later`, () =>
    inFolder(async (folder) => {
      const words = [...TRAIN, "--run", "cut", "--json", "--stop", "maxSteps(4000)"];
      const child = command(words, folder).spawn(), out = new Response(child.stdout).text();
      const said = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ""; !/^run /m.test(text);) text += (await said.read()).value ?? assert.fail(text);
      await new Promise((wake) => setTimeout(wake, 300));
      child.kill(signal);
      assert.equal((await child.status).code, exit);
      await said.cancel();
      const { reason, at } = JSON.parse(await out).outcome;
      assert.equal(reason, "aborted");
      assert.ok(at.step > 0 && at.step < 4000, `${at.step}`);
      assert.equal((await plateau(words, folder)).code, 0);
      assert.equal((await plateau(words.with(words.indexOf("cut"), "uncut"), folder)).code, 0);
      for (const file of ["result.safetensors", "updates.f64", "evaluations.jsonl"]) {
        const [cut, uncut] = ["cut", "uncut"].map((run) =>
          Deno.readFileSync(`${folder}/.plateau/runs/${run}/${file}`)
        );
        assert.deepEqual(cut, uncut, file);
      }
    }));
}

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
