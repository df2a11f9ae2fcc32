/** `plateau study` as a person types it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { plateau } from "../../command_line.ts";
import { inFolder } from "../../in_folder.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** A file with a study of small trainings. @param changes as source text, after the study's own fields */
function studyFile(folder: string, name: string, updates: number, changes = ""): string {
  const text = `import { datasets, models, optimizers, schedules, spaces, steps } from "plateau";
export default {
  name: "${name}",
  spec: {
    data: datasets.spirals(), model: models.mlp({ layers: [2, 16, 3] }), optimizer: optimizers.adam(),
    schedule: schedules.constant(0.01), batch: 32, evaluate: { every: steps(${updates / 10}) },
  },
  space: { "schedule.rate": spaces.logUniform(1e-3, 1e-1) },
  budget: steps(${updates}),
  trials: 4,
  ${changes}
};
`;
  Deno.writeTextFileSync(`${folder}/${name}.ts`, text);
  return `${name}.ts`;
}
const WASM = ["--engine", "wasm"];

/** Types a command, and acts on a line of what it says. */
async function typed(folder: string, words: readonly string[], at: RegExp, act: (pid: number) => unknown) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--no-check", `${ROOT}main.ts`, ...words],
    cwd: ROOT,
    env: { INIT_CWD: folder },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const out = new Response(child.stdout).text();
  let err = "", hasActed = false;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    err += text;
    if (!hasActed && at.test(err)) {
      hasActed = true;
      await act(child.pid);
    }
  }
  return { code: (await child.status).code, out: await out, err };
}

/** A command without the right to write anything. */
async function readOnly(folder: string, words: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--no-prompt",
      "--allow-read",
      "--allow-env",
      "--allow-sys",
      `${ROOT}main.ts`,
      ...words,
    ],
    cwd: ROOT,
    env: { INIT_CWD: folder },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("a study that is interrupted says how to go on, and resumes by its name to its end", () =>
  inFolder(async (folder) => {
    const file = studyFile(folder, "rates", 20_000), run = ["study", "run", file, ...WASM, "--workers", "2"];
    const cut = await typed(folder, run, /2 running/, (pid) => Deno.kill(pid, "SIGINT"));
    assert.equal(cut.code, 130, cut.err);
    assert.match(cut.err, /^stopped: plateau study resume rates goes on$/m);
    assert.match((await plateau(["study"], folder)).out, /^rates +4 +(\d done, )?[1-4] waiting /m);

    const whole = await plateau(["study", "resume", "rates", ...WASM, "--workers", "1", "--json"], folder);
    assert.equal(whole.code, 0, whole.err);
    const { study, trials } = JSON.parse(whole.out);
    assert.deepEqual([study.counts.done, study.steps, trials.length], [4, 80_000, 4]);
    const again = await plateau(run, folder);
    assert.deepEqual([again.code, again.err.includes("updates/s")], [0, false]);
    assert.match(
      again.out,
      /^rates: 4 trials by validation.loss, less is better \(4 done\)\n\ntrial +schedule/,
    );
    assert.match((await plateau(["doctor", "rates"], folder)).out, /^rates: 4 trials .*\n\n1\. /);

    studyFile(folder, "rates", 30_000);
    const other = await plateau(run, folder);
    assert.equal(other.code, 1);
    assert.match(
      other.err,
      /^study exists: rates \(budget.count is 20000 there and 30000 here; spec.evaluate/m,
    );
  }));

Deno.test("a study that is paused from elsewhere ends its command well", () =>
  inFolder(async (folder) => {
    const run = ["study", "run", studyFile(folder, "long", 100_000), ...WASM];
    const paused = await typed(folder, run, /running/, () => plateau(["study", "pause", "long"], folder));
    assert.equal(paused.code, 0, paused.err);
    assert.match(paused.err, /^paused: plateau study resume long goes on$/m);
    assert.match(paused.out, /^long: 4 trials .*\(4 waiting\), paused$/m);
  }));

Deno.test("a study whose trials all diverge says so and why, exit code 1", () =>
  inFolder(async (folder) => {
    const file = studyFile(folder, "wild", 100, `space: { "schedule.rate": spaces.logUniform(1e29, 1e30) },`);
    const { code, err } = await plateau(["study", "run", file, ...WASM], folder);
    assert.equal(code, 1);
    assert.match(err, /^all 4 trials of wild diverged: rates that are too high are the usual cause \(sched/m);

    // a store that may not be written is read, and a change of it refused
    assert.match(
      (await readOnly(folder, ["study", "show", "wild"])).out,
      /^wild: 4 trials .*\(4 diverged\)$/m,
    );
    const refused = await readOnly(folder, ["study", "pause", "wild"]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^Requires write access to [^\n]*\n[^\n]*$/);
  }));

Deno.test("data that is gone, and a place that is none, are told in one line", () =>
  inFolder(async (folder) => {
    const file = studyFile(folder, "rates", 2000);
    const cut = await typed(
      folder,
      ["study", "run", file, ...WASM],
      /waiting/,
      (pid) => Deno.kill(pid, "SIGTERM"),
    );
    assert.equal(cut.code, 143, cut.err);
    Deno.removeSync(`${folder}/.plateau/data`, { recursive: true });
    const gone = await plateau(["study", "resume", "rates", ...WASM], folder);
    assert.equal(gone.code, 1);
    assert.match(
      gone.err,
      /^invalid data: \S+: there is no such file \(run the study from its file again, /m,
    );
    assert.equal((await plateau(["study", "run", file, ...WASM], folder)).code, 0);
    const nowhere = await plateau(["study", "run", file, ...WASM, "--store", `${file}/x.sqlite`], folder);
    assert.match(nowhere.err, /^storage fault: \S+ \([^\n]*\)$/m);
    assert.equal(nowhere.code, 3);
  }));

Deno.test("a first guess of the steps: a search for a perfect fit and a sweep of rates, run and read", () =>
  inFolder(async (folder) => {
    const words = ["study", "initial-steps", studyFile(folder, "guess", 600), ...WASM];
    const { code, out, err } = await plateau([...words, "--search", "4", "--sweep", "4"], folder);
    assert.equal(code, 0, err);
    assert.match(out, /^The fastest of 4 trials came to .* steps at a rate of .*\n→ [A-Z].*\.\n$/);
    const { out: list } = await plateau(["study"], folder);
    assert.match(list, /^guess: constant rates +4 +4 done/m);
    assert.match(list, /^guess: perfect fit +4 +4 done/m);
    const again = await plateau([...words, "--search", "4", "--sweep", "4", "--json"], folder);
    assert.equal(`${JSON.parse(again.out).finding.text}\n`, out.split("\n")[0] + "\n");
  }));
