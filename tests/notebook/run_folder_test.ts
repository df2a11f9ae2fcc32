import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { decode, encode } from "../../lib/notebook/codec.ts";
import { openRunFolder } from "../../lib/notebook/run_folder.ts";
import { type Client, openSession } from "../../lib/notebook/session.ts";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import type { ToPage } from "../../lib/notebook/wire.ts";
import { inFolder } from "../in_folder.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const run = new URL("../../lib/notebook/run.ts", import.meta.url).href;

const names = (project: string) =>
  [...Deno.readDirSync(join(project, ".plateau", "notebooks", "a"))].map(({ name }) => name).sort();
const others = (project: string) => names(project).filter((name) => !name.startsWith("script."));

/** A process of its own that runs the notebook `notebooks/a.ts` of a project. */
const running = (project: string) =>
  new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-check", `--config=${ROOT}deno.json`, program(project)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
const program = (project: string) =>
  `import { runNotebook } from ${JSON.stringify(run)};
   const file = ${JSON.stringify(join(project, "notebooks", "a.ts"))}, project = ${JSON.stringify(project)};
   Deno.exit(await runNotebook({ file, project, engine: "wasm", terminal: false }));`;

function withNotebook(text: string, act: (project: string) => Promise<void>): Promise<void> {
  return inFolder(async (project) => {
    Deno.mkdirSync(join(project, "notebooks"));
    Deno.writeTextFileSync(join(project, "deno.json"), "{}");
    Deno.writeTextFileSync(join(project, "notebooks", "a.ts"), text);
    await act(project);
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if (holds()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error("it did not come about in 20 s");
}

Deno.test("each run has a folder of its own, which goes with it; the kernel's folder stays", () =>
  inFolder((project) => {
    const [one, two] = [1, 2].map(() => openRunFolder(project, join(project, "notebooks", "a.ts")));
    assert.notEqual(one.modules, two.modules);
    assert.equal(one.run, two.run);
    for (const { modules } of [one, two]) Deno.writeTextFileSync(join(modules, "code.js"), "");
    Deno.writeTextFileSync(join(one.run, "kept.csv"), "1");
    one.close();
    assert.throws(() => Deno.statSync(one.modules), Deno.errors.NotFound);
    assert.ok(Deno.statSync(join(two.modules, "code.js")).isFile);
    two.close();
    assert.deepEqual(names(project), ["run", "scripts.lock"]);
    assert.equal(Deno.readTextFileSync(join(two.run, "kept.csv")), "1");
  }));

Deno.test("two runs of one notebook at once both come to their end", () =>
  withNotebook(
    `// %% a [server]\nawait new Promise((done) => setTimeout(done, 300));\nconst a = Deno.pid;\n` +
      "// %% b\nconsole.log(a > 0);\n",
    async (project) => {
      const ends = await Promise.all([running(project), running(project)].map((child) => child.output()));
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      for (const { code, stdout, stderr } of ends) {
        assert.deepEqual([code, text(stdout)], [0, "true\n"], text(stderr));
      }
      assert.deepEqual(names(project), ["run", "scripts.lock"]);
    },
  ));

Deno.test("a run beside an open page leaves its session what it has", () =>
  withNotebook("// %% a [server]\nconsole.log(Deno.pid > 0);\n", async (project) => {
    const file = join(project, "notebooks", "a.ts");
    const session = await openSession({ file, project, engine: "wasm" });
    let done = 0;
    const client: Client = {
      role: "owner",
      buffered: () => 0,
      send(frame) {
        const message = decode(frame) as ToPage;
        if (message.t !== "batch") return;
        done += message.events.filter((event) => event.t === "state" && event.state === "done").length;
      },
    };
    try {
      session.attach(client);
      await until(() => done === 1);
      const { code, stdout } = await running(project).output();
      assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, "true\n"]);
      assert.equal(done, 1);
      session.receive(client, encode({ t: "restart" }));
      session.receive(client, encode({ t: "run" }));
      await until(() => done > 1); // its modules are still there for a new kernel
    } finally {
      await session.close();
      await stopBundler();
    }
  }));

Deno.test("what a killed run left is removed by the next one, what a living one has is not", () =>
  withNotebook("// %% a [server]\nwhile (Deno.pid > 0);\n", async (project) => {
    const file = join(project, "notebooks", "a.ts");
    const child = running(project);
    const compiled = () => {
      const folder = names(project).find((name) => name.startsWith("script."));
      const home = join(project, ".plateau", "notebooks", "a");
      return folder !== undefined && [...Deno.readDirSync(join(home, folder))].length > 1;
    };
    try {
      await until(() => {
        try {
          return compiled();
        } catch {
          return false; // it has not begun
        }
      });
      const beside = openRunFolder(project, file);
      assert.equal(names(project).length - others(project).length, 2);
      beside.close();
      assert.equal(names(project).length - others(project).length, 1);
    } finally {
      child.kill("SIGKILL");
      await child.output();
    }
    openRunFolder(project, file).close();
    assert.deepEqual(names(project), ["run", "scripts.lock"]);
  }));

Deno.test("where no folder can be made, that is a fault of the storage", () =>
  inFolder((project) => {
    Deno.writeTextFileSync(join(project, ".plateau"), "a file");
    assert.throws(() => openRunFolder(project, join(project, "a.ts")), { name: "StorageFault" });
  }));
