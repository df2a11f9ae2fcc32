/** A project with one notebook, its session and a page that is open. */
import { join } from "node:path";
import { stopBundler } from "../../lib/notebook/bundle.ts";
import { decode, encode } from "../../lib/notebook/codec.ts";
import { type Client, openSession, type Session, type SessionOptions } from "../../lib/notebook/session.ts";
import { type Packed, TailReceiver } from "../../lib/notebook/tails.ts";
import type { Event, FromPage, PageNotebook, ToPage } from "../../lib/notebook/wire.ts";

const lib = new URL("../../lib/", import.meta.url).href;

export class Page {
  readonly frames: ToPage[] = [];
  readonly events: Event[] = [];
  readonly states = new Map<string, Extract<Event, { t: "state" }>>();
  readonly values = new Map<string, unknown>();
  readonly #receivers = new Map<string, TailReceiver>();
  readonly client: Client;
  stuck = 0;
  constructor(role: "owner" | "viewer" = "owner", since?: Client["since"]) {
    this.client = {
      send: (frame) => this.#take(decode(frame) as ToPage),
      buffered: () => this.stuck,
      role,
      ...(since ? { since } : {}),
    };
  }
  #take(message: ToPage) {
    this.frames.push(message);
    if (message.t !== "batch") return;
    for (const event of message.events) {
      this.events.push(event);
      if (event.t === "state") this.states.set(event.cell, event);
      if (event.t === "value") {
        const receiver = this.#receivers.get(event.name) ?? new TailReceiver();
        this.#receivers.set(event.name, receiver);
        this.values.set(event.name, receiver.unpack(decode(event.value) as Packed));
      }
    }
  }
  get notebook(): PageNotebook {
    return (this.frames.findLast((frame) => frame.t === "cells") as Extract<ToPage, { t: "cells" }>).notebook;
  }
  key(name: string) {
    return this.notebook.cells.find((cell) => cell.name === name)!.key;
  }
  state(name: string) {
    return this.states.get(this.key(name));
  }
  shown(name: string) {
    const last = this.events.findLast((event) =>
      event.t === "show" && event.cell === this.key(name)
    ) as Extract<Event, { t: "show" }>;
    return last && decode(last.values);
  }
  kernel() {
    return this.events.findLast((event) => event.t === "kernel");
  }
}

/** A project with one notebook, its session and a page. */
export class Bench {
  readonly project = Deno.makeTempDirSync({ prefix: "plateau-session-" });
  readonly file = join(this.project, "notebook.ts");
  readonly page = new Page();
  session!: Session;

  static async open(text: string, options: Partial<SessionOptions> = {}, files: Record<string, string> = {}) {
    const bench = new Bench();
    Deno.writeTextFileSync(
      join(bench.project, "deno.json"),
      JSON.stringify({ imports: { plateau: `${lib}mod.ts` } }),
    );
    for (const [name, content] of Object.entries(files)) {
      Deno.writeTextFileSync(join(bench.project, name), content);
    }
    bench.save(text);
    const given: SessionOptions = { file: bench.file, project: bench.project, engine: "wasm" };
    // a getter among the options stays one
    bench.session = await openSession(
      Object.defineProperties(given, Object.getOwnPropertyDescriptors(options)),
    );
    bench.session.attach(bench.page.client);
    return bench;
  }
  /** The server ends, and another begins: the page that stays open comes back to it. */
  async reopen(page = new Page()) {
    const options = this.session.options;
    await this.session.close();
    this.session = await openSession({ ...options, start: false });
    (this as { page: Page }).page = page;
    return () => this.session.attach(page.client);
  }
  save(text: string) {
    Deno.writeTextFileSync(this.file, text);
  }
  send(message: FromPage, page = this.page) {
    return this.session.receive(page.client, encode(message));
  }
  async until(done: () => unknown, milliseconds = 60_000) {
    const late = performance.now() + milliseconds;
    while (!done()) {
      if (performance.now() > late) {
        throw new Error(
          `not in time: ${done}\n${
            JSON.stringify([...this.page.states.values(), ...this.page.events.slice(-6)], null, 1).slice(
              0,
              3000,
            )
          }`,
        );
      }
      await pause(5);
    }
  }
  is(state: string, ...names: string[]) {
    return this.until(() => names.every((name) => this.page.state(name)?.state === state));
  }
  async [Symbol.asyncDispose]() {
    await this.session.close();
    await stopBundler();
    Deno.removeSync(this.project, { recursive: true });
  }
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const head = `import { display, inputs, live, view } from "plateau";\n`;
export const ticks = (to: string, wait = 5) =>
  `async function* ticks(rate: number) { const loss = new Float64Array(1e5); let n = 0; while (n < ${to}) { await new Promise((r) => setTimeout(r, ${wait})); loss[n] = rate; n++; yield { n, loss: loss.subarray(0, n) }; } }`;
