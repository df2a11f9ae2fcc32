import assert from "node:assert/strict";
import { runNotebook } from "../../lib/notebook/run.ts";

/** What a cell may try, as an expression that must throw or reject. */
const PROBES: readonly [name: string, expression: string][] = [
  ["read a file", `Deno.readTextFileSync("/etc/hostname")`],
  ["read by node:fs", `fs.readFileSync("/etc/hostname")`],
  ["list a folder", `[...Deno.readDirSync("/")]`],
  ["read the parent's environment", "Deno.readTextFileSync(`/proc/${Deno.ppid}/environ`)"],
  ["write beside the notebook", `Deno.writeTextFileSync(new URL("x.txt", import.meta.url), "x")`],
  ["write elsewhere", `Deno.writeTextFileSync("/plateau-probe.txt", "x")`],
  ["open a database elsewhere", `new DatabaseSync("/plateau-probe.db")`],
  ["make a link", `Deno.symlinkSync("/etc", new URL("link", import.meta.url))`],
  ["fetch", `fetch("http://127.0.0.1:9/")`],
  ["connect", `Deno.connect({ hostname: "127.0.0.1", port: 9 })`],
  ["listen", `Deno.listen({ port: 0 })`],
  ["look up a host", `Deno.resolveDns("localhost", "A")`],
  ["read a variable", `Deno.env.get("HOME")`],
  ["read a variable by node:process", `process.env.HOME`],
  ["run a program", `new Deno.Command("/bin/true").outputSync()`],
  ["run a program by node", `cp.execFileSync("/bin/true")`],
  ["load foreign code", `Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } })`],
  ["end another process", `Deno.kill(Deno.ppid, "SIGCONT")`],
  ["ask the machine's name", `Deno.hostname()`],
  [
    "ask for more rights",
    `Deno.permissions.request({ name: "net" }).then(({ state }) => { if (state !== "granted") throw new Error(state); })`,
  ],
  [
    "read in a worker",
    `new Promise((done, fail) => {
      const text = "try { postMessage(Deno.readTextFileSync('/etc/hostname')) } catch (e) { postMessage(e) }";
      const worker = new Worker("data:text/javascript," + encodeURIComponent(text), { type: "module" });
      worker.onmessage = ({ data }) => { worker.terminate(); data instanceof Error ? fail(data) : done(data); };
      worker.onerror = (event) => { event.preventDefault(); fail(new Error(event.message)); };
    })`,
  ],
];

const notebook = `// %% probes
import * as cp from "node:child_process";
import * as fs from "node:fs";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
const tried: Record<string, string> = {};
const probe = async (name: string, work: () => unknown) => {
  try {
    await work();
    tried[name] = "allowed";
  } catch {
    tried[name] = "refused";
  }
};
${PROBES.map(([name, expression]) => `await probe(${JSON.stringify(name)}, () => ${expression});`).join("\n")}
`;

Deno.test("what a cell may not do is refused, whichever way it tries", async () => {
  const project = await Deno.makeTempDir({ prefix: "plateau-probe-" });
  await Deno.writeTextFile(`${project}/probe.ts`, notebook);
  let [out, err] = ["", ""];
  const code = await runNotebook({
    file: `${project}/probe.ts`,
    project,
    json: true,
    engine: "cpu",
    out: (text) => out += text,
    err: (text) => err += text,
    onInterrupt: () => () => {},
  });
  assert.equal(code, 0, err);
  const { tried } = JSON.parse(out).values;
  assert.deepEqual(tried, Object.fromEntries(PROBES.map(([name]) => [name, "refused"])));
  await Deno.remove(project, { recursive: true });
});
