/** A notebook whose file goes away while it is open, and two sessions of one notebook: on a real file system. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { decode } from "../../lib/notebook/codec.ts";
import { openSession, type Session } from "../../lib/notebook/session.ts";
import type { Event, ToPage } from "../../lib/notebook/wire.ts";
import { inFolder } from "../in_folder.ts";

const library = new URL("../../lib/mod.ts", import.meta.url).href;
const TEXT = `// %% one\nexport const one = 1;\n`;

/** An open notebook and what its page is told of problems. */
class Open {
  readonly problems: Extract<Event, { t: "problems" }>[] = [];
  constructor(readonly session: Session, readonly file: string) {
    session.attach({
      role: "owner",
      buffered: () => 0,
      send: (frame) => this.#take(decode(frame) as ToPage),
    });
  }
  static async at(project: string) {
    const file = join(project, "notebooks", "a.ts");
    return new Open(await openSession({ file, project, engine: "wasm" }), file);
  }
  #take(message: ToPage) {
    const events = message.t === "batch" ? message.events : [];
    for (const event of events) if (event.t === "problems") this.problems.push(event);
  }
  /** Resolves when the last word on the file is this; "" is that all is well. */
  async says(line: string, loaded: boolean) {
    for (const late = performance.now() + 60_000;;) {
      const last = this.problems.at(-1);
      if (last?.loaded === loaded && (last.diagnostics[0]?.message ?? "") === line) return;
      assert.ok(
        performance.now() < late,
        `not in time: ${line}; last ${JSON.stringify(this.problems.at(-1))}`,
      );
      await new Promise((next) => setTimeout(next, 5));
    }
  }
  cells() {
    const page = this.session.page();
    return page?.t === "cells" ? page.notebook.cells.map(({ name }) => name) : [];
  }
}

async function inProject(act: (project: string) => Promise<void>) {
  await inFolder(async (project) => {
    Deno.writeTextFileSync(join(project, "deno.json"), JSON.stringify({ imports: { plateau: library } }));
    Deno.mkdirSync(join(project, "notebooks"));
    Deno.writeTextFileSync(join(project, "notebooks", "a.ts"), TEXT);
    try {
      await act(project);
    } finally {
      await stopBundler();
    }
  });
}

const MISSING = "missing file: a.ts; put it back, or close this page";

Deno.test("a notebook that goes away, alone or with its folder, says so, keeps its cells, and comes back", () =>
  inProject(async (project) => {
    const open = await Open.at(project), { file } = open, folder = dirname(file);
    try {
      await open.says("", true);
      Deno.renameSync(file, join(project, "elsewhere.ts"));
      await open.says(MISSING, false);
      assert.deepEqual(open.cells(), ["one"]);
      Deno.renameSync(join(project, "elsewhere.ts"), file);
      await open.says("", true);
      Deno.removeSync(folder, { recursive: true });
      await open.says(MISSING, false);
      Deno.mkdirSync(folder);
      Deno.writeTextFileSync(file, `${TEXT}// %% two\nexport const two = one + 1;\n`);
      await open.says("", true);
      assert.deepEqual(open.cells(), ["one", "two"]);
      Deno.writeTextFileSync(file, `${TEXT}// %% three\nexport const three = one + 2;\n`);
      for (const late = performance.now() + 60_000; open.cells()[1] !== "three";) {
        assert.ok(performance.now() < late, String(open.cells()));
        await new Promise((next) => setTimeout(next, 5));
      }
    } finally {
      await open.session.close();
    }
  }));

Deno.test("two sessions of one notebook have folders of their own, and either lives on without the other", () =>
  inProject(async (project) => {
    const first = await Open.at(project), second = await Open.at(project);
    const kept = join(project, ".plateau", "notebooks", "a");
    await Promise.all([first.says("", true), second.says("", true)]);
    for (const path of ["events.2.bin", "2/events.2.bin", "run", "2/run"]) Deno.statSync(join(kept, path));
    await first.session.close();
    Deno.writeTextFileSync(second.file, `// %% other\nexport const one = 2;\n`);
    for (const late = performance.now() + 60_000; second.cells()[0] !== "other";) {
      assert.ok(performance.now() < late, String(second.cells()));
      await new Promise((next) => setTimeout(next, 5));
    }
    await second.session.close();
    const third = await Open.at(project);
    await third.session.close();
    assert.ok(!Deno.readDirSync(kept).some(({ name }) => name === "3"));
  }));
