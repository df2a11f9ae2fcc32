import assert from "node:assert/strict";
import { join } from "node:path";
import { asEngineChoice } from "../../lib/engine/engine_choice.ts";
import { engineNow, engineText, setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { libtensorflowForTests, nativeTest } from "./libtensorflow_for_tests.ts";
import { project, runChild } from "./run_child.ts";

const readProject = `--allow-read=${project}`;
const startAndPrint = (choice: string, settings = "{}") => `
  import { engineText, setEngineChoice, startEngine } from "lib/engine/engine.ts";
  setEngineChoice(${JSON.stringify(choice)}, ${settings});
  try { console.log(engineText(await startEngine())); } catch (error) { console.log("failed: " + error.message); }`;

Deno.test("an unknown engine is named together with the known ones", () => {
  const message = "unknown engine: tpu (auto, tensorflow, xla:cpu, xla:cuda, xla:rocm, wasm, cpu)";
  assert.throws(() => asEngineChoice("tpu"), { name: "UnknownEngine", choice: "tpu", message });
  assert.throws(() => setEngineChoice("tpu" as "cpu"), { message });
});

Deno.test("a started engine is plain data and the same until the choice changes", async () => {
  setEngineChoice("cpu");
  const first = await startEngine();
  assert.equal(await startEngine(), first);
  assert.equal(engineNow(), first);
  assert.deepEqual(structuredClone(first), first);
  assert.deepEqual([first.name, first.why, first.threads], ["cpu", "chosen", { intra: 1, inter: 1 }]);
  assert.equal(engineText(first), `cpu ${first.version} on CPU, JavaScript: chosen`);
  const second = await startEngine("wasm");
  assert.equal(second.name, "wasm");
  assert.equal(engineNow(), second);
});

Deno.test("what an engine's owner says of the choice is kept", async () => {
  setEngineChoice("wasm", { why: "fastest of wasm 1.4, cpu 9.2 ms an update" });
  assert.equal((await startEngine()).why, "fastest of wasm 1.4, cpu 9.2 ms an update");
});

for (const choice of ["wasm", "cpu"]) {
  Deno.test(`${choice} starts with nothing but leave to read the project, and prints nothing`, async () => {
    const { code, stdout, stderr } = await runChild(
      [readProject],
      startAndPrint(choice) + `
      import { measureUpdate } from "lib/engine/measure.ts";
      console.log((await measureUpdate(null)) > 0);`,
    );
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^${choice} 4\\.22\\.0 on CPU.*: chosen\\ntrue$`));
  });
}

Deno.test("auto falls back to the fastest that starts, and says what is missing", async () => {
  const { stdout, stderr } = await runChild([readProject], startAndPrint("auto"));
  assert.equal(stderr, "");
  const said = /^(\w+) 4\.22\.0 on CPU.*: fastest of (.+) ms an update; tensorflow not /.exec(stdout);
  assert.ok(said, stdout);
  const measured = Object.fromEntries(said[2].split(", ").map((each) => each.split(" ")));
  assert.deepEqual(Object.keys(measured).sort(), ["cpu", "wasm"]);
  // wasm, unless this machine was busy with other things just then
  assert.equal(+measured[said[1]], Math.min(+measured.cpu, +measured.wasm), stdout);
});

const missing: {
  title: string;
  flags: string[];
  settings: string;
  env?: Record<string, string>;
  line: RegExp;
}[] = [
  {
    title: "no library",
    flags: [readProject],
    settings: "{}",
    line: /^failed: tensorflow not installed \(deno task native\)$/,
  },
  {
    title: "a library and no leave for FFI",
    flags: [readProject],
    settings: `{ library: "/lib/libtensorflow_cc.so.2" }`,
    line: /^failed: tensorflow not permitted here \(needs --allow-ffi\)$/,
  },
  {
    title: "a file that is no library",
    flags: [readProject, "--allow-ffi"],
    settings: `{ library: ${JSON.stringify(join(project, "deno.json"))} }`,
    line:
      /^failed: tensorflow cannot load .*deno\.json: .* \(any TensorFlow 2\.12 to 2\.21\.0 serves: deno task native/,
  },
  {
    title: "a variable that names nothing",
    flags: [readProject, "--allow-env=LIBTENSORFLOW_PATH"],
    settings: "{}",
    env: { LIBTENSORFLOW_PATH: "/nowhere" },
    line:
      /^failed: no libtensorflow at LIBTENSORFLOW_PATH: \/nowhere \(name the library or its folder, or unset it\)$/,
  },
];
for (const { title, flags, settings, env, line } of missing) {
  Deno.test(`tensorflow with ${title} fails with one line and what to do`, async () => {
    const { stdout, stderr } = await runChild(flags, startAndPrint("tensorflow", settings), env);
    assert.equal(stderr, "");
    assert.match(stdout, line);
  });
}

nativeTest("tensorflow starts with leave to read the project and FFI alone, and prints nothing", async () => {
  const library = JSON.stringify(libtensorflowForTests!.file);
  const settings = `{ library: ${library}, threads: 1, why: "named" }`;
  const { stdout, stderr } = await runChild(
    [readProject, "--allow-ffi"],
    startAndPrint("tensorflow", settings) + `
    import { engineNow } from "lib/engine/engine.ts";
    import { measureUpdate } from "lib/engine/measure.ts";
    import { programsOf } from "lib/engine/programs_of.ts";
    console.log((await measureUpdate(await programsOf("tensorflow"))) > 0, JSON.stringify(engineNow().threads));`,
  );
  assert.equal(stderr, "");
  assert.match(stdout, /^tensorflow 2\.\d+\.\d+ on .*: named\ntrue \{"intra":1,"inter":1\}$/);
});

Deno.test("the measurement is kept where writing is allowed and read where it is not", async () => {
  const folder = await Deno.makeTempDir();
  const cache = join(folder, "engines.json");
  try {
    const settings = JSON.stringify({ cache });
    const look = [readProject, `--allow-read=${project},${folder}`];
    const write = [...look, `--allow-write=${folder}`, "--allow-sys=cpus"];
    const first = await runChild(write.slice(1), startAndPrint("auto", settings));
    const kept = JSON.parse(await Deno.readTextFile(cache));
    kept.engines.find(({ name }: { name: string }) => name === "cpu").msPerUpdate = 77;
    await Deno.writeTextFile(cache, JSON.stringify(kept));
    const second = await runChild(look.slice(1), startAndPrint("auto", settings));
    assert.match(first.stdout, /fastest of (wasm|cpu)/);
    assert.match(second.stdout, /cpu 77 ms an update/);
    await Deno.writeTextFile(cache, `{"engines":`);
    const torn = await runChild(look.slice(1), startAndPrint("auto", settings));
    assert.doesNotMatch(torn.stdout, /cpu 77/);
    assert.match(torn.stdout, /fastest of (wasm|cpu)/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what keeps a library from starting is asked anew, and the measurement held where it may not be", async () => {
  const folder = await Deno.makeTempDir(), cache = join(folder, "engines.json");
  try {
    const settings = { cache, library: join(project, "deno.json") };
    const told = async (flags: string[]) =>
      (await runChild(flags, startAndPrint("auto", JSON.stringify(settings)))).stdout;
    const first = await told(["--allow-all"]);
    assert.match(first, /; tensorflow cannot load .*deno\.json: /);
    const kept = JSON.parse(await Deno.readTextFile(cache));
    kept.engines.find(({ name }: { name: string }) => name === "cpu").msPerUpdate = 77;
    await Deno.writeTextFile(cache, JSON.stringify(kept));
    assert.match(await told([`--allow-read=${project},${folder}`]), /cpu 77 ms/);
    assert.doesNotMatch(await told(["--allow-all"]), /cpu 77 ms/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
