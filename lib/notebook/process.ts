/** Starts kernels. The one file that spawns a process, with arguments that no notebook can change. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineChoice, EngineSettings } from "../engine/engine.ts";
import { isNative } from "../engine/engine_choice.ts";
import { crashText } from "../engine/engine_crash.ts";
import { printable } from "../printable.ts";
import { endChild } from "./end_child.ts";
import { grantFault } from "./grant_fault.ts";
import { framed, type FromKernel, messages, type ToKernel } from "./kernel_messages.ts";
import type { KernelArguments } from "./kernel.ts";
import { MEMORY_MARK } from "./kernel_marks.ts";

export interface KernelOptions {
  /** folder of the project: what the kernel may read */
  readonly project: string;
  /** the only folder it may write */
  readonly runFolder: string;
  readonly engine: EngineChoice;
  readonly settings?: EngineSettings;
  /** it keeps what cells gave in its run folder, which it then has for itself; default false */
  readonly keeps?: boolean;
  /** further folders that it may read; default none */
  readonly read?: readonly string[];
  /** its code is a stranger's: of Plateau it reads the library and its packages alone; default false */
  readonly stranger?: boolean;
  /** bytes of one message of it; default 1 GB */
  readonly message?: number;
  /** megabytes of JavaScript heap; default 2048 */
  readonly heap?: number;
  /** megabytes of the whole process; default twice the heap and 512 more */
  readonly memory?: number;
  onMessage(message: FromKernel): void;
}

/** How a kernel ended, as data. */
export interface KernelEnd {
  readonly kind: "memory" | "killed" | "exit";
  /** as `out of memory: more than 512 MB`, `exit code 3` */
  readonly why: string;
  /** key of the cell whose code ended it, when that is known */
  readonly cell?: string;
}

export interface Kernel {
  readonly pid: number;
  /** its first word */
  readonly up: Promise<void>;
  readonly ended: Promise<KernelEnd>;
  send(message: ToKernel): void;
  /** whether it answers; it is given up after so many milliseconds without a word, or after five times that with words alone */
  ping(silence: number): Promise<boolean>;
  /** ends it when what it keeps is on disk, or after 600 ms; it is not heard any more */
  finish(why: string): Promise<KernelEnd>;
  /** ends it at once */
  kill(why: string): void;
}

const HEAP_MEGABYTES = 2048;
const STDERR_KEPT = 4096;
const FINISH_MILLISECONDS = 600;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What of Plateau a kernel cannot do without. */
const NEEDED = ["lib", "node_modules", "deno.json", "deno.lock"];
const MEGABYTE = 1e6;

/** Environment that a kernel is given: where Deno keeps its cache, and for the native engine where its libraries are. User code cannot read it. */
const ENVIRONMENT = ["HOME", "DENO_DIR", "XDG_CACHE_HOME"];
const NATIVE_ENVIRONMENT = [
  "LD_LIBRARY_PATH",
  "CUDA_VISIBLE_DEVICES",
  "ROCR_VISIBLE_DEVICES",
  "CUDA_HOME",
  "XLA_FLAGS",
  "TF_XLA_FLAGS",
  "MALLOC_ARENA_MAX",
  "TF_CPP_MIN_LOG_LEVEL",
  "TF_FORCE_GPU_ALLOW_GROWTH",
];

/**
 * Starts a kernel: a Deno that may read the project and Plateau, write its run folder, and nothing else; foreign
 * code (`--allow-ffi`) only for native engines. Needs permission to run Deno.
 */
