/** The command line as a user types it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const NOTEBOOK = "notebooks/epochs_steps_plateau.ts";

async function plateau(words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", `${ROOT}main.ts`, ...words],
    cwd: ROOT,
    env: { INIT_CWD: ROOT },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const MISUSES: [string, RegExp][] = [
  ["bogus", /^unknown command: bogus \(has serve, run, check, engines\)\n$/],
  ["run", /^missing argument: plateau run <notebook.ts>\n$/],
  ["run nothere.ts", /^missing file: nothere.ts\n$/],
  ["run notebooks", /^not a file: notebooks\n$/],
  ["run README.md", /^not a notebook: README.md \(a .ts file\)\n$/],
  [`run ${NOTEBOOK} more.ts`, /^unexpected argument: more.ts\n$/],
  [`run ${NOTEBOOK} --engine tpu`, /^unknown engine: tpu \(auto, tensorflow, wasm, cpu\)\n$/],
  [`run ${NOTEBOOK} --sett x=1`, /^unknown option: --sett \(has --engine, --set, --json, --help\)\n$/],
  [`run ${NOTEBOOK} --set patience`, /^invalid --set: patience \(name=value\)\n$/],
  [`run ${NOTEBOOK} --set nosuch=1 --engine wasm`, /^unknown input: nosuch \(has .*patience/],
  [`run ${NOTEBOOK} --set patience=400 --engine wasm`, /^invalid value: 400 \(patience: 1 to 60\)\n$/],
  [
    `run ${NOTEBOOK} --set stepCap=1010 --engine wasm`,
    /^invalid value: 1010 \(stepCap: 25 to 3000 in steps of 25\)\n$/,
  ],
  ["serve --port 99999", /^invalid port: 99999 \(a whole number from 1 to 65535\)\n$/],
  ["engines --set", /^unknown option: --set/],
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
  for (const name of ["serve", "run", "check", "engines"]) {
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
