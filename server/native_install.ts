/** The offer to install the native engine and its one installation: every page of a server shows the same. */
import { z } from "zod";
import type { ChosenEngine } from "./engine_process.ts";
import type { NativeState } from "./native_state.ts";
import { ownProcess } from "./own_process.ts";

/** What the installing process says: an advance, or the end. */
const Said = z.union([
  z.object({ doing: z.enum(["downloading", "unpacking"]), megabytes: z.number(), of: z.number() }),
  z.object({ file: z.string() }),
  z.object({ error: z.string() }),
]);

export interface NativeInstallOptions {
  /** the engine that was chosen at the start; its offer is the one that is made */
  readonly engine: Promise<ChosenEngine>;
  /** chooses again once the native engine is there; kernels that start later train on the answer */
  choose(): Promise<ChosenEngine>;
  /** a wheel that is already here, instead of a download */
  readonly wheel?: string;
}

export interface NativeInstall {
  state(): NativeState;
  /** the state once an engine is chosen */
  settled(): Promise<NativeState>;
  /** starts the installation, unless one runs or nothing is offered */
  install(): NativeState;
  /** shows it no more while this server lives; not while an installation runs */
  dismiss(): NativeState;
  /** ends an installation that runs */
  close(): Promise<void>;
}

/** @example
 * ```ts
 * import { chooseEngine } from "./engine_process.ts";
 * import { createNativeInstall } from "./native_install.ts";
 * const choose = () => chooseEngine("auto", ".plateau/engines.json");
 * const native = createNativeInstall({ engine: choose(), choose });
 * await native.settled(); // { state: "offered", times: 12, megabytes: 274 }
 * await native.close();
 * ```
 */
export function createNativeInstall({ engine, choose, wheel }: NativeInstallOptions): NativeInstall {
  let state: NativeState = { state: "none" };
  let running: { end(): void; readonly ended: Promise<void> } | null = null;
  const settled = engine.then(({ offer }) => {
    if (offer !== null) state = { state: "offered", ...offer };
  }, () => {}); // no engine: that is said elsewhere, and nothing is offered

  /** Reads what the process says until it ends; its last word decides. */
  async function follow(process: Deno.ChildProcess): Promise<void> {
    let last: z.infer<typeof Said> | null = null;
    for await (const line of lines(process.stdout)) {
      last = Said.parse(JSON.parse(line));
      if ("doing" in last) state = { state: "installing", ...last };
    }
    if (last !== null && "error" in last) throw new Error(last.error);
    if (last === null || !("file" in last)) throw new Error("the installation ended without a word");
    state = { state: "installing", doing: "measuring", megabytes: 0, of: 0 };
    const { name, version, device, why } = await choose();
    state = {
      state: "installed",
      engine: `${name} ${version} on ${device}`,
      taken: name === "tensorflow",
      why,
    };
  }

  return {
    state: () => state,
    settled: () => settled.then(() => state),
    install() {
      if (running !== null || state.state !== "offered" && state.state !== "failed") return state;
      state = { state: "installing", doing: "starting", megabytes: 0, of: 0 };
      const process = ownProcess("install_native.ts", wheel === undefined ? [] : [wheel], {
        stdin: "piped", // never written: its end tells the process that this one is gone
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const ended = follow(process).catch((error) => {
        state = { state: "failed", why: (error as Error).message };
      }).finally(async () => {
        running = null;
        await process.stdin.close().catch(() => {}); // it has ended
        await process.status;
      });
      running = { end: () => void process.stdin.close().catch(() => {}), ended };
      return state;
    },
    dismiss() {
      if (running === null) state = { state: "none" };
      return state;
    },
    async close() {
      running?.end();
      await running?.ended;
    },
  };
}

async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}
