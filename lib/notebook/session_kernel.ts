/**
 * The kernel of a session: at most one at a time. It is started when one is needed, and again when it ended by itself
 * unless it does so over and over; what it trains is recorded; that its thread is blocked is said.
 */
import { resolve } from "node:path";
import type { FromKernel, ToKernel } from "./kernel_messages.ts";
import { type Kernel, type KernelEnd, type KernelOptions, spawnKernel } from "./process.ts";
import { SessionPulse } from "./session_pulse.ts";
import { sessionTrainings } from "./session_trainings.ts";
import type { EngineLine, Event } from "./wire.ts";

/** What a kernel is started with; read at each start, because the engine may be another by then. */
export interface KernelWanted
  extends Pick<KernelOptions, "project" | "engine" | "settings" | "heap" | "memory"> {
  /** path of the notebook: trainings are recorded as its */
  readonly file: string;
  /** where they are recorded; default `.plateau/runs.sqlite` of the project */
  readonly store?: string;
}

/** What a kernel says of its cells and inputs. */
export type Heard = Exclude<FromKernel, { t: "training" | "loaded" | "engine" }>;

export interface SessionKernelHooks {
  heard(message: Heard): void;
  /** it ended unasked: what it had is lost */
  ended(end: KernelEnd): void;
  /** another may take the place of one that ended */
  again(): void;
  /** whether cells run in it */
  works(): boolean;
  say(event: Event): void;
}

const GRACE_MILLISECONDS = 600;
const DEATHS = 4;
const DEATHS_WITHIN_MILLISECONDS = 10_000;

export class SessionKernel {
  #kernel?: Kernel;
  #pulse?: SessionPulse;
  /** what the kernel may read beside the project */
  #reads: readonly string[] = [];
  /** a kernel that is to make room for the next: two of them would write into one run folder */
  #finishing?: Promise<unknown>;
  /** the engine that started last, and which was wanted then: the next kernel takes the same */
  #engine?: { readonly line: EngineLine; readonly wanted: string };
  /** for how many seconds the kernel's thread has been blocked */
  #busy: number | null = null;
  /** when what kernels that have ended trained is in the store */
  #recorded: Promise<void> = Promise.resolve();
  /** when kernels ended lately, in milliseconds since 1970 */
  #deaths: number[] = [];
  #closed = false;

  /**
   * @param runFolder the only folder that a kernel may write
   * @param note for people: who else has the notebook open
   */
  constructor(
    readonly wanted: KernelWanted,
    readonly runFolder: string,
    readonly note: string | undefined,
    readonly hooks: SessionKernelHooks,
  ) {}

  /** Whether there is one that takes messages. */
  get runs(): boolean {
    return this.#kernel !== undefined;
  }

  /** Starts one, unless there is one, or the last is still ending. Returns whether it did. */
  start(reads: readonly string[]): boolean {
    if (this.#closed || this.#kernel || this.#finishing) return false;
    this.hooks.say({ t: "kernel", state: "starting" });
    const { wanted, runFolder } = this;
    this.#reads = reads;
    this.#busy = null;
    if (this.#engine?.wanted !== engineOf(wanted)) this.#engine = undefined;
    const trainings = sessionTrainings(
      wanted,
      (text) => this.hooks.say({ t: "log", level: "error", text }), // what cannot be recorded
    );
    const kernel = spawnKernel({
      ...wanted,
      project: resolve(wanted.project),
      runFolder,
      keeps: true,
      read: reads,
      onMessage: (message) => {
        if (message.t === "training") trainings.take(message);
        else if (this.#kernel === kernel) this.#heard(message);
      },
    });
    const pulse = new SessionPulse({
      ping: (silence) => kernel.ping(silence),
      works: () => this.hooks.works(),
      say: (seconds) => this.#blocked(seconds),
    });
    this.#kernel = kernel;
    this.#pulse = pulse;
    kernel.ended.then((end) => {
      pulse.stop();
      this.#recorded = Promise.all([this.#recorded, trainings.close()]).then(() => {});
      if (this.#kernel === kernel) this.#ended(end);
    });
    return true;
  }

  /** To no kernel nothing is sent. */
  send(message: ToKernel): void {
    this.#kernel?.send(message);
  }

  /** A cell begins to run: whether the kernel answers is looked at until none does. */
  follow(): void {
    this.#pulse?.follow();
  }

  /** That kernels ended is forgotten: somebody changed something. */
  pardon(): void {
    this.#deaths = [];
  }

  /** Stops what runs, in its own way; a kernel that is silent for 600 ms is killed and started again. */
  async interrupt(): Promise<"nothing" | "interrupted" | "killed"> {
    const kernel = this.#kernel;
    if (!kernel) return "nothing";
    kernel.send({ t: "interrupt" });
    if (await kernel.ping(GRACE_MILLISECONDS)) return "interrupted";
    kernel.kill(`did not answer Stop for ${GRACE_MILLISECONDS} ms`);
    await kernel.ended;
    return "killed";
  }

  /** Lets go of the kernel: nothing more is heard of it. Settles when it has ended, and another may start. */
  async leave(): Promise<void> {
    const kernel = this.#letGo();
    this.#deaths = [];
    if (!kernel) return;
    this.#finishing = kernel.finish("restarted");
    await this.#finishing;
    this.#finishing = undefined;
  }

  /** Ends it for good; resolves when what it trained is in the store. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#letGo()?.finish("closed"), this.#finishing]);
    await this.#recorded;
  }

  #letGo(): Kernel | undefined {
    const kernel = this.#kernel;
    this.#kernel = undefined;
    this.#pulse?.stop();
    return kernel;
  }

  #heard(message: Exclude<FromKernel, { t: "training" }>) {
    if (message.t === "engine") this.#engine = { line: message.engine, wanted: engineOf(this.wanted) };
    if (message.t === "engine" || message.t === "loaded") this.#ready();
    else this.hooks.heard(message);
  }

  #blocked(seconds: number | null) {
    this.#busy = seconds;
    this.#ready();
  }

  #ready() {
    this.hooks.say({
      t: "kernel",
      state: "ready",
      ...(this.#busy === null ? {} : { why: `busy for ${this.#busy} s: Stop, or give the cell [worker]` }),
      ...(this.#engine ? { engine: this.#engine.line } : {}),
      reads: this.#reads,
      ...(this.note === undefined ? {} : { note: this.note }),
    });
  }

  #ended(end: KernelEnd) {
    this.#kernel = undefined;
    this.hooks.say({ t: "kernel", state: "ended", why: end.why });
    this.hooks.ended(end);
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WITHIN_MILLISECONDS), now];
    if (this.#deaths.length < DEATHS) return this.hooks.again();
    const why =
      `it ended ${DEATHS} times within 10 s (${end.why}); edit a cell, change an input or press Run`;
    this.hooks.say({ t: "kernel", state: "stopped", why });
  }
}

const engineOf = ({ engine, settings }: KernelWanted): string => JSON.stringify([engine, settings?.library]);
