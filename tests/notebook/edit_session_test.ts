/** Whatever is saved and set, a kernel's cells end as a fresh run of the file in this process does. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { decode, encode } from "../../lib/notebook/codec.ts";
import { openSession, type Session } from "../../lib/notebook/session.ts";
import type { CellNews, Event, FromPage, PageNotebook, ToPage } from "../../lib/notebook/wire.ts";
import { type CellSpec, edited, edits, notebooks, SCRIPT_HEAD, textOf } from "./edit_script_arbitrary.ts";
import { mix, ReactiveBench } from "./reactive_bench.ts";

/** How many random scripts, one after another in one session; a hundredth of those that `deno task scripts` asks for. */
const SCRIPTS = Math.ceil(Number(Deno.env.get("PLATEAU_SCRIPTS") ?? 2000) / 100);
/** A kernel may take its time to start, and so may all of it on a busy machine. */
const LATEST_MILLISECONDS = 60_000;

/** The module of these notebooks, on disk: the same numbers as in this process. */
const TURNS = `export ${mix}
export function fail(...parts: unknown[]): never {
  throw new Error(\`failed \${mix(...parts)}\`);
}
export const pause = (turns: number) => new Promise<void>((resolve) => setTimeout(resolve, turns));
`;

const HEAD = SCRIPT_HEAD.replace(/import \{ pause.*\n/, "").replace("{ fail", "{ pause, fail");
const KINDS = { without: ["stream", "lateStream", "endless"] as const, tame: true };

/** A notebook whose cells run in the kernel, inputs included. */
const fileOf = (cells: readonly CellSpec[]) => textOf(cells, { head: HEAD, flags: "server" });

/** A project on disk with one notebook, and what its page is told. */
class OpenNotebook {
  readonly project = Deno.makeTempDirSync({ prefix: "plateau-edits-" });
  notebook?: PageNotebook;
  readonly states = new Map<string, CellNews>();
  readonly shown = new Map<string, unknown>();
  session!: Session;
  #told = Promise.withResolvers<void>();
  readonly #client = {
    send: (frame: Uint8Array) => this.#take(decode(frame) as ToPage),
    buffered: () => 0,
    role: "owner" as const,
  };

  static async of(text: string): Promise<OpenNotebook> {
    const open = new OpenNotebook();
    const lib = new URL("../../lib/", import.meta.url).href;
    const imports = { plateau: `${lib}mod.ts` };
    Deno.writeTextFileSync(join(open.project, "deno.json"), JSON.stringify({ imports }));
    Deno.writeTextFileSync(join(open.project, "turns.ts"), TURNS);
    open.save(text);
    const file = join(open.project, "notebook.ts");
    open.session = await openSession({ file, project: open.project, engine: "wasm" });
    open.session.attach(open.#client);
    return open;
  }

  save(text: string): void {
    Deno.writeTextFileSync(join(this.project, "notebook.ts"), text);
  }

  send(message: FromPage): void {
    assert.deepEqual(this.session.receive(this.#client, encode(message)), { ok: true });
  }

  /** Waits until what is seen is this. */
  async shows(expected: unknown, seen: () => unknown): Promise<void> {
    const late = setTimeout(() => this.#told.reject(new Error("late")), LATEST_MILLISECONDS);
    try {
      for (;;) {
        try {
          return assert.deepEqual(seen(), expected);
        } catch (difference) {
          await this.#told.promise.catch(() => {
            throw difference;
          });
        }
      }
    } finally {
      clearTimeout(late);
    }
  }

  async [Symbol.asyncDispose]() {
    await this.session.close();
    Deno.removeSync(this.project, { recursive: true });
  }

  #take(message: ToPage) {
    if (message.t === "cells") this.notebook = message.notebook;
    if (message.t === "batch") { for (const event of message.events) this.#hear(event); }
    this.#told.resolve();
    this.#told = Promise.withResolvers();
  }

  #hear(event: Event) {
    if (event.t === "state") this.states.set(event.cell, event);
    if (event.t === "show") this.shown.set(event.cell, decode(event.values));
  }
}

/** What a run of the file in this process comes to, cell by cell; of inputs a page knows itself. */
function expectedOf(bench: ReactiveBench) {
  return bench.cells.filter((cell) => cell.place === "server").map(({ key, source }) => {
    const { state, detail: { error }, shown } = bench.seen(key);
    return { source: source.replace(/[<>&"']/g, "?").trim(), state, ...(error ? wordsOf(error) : { shown }) };
  });
}

/** The same as the page has it, whose keys are those of the files on disk. */
function seenOf(open: OpenNotebook, bench: ReactiveBench) {
  return bench.cells.filter((cell) => cell.place === "server").map(({ id }) => {
    const cell = open.notebook?.cells[id];
    const { state, error } = open.states.get(cell?.key ?? "") ?? {};
    const source = cell?.code.join("\n").replace(/<[^>]*>/g, "").replace(/&[^;]*;/g, "?").trim();
    return { source, state, ...(error ? wordsOf(error) : { shown: open.shown.get(cell?.key ?? "") ?? [] }) };
  });
}

const wordsOf = ({ message, waitsFor }: { message: string; waitsFor?: string }) =>
  waitsFor ? { waits: true } : { message };

const step = fc.oneof(
  { weight: 3, arbitrary: edits(KINDS) },
  { weight: 1, arbitrary: fc.record({ t: fc.constant("set" as const), at: fc.nat(11), value: fc.nat(30) }) },
);
const scripts = fc.tuple(notebooks(KINDS), fc.array(fc.tuple(step, fc.nat(40)), { maxLength: 5 }));

Deno.test("whatever is saved and set, a session's cells end as a fresh run of the file does", async () => {
  await using open = await OpenNotebook.of(HEAD);
  const chosen = new Map<string, unknown>();
  const run = (cells: readonly CellSpec[]) => ReactiveBench.of(fileOf(cells), chosen, "server");
  // what pages show: the last version without errors
  let [good, expected] = [[] as readonly CellSpec[], await run([])];
  const arrives = () => open.shows(expectedOf(expected), () => seenOf(open, expected));
  const save = async (cells: readonly CellSpec[]) => {
    const next = await run(cells);
    const faulty = next.notebook.diagnostics.some(({ level }) => level === "error");
    if (faulty) await arrives(); // of two saves at once only the second is seen
    open.save(fileOf(cells));
    if (faulty) return next.dispose();
    expected.dispose();
    [good, expected] = [cells, next];
  };
  for (const [notebook, steps] of fc.sample(scripts, { numRuns: SCRIPTS, seed: SCRIPTS })) {
    let cells = notebook;
    await save(cells);
    for (const [edit, wait] of steps) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (edit.t !== "set") {
        cells = edited(cells, edit);
        await save(cells);
        continue;
      }
      await arrives();
      const names = expected.notebook.toServer;
      if (names.length === 0) continue;
      const name = names[edit.at % names.length];
      chosen.set(name, edit.value);
      open.send({ t: "set", name, value: edit.value });
      expected.dispose();
      expected = await run(good);
    }
    await arrives();
  }
  await using fresh = await OpenNotebook.of(fileOf(good));
  for (const name of expected.notebook.toServer) {
    if (chosen.has(name)) fresh.send({ t: "set", name, value: chosen.get(name) });
  }
  await fresh.shows(expectedOf(expected), () => seenOf(fresh, expected));
  expected.dispose();
  await stopBundler();
});
