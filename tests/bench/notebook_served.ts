/** A server as a user's machine runs it, over a project made for a measurement, and a page of it without a browser. */
import { fileURLToPath } from "node:url";
import type { EngineChoice } from "../../lib/engine/engine_choice.ts";
import { decode, encode } from "../../lib/notebook/codec.ts";
import type { Event, FromPage, PageNotebook, ToPage } from "../../lib/notebook/wire.ts";
import { serverPermissions } from "../../server/launch.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface NotebookServer {
  /** of the server's process; kernels are processes of their own */
  readonly pid: number;
  /** address with its token, good for one browser */
  readonly address: string;
  readonly origin: string;
  readonly project: string;
  /** what proves its owner, as `name=value`; the address is spent with it */
  cookie(): Promise<string>;
  /** opens the socket of a notebook as its owner */
  page(file: string): Promise<SocketPage>;
  stop(): Promise<void>;
}

/** Serves notebooks, given as texts by file name, with the rights that `plateau serve` gives its server. */
export async function serveNotebooks(
  texts: Readonly<Record<string, string>>,
  engine: EngineChoice = "cpu",
): Promise<NotebookServer> {
  await Deno.mkdir(`${ROOT}.plateau`, { recursive: true });
  const project = await Deno.makeTempDir({ dir: `${ROOT}.plateau`, prefix: "bench-" }); // there packages are found
  await Deno.mkdir(`${project}/notebooks`);
  for (const [file, text] of Object.entries(texts)) {
    await Deno.writeTextFile(`${project}/notebooks/${file}`, text);
  }
  const program = `${ROOT}server/server_process.ts`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", ...serverPermissions(project), program, project, "0", engine],
    stdin: "piped", // its end ends the server
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the server ended with code ${(await child.status).code}: ${said}`);
    said += value;
  }
  const drained = (async () => {
    while (!(await reader.read()).done);
  })();
  const address = /http:\S+/.exec(said)![0], { origin } = new URL(address);
  let entered: Promise<string> | undefined;
  const cookie = () => entered ??= enter(address);
  return {
    pid: child.pid,
    address,
    origin,
    project,
    cookie,
    page: async (file) => await openPage(origin, file, await cookie()),
    async stop() {
      await child.stdin.close().catch(() => {}); // what ends it; it may be gone
      await Promise.all([child.status, drained]);
      await Deno.remove(project, { recursive: true });
    },
  };
}

/** Spends the address's token; what proves us from then on. */
export async function enter(address: string): Promise<string> {
  const answer = await fetch(address, { redirect: "manual" });
  await answer.body?.cancel();
  return answer.headers.get("set-cookie")!.split(";")[0];
}

/** What a page hears, without a browser: the events that reach its socket. */
export interface SocketPage {
  readonly notebook: PageNotebook;
  send(message: FromPage): void;
  /** when, by `performance.now()`, the first event from now on for which `is` holds was here */
  heard(is: (event: Event) => boolean, milliseconds?: number): Promise<number>;
  /** batches so far */
  readonly batches: number;
  close(): Promise<void>;
}

async function openPage(origin: string, file: string, cookie: string): Promise<SocketPage> {
  const address = `${origin.replace("http", "ws")}/notebooks/${file}/live?since=0&epoch=`;
  // Deno's own second argument: a browser would send both by itself
  const socket = new WebSocket(address, { headers: { cookie, origin } } as unknown as string[]);
  socket.binaryType = "arraybuffer";
  const notebook = Promise.withResolvers<PageNotebook>();
  let batches = 0;
  let waiting: ((event: Event, at: number) => void) | undefined;
  socket.onmessage = ({ data }) => {
    const message = decode(new Uint8Array(data)) as ToPage;
    const at = performance.now();
    if (message.t === "cells") notebook.resolve(message.notebook);
    if (message.t !== "batch") return;
    batches++;
    for (const event of message.events) waiting?.(event, at);
  };
  const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
  closed.then(() => notebook.reject(new Error(`the socket of ${file} was closed`)));
  return {
    notebook: await notebook.promise,
    send: (message) => socket.send(encode(message)),
    heard(is, milliseconds = 20_000) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const timer = setTimeout(() => reject(new Error(`not heard within ${milliseconds} ms`)), milliseconds);
      waiting = (event, at) => {
        if (!is(event)) return;
        clearTimeout(timer);
        waiting = undefined;
        resolve(at);
      };
      return promise;
    },
    get batches() {
      return batches;
    },
    async close() {
      socket.close();
      await closed;
    },
  };
}
