/** The command line as a user types it: some misuses and one signal in every run of the tests, the others in e2e. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { inFolder } from "./in_folder.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
export const NOTEBOOK = "notebooks/epochs_steps_plateau.ts";

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

export async function plateau(
  words: readonly string[],
  here?: string,
): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await command(words, here).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

type Misuse = readonly [line: string, message: RegExp];
export const misuses: readonly Misuse[] = [
  [
    "bogus",
    /^unknown command: bogus \(has serve, run, check, test, train, curves, replay, runs, engines, study, doctor, worker, export, verify, site, figure, share, shares, unshare\)\n$/,
  ],
  ["run", /^missing argument: plateau run <notebook.ts>\n$/],
  ["run nothere.ts", /^missing file: nothere.ts\n$/],
  ["run notebooks", /^not a file: notebooks\n$/],
  [`run ${NOTEBOOK} more.ts`, /^unexpected argument: more.ts\n$/],
  [
    `run ${NOTEBOOK} --sett x=1`,
    /^unknown option: --sett \(has --engine, --device-memory, --tf32, --allow-read, --set, --json, --help\)\n$/,
  ],
  [`run ${NOTEBOOK} --allow-read=nowhere`, /^missing file or folder: nowhere \(--allow-read\)\n$/],
  [`run ${NOTEBOOK} --set patience`, /^invalid --set: patience \(name=value\)\n$/],
  [`run ${NOTEBOOK} --set nosuch=1 --engine wasm`, /^unknown input: nosuch \(has .*patience/],
  [`run ${NOTEBOOK} --set patience=400 --engine wasm`, /^invalid value: 400 \(patience: 1 to 60\)\n$/],
  ["serve --port 99999", /^invalid port: 99999 \(a whole number from 1 to 65535\)\n$/],
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
  ["train digits --stop maxSteps(5) --batch few", /^invalid batch: few \(a number\)\n$/],
  ["train digits --stop maxSteps(5) --layers 3,10", /^invalid model: it reads 3 features, digits has 64\n$/],
  ["train digits --stop maxSteps(5) --run ../elsewhere", /^invalid run: "..\/elsewhere" \(letters, digits/],
  ["train digits --stop maxSteps(5) --optimizer {", /^invalid optimizer: \{: not JSON\n$/],
  [
    "train digits --stop maxSteps(5) --rate -1",
    /^invalid option: --rate \(a value that begins with a dash is given as --rate=-1\)\n$/,
  ],
  ["curves", /^missing argument: plateau curves <path>\n$/],
  ["runs tag some good", /^invalid tag: good \(/],
];
export const moreMisuses: readonly Misuse[] = [
  [
    `run ${NOTEBOOK} --engine wasm --tf32`,
    /^invalid --tf32: of a GPU's, and wasm is none \(--engine xla:cuda is one\)\n$/,
  ],
  [
    `run ${NOTEBOOK} --engine xla:cuda --device-memory 80%`,
    /^invalid device memory: 80% \(a share above 0 and up to 1\)\n$/,
  ],
  ["run README.md", /^not a notebook: README.md \(a .ts file\)\n$/],
  [
    `run ${NOTEBOOK} --engine tpu`,
    /^unknown engine: tpu \(auto, tensorflow, xla:cpu, xla:cuda, xla:rocm, wasm, cpu\)\n$/,
  ],
  [
    `run ${NOTEBOOK} --set stepCap=1010 --engine wasm`,
    /^invalid value: 1010 \(stepCap: 25 to 3000 in steps of 25\)\n$/,
  ],
  ["engines --set", /^unknown option: --set/],
  [
    "train digits --stop maxSteps(5) --evaluate 5",
    /^invalid evaluate: "5" \(a duration, such as steps\(500\)\)\n$/,
  ],
  [
    "train digits --stop maxSteps(5) --horizon steps(5)",
    /^invalid horizon: steps\(5\) \(only with --schedule cosine\)\n$/,
  ],
  [
    "train digits --stop maxSteps(5) --run named --batch 0",
    /^invalid batch: 0 \(a whole number, at least 1\)\n$/,
  ],
  [
    "train digits --stop maxSteps(5) --engine tpu",
    /^unknown engine: tpu \(auto, tensorflow, xla:cpu, xla:cuda, xla:rocm, wasm, cpu\)\n$/,
  ],
  ["curves notebooks/sample_logs --resume never", /^invalid resume: never \(/],
  ["replay notebooks/sample_logs --policy platoo(5)", /unknown criterion: platoo/],
];
export function misuseTest([line, message]: Misuse): void {
  Deno.test(`plateau ${line}: one line, exit code 2`, async () => {
    const { code, out, err } = await plateau(line.split(" "));
    assert.match(err, message);
    assert.equal(err.trim().split("\n").length, 1);
    assert.deepEqual([code, out], [2, ""]);
  });
}

export const TRAIN = [
  "train",
  "digits",
  "--engine",
  "wasm",
  "--layers",
  "64,16,10",
  "--evaluate",
  "steps(20)",
];

/** Updates of a training that a signal ends on its way. */
const STEPS = 2000;
/** @param exit the code that is expected */
export function signalTest(signal: Deno.Signal, exit: number): void {
  Deno.test(`${signal} ends a training with a checkpoint, exit code ${exit}, and it ends in the same bytes later`, () =>
    inFolder(async (folder) => {
      const words = [...TRAIN, "--run", "cut", "--json", "--stop", `maxSteps(${STEPS})`];
      const child = command(words, folder).spawn(), out = new Response(child.stdout).text();
      const said = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ""; !/^run /m.test(text);) text += (await said.read()).value ?? assert.fail(text);
      await new Promise((wake) => setTimeout(wake, 100));
      child.kill(signal);
      assert.equal((await child.status).code, exit);
      await said.cancel();
      const { reason, at } = JSON.parse(await out).outcome;
      assert.equal(reason, "aborted");
      assert.ok(at.step > 0 && at.step < STEPS, `${at.step}`);
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
