import assert from "node:assert/strict";
import { join } from "node:path";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { decode } from "../../lib/notebook/codec.ts";
import { openSession } from "../../lib/notebook/session.ts";
import { type Packed, TailReceiver } from "../../lib/notebook/tails.ts";
import type { CellNews, ToPage } from "../../lib/notebook/wire.ts";
import { inFolder } from "../in_folder.ts";

const lib = new URL("../../lib/", import.meta.url).href;

/** A page that keeps every value and state it is told. */
class Page {
  readonly values: Record<string, unknown[]> = {};
  readonly states: Record<string, CellNews> = {};
  readonly logs: string[] = [];
  #names = new Map<string, string>();
  #receivers = new Map<string, TailReceiver>();
  readonly client = {
    role: "owner" as const,
    buffered: () => 0,
    send: (frame: Uint8Array) => this.#take(decode(frame) as ToPage),
  };

  #take(message: ToPage) {
    if (message.t === "cells") {
      for (const { key, name } of message.notebook.cells) this.#names.set(key, name);
    }
    if (message.t !== "batch") return;
    for (const event of message.events) {
      if (event.t === "state") this.states[this.#names.get(event.cell)!] = event;
      if (event.t === "log") this.logs.push(event.text);
      if (event.t !== "value") continue;
      const receiver = this.#receivers.get(event.name) ?? new TailReceiver();
      this.#receivers.set(event.name, receiver);
      (this.values[event.name] ??= []).push(receiver.unpack(decode(event.value) as Packed));
    }
  }

  async until(done: () => unknown) {
    const late = performance.now() + 60_000;
    while (!done()) {
      if (performance.now() > late) {
        throw new Error(`not in time: ${done}; ${JSON.stringify([this.states, this.values, this.logs])}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

const notebook = `import { display, inputs, live, view } from "plateau";

// %% functions
class Point { x: number; constructor(x: number) { this.x = x; } }
async function* upTo(n: number) { for (let i = 1; i <= n; i++) yield new Point(i).x; }

// %% far
const far = view(inputs.range([1, 100], { value: 20 }));

// %% each [server]
const each = await live(upTo(far), { deliver: "all" });
// %% square [server]
await new Promise((resolve) => setTimeout(resolve, 1));
const square = each * each;

// %% size [server]
const size = { least: 3, here: Deno.pid > 0 };
// %% limits
const limit = () => size.here ? size.least : 0;

// %% spin [worker]
async function* spinning() { yield* upTo(limit()); while (true); }
const spun = await live(spinning());

// %% host [server]
const host = { pid: Deno.pid };

// %% show [browser]
display([each, square, spun, host.pid]);
`;

Deno.test("from a kernel a page gets each value of a lossless stream; an endless worker is stopped alone", () =>
  inFolder(async (folder) => {
    const file = join(folder, "notebook.ts");
    Deno.writeTextFileSync(
      join(folder, "deno.json"),
      JSON.stringify({ imports: { plateau: `${lib}mod.ts` } }),
    );
    Deno.writeTextFileSync(file, notebook);
    const session = await openSession({ file, project: folder, engine: "wasm" });
    const page = new Page(), values = () => page.values;
    session.attach(page.client);
    try {
      const all = Array.from({ length: 20 }, (_, i) => i + 1);
      await page.until(() => values().square?.length === 20 && values().spun?.at(-1) === 3);
      assert.deepEqual(values().each, all);
      assert.deepEqual(values().square, all.map((n) => n * n));
      const late = new Page();
      session.attach(late.client);
      await late.until(() => late.values.square?.length === 20);
      assert.deepEqual(late.values.each, all);
      assert.equal(page.states.spin.state, "running");
      assert.equal(await session.interrupt(), "interrupted");
      await page.until(() => page.states.spin.state !== "running");
      assert.equal(session.value("spun"), 3);
      assert.equal(values().host.length, 1, "the kernel lives on");
      session.receive(page.client, { t: "set", name: "far", value: 5 });
      session.receive(page.client, { t: "run" });
      await page.until(() => values().each.length === 25);
      assert.deepEqual(values().each.slice(20), [1, 2, 3, 4, 5]);
      assert.equal(values().host.length, 1);
    } finally {
      await session.close();
      await stopBundler();
    }
  }));