export function spawnKernel(options: KernelOptions): Kernel {
  const heap = options.heap ?? HEAP_MEGABYTES;
  const memory = (options.memory ?? 2 * heap + 512) * MEGABYTE;
  if (options.keeps) makeRunFolder(options.runFolder);
  const child = new Deno.Command(Deno.execPath(), {
    args: kernelCommand(options, heap, memory),
    cwd: options.project, // paths that a notebook names count from there, wherever Plateau was started
    clearEnv: true,
    env: {
      ...kernelEnvironment(options.engine),
      ...(options.keeps ? { DENO_AUDIT_PERMISSIONS: accessesIn(options) } : {}),
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const up = Promise.withResolvers<void>();
  const pongs = new Map<number, (answers: boolean) => void>();
  let pings = 0;
  let heard = 0;
  let dead = false;
  let end: KernelEnd | undefined;
  let exits: string | undefined;

  const kill = (reason: KernelEnd) => {
    if (dead) return;
    end ??= reason;
    endChild(child);
  };
  const reading = readMessages(messages(child.stdout, options.message), (message) => {
    heard++;
    if (message.t === "up") up.resolve();
    else if (message.t === "pong") pongs.get(message.n)?.(true);
    else if (message.t === "exits") exits = message.cell;
    else if (!end) options.onMessage(message);
  }).catch((error) => kill({ kind: "killed", why: `its messages could not be read (${error.message})` }));
  const stderr = keepEnd(
    child.stderr,
    () => kill({ kind: "memory", why: `out of memory: more than ${Math.round(memory / MEGABYTE)} MB` }),
  );
  const ended = Promise.all([child.status, reading, stderr]).then(([status, , text]): KernelEnd => {
    dead = true;
    up.resolve();
    for (const answer of pongs.values()) answer(false);
    writer.close().catch(() => {});
    if (end) return end;
    if (/out of memory|heap limit/i.test(text)) {
      return { kind: "memory", why: `out of memory: more than ${heap} MB of heap` };
    }
    return {
      kind: "exit",
      why: exitText(status, printable(text.trim().split("\n").at(-1)!, 300), options.engine),
      ...(exits === undefined ? {} : { cell: exits }),
    };
  });
  return {
    pid: child.pid,
    up: up.promise,
    ended,
    send: (message) => void (dead || writer.write(framed(message)).catch(() => {})),
    kill: (why) => kill({ kind: "killed", why }),
    async finish(why) {
      end ??= { kind: "killed", why };
      writer.write(framed({ t: "finish" })).catch(() => {});
      const timer = setTimeout(() => kill({ kind: "killed", why }), FINISH_MILLISECONDS);
      return await ended.finally(() => clearTimeout(timer));
    },
    ping(silence) {
      const n = ++pings;
      const answer = Promise.withResolvers<boolean>();
      const began = performance.now();
      let before = heard;
      // a busy machine may delay the answer of a kernel that is well and speaks of its work
      const timer = setInterval(() => {
        if (heard === before || performance.now() - began > 4.5 * silence) answer.resolve(false);
        before = heard;
      }, silence);
      pongs.set(n, answer.resolve);
      writer.write(framed({ t: "ping", n })).catch(() => answer.resolve(false));
      return answer.promise.finally(() => {
        clearInterval(timer);
        pongs.delete(n);
      });
    },
  };
}

function kernelCommand(options: KernelOptions, heap: number, memory: number): string[] {
  const library = options.settings?.library === undefined ? [] : [dirname(options.settings.library)];
  const own = options.stranger ? NEEDED.map((part) => ROOT + part) : [ROOT];
  const read = [...new Set([options.project, ...own, ...library, ...(options.read ?? [])])];
  const given: KernelArguments = {
    engine: options.engine,
    settings: options.settings ?? {},
    ...(options.keeps ? { accesses: accessesIn(options) } : {}),
    memory,
    parent: Deno.pid,
  };
  return [
    "run",
    "--no-prompt",
    "--cached-only",
    "--frozen",
    "--quiet",
    "--no-check",
    `--config=${ROOT}deno.json`,
    `--allow-read=${read.map(granted).join(",")}`,
    `--allow-write=${granted(options.runFolder)}`,
    ...(isNative(options.engine) ? ["--allow-ffi"] : []),
    `--v8-flags=--max-old-space-size=${heap}`,
    fileURLToPath(new URL("./kernel.ts", import.meta.url)),
    JSON.stringify(given),
  ];
}

/** @param last what it said last; empty when it said nothing */
function exitText({ signal, code }: Deno.CommandStatus, last: string, engine: EngineChoice): string {
  const how = signal ? `signal ${signal}` : `exit code ${code}`;
  return crashText(engine, signal, last) ?? `${how}${last ? ` (${last})` : ""}`;
}

/** A cell may have removed it. Where it cannot be made, the kernel says why it does not start. */
function makeRunFolder(path: string) {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch {
    // a file in its place, a full disk
  }
}

const accessesIn = ({ runFolder }: KernelOptions): string => join(runFolder, "accesses.jsonl");

function granted(path: string): string {
  const fault = grantFault(path);
  if (fault !== null) throw new Error(`invalid folder: ${path.slice(0, 200)} (${fault})`);
  return path;
}

/** What of this process' environment a kernel of an engine is given. */
export function kernelEnvironment(engine: EngineChoice): Record<string, string> {
  const names = isNative(engine) ? [...ENVIRONMENT, ...NATIVE_ENVIRONMENT] : ENVIRONMENT;
  const kept: Record<string, string> = { NO_COLOR: "1" };
  for (const name of names) {
    try {
      const value = Deno.env.get(name);
      if (value !== undefined) kept[name] = value;
    } catch {
      // a parent without rights on it starts the kernel without it
    }
  }
  return kept;
}

async function readMessages(told: AsyncIterable<unknown>, take: (message: FromKernel) => void) {
  for await (const message of told) take(message as FromKernel);
}

/** The last 4 kB of a stream as text; `onMemory` when the kernel says that it holds too much. */
async function keepEnd(stream: AsyncIterable<Uint8Array>, onMemory: () => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of stream) {
    text = (text + decoder.decode(part, { stream: true })).slice(-STDERR_KEPT);
    if (text.includes(MEMORY_MARK)) onMemory();
  }
  return text;
}
