/** Asks the server for the curves of the compared runs, once for each version of each, and keeps the last. */
import { decodeLines, type RunLine } from "../lines_codec.ts";
import type { Drawing } from "../run_line.ts";
import { address } from "./address.ts";

/** A drawing of a metric. */
export interface Wanted extends Drawing {
  readonly metric: string;
}

/** A run as far as its lines are concerned. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
}

export interface LinesHooks {
  /** everything that was wanted last is there */
  ready(lines: ReadonlyMap<string, RunLine>, wanted: Wanted): void;
  /** in one line; the lines from before stay */
  failed(why: string): void;
}

export interface RunsLines {
  /** asks for what is not here yet; of two wishes only the later counts */
  want(runs: readonly Versioned[], wanted: Wanted): void;
}

/** Runs in one request; the server takes no more. */
const MOST = 2000;
/** Between two requests for the same picture, while runs grow. */
const PAUSE_MS = 400;

async function ask(ids: readonly string[], wanted: Wanted, signal: AbortSignal): Promise<RunLine[]> {
  const answer = await fetch(address("/runs/series"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ids, ...wanted }),
    signal,
  });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return decodeLines(await answer.arrayBuffer());
}

class Lines implements RunsLines {
  /** lines of one drawing, with the version of the run that they show */
  readonly #kept = new Map<string, { readonly version: number; readonly line: RunLine }>();
  #key = "";
  #runs: readonly Versioned[] = [];
  #wanted: Wanted | null = null;
  #asking: AbortController | null = null;
  #asked = -Infinity;
  /** what was given last, so that the same is not given again */
  #given = "";

  constructor(readonly hooks: LinesHooks) {}

  want(runs: readonly Versioned[], wanted: Wanted): void {
    const key = JSON.stringify(wanted);
    if (key !== this.#key) {
      this.#asking?.abort();
      this.#asking = null;
      this.#kept.clear();
      this.#asked = -Infinity;
    }
    this.#key = key;
    this.#runs = runs;
    this.#wanted = wanted;
    if (this.#asking === null) this.#go();
  }

  /** Runs without a line, before those whose line is of an earlier version. */
  #lacking(): string[] {
    return this.#runs.filter(({ id, version }) => this.#kept.get(id)?.version !== version)
      .map(({ id }) => id).sort((a, b) => Number(this.#kept.has(a)) - Number(this.#kept.has(b)));
  }

  async #go(): Promise<void> {
    const control = new AbortController();
    this.#asking = control;
    try {
      while (this.#asking === control) {
        const ids = this.#lacking();
        if (ids.length === 0) break;
        if (ids.every((id) => this.#kept.has(id))) await this.#rest();
        if (this.#asking === control) await this.#ask(ids.slice(0, MOST), control);
      }
      if (this.#asking === control) this.#ready();
    } catch (error) {
      if (this.#asking === control) this.hooks.failed((error as Error).message);
    }
    if (this.#asking === control) this.#asking = null;
  }

  /** What only grows is shown as it is, and asked for again a little later. */
  async #rest(): Promise<void> {
    this.#ready();
    const wait = this.#asked + PAUSE_MS - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  async #ask(ids: readonly string[], control: AbortController): Promise<void> {
    const versions = new Map(this.#runs.map(({ id, version }) => [id, version]));
    this.#asked = performance.now();
    const lines = await ask(ids, this.#wanted!, control.signal);
    if (this.#asking !== control) return;
    for (const line of lines) this.#kept.set(line.id, { version: versions.get(line.id)!, line });
  }

  #ready(): void {
    const given = `${this.#key} ${this.#runs.map(({ id }) => `${id} ${this.#kept.get(id)?.version}`)}`;
    if (given === this.#given) return;
    this.#given = given;
    const lines = this.#runs.flatMap(({ id }) => this.#kept.get(id)?.line ?? []);
    this.hooks.ready(new Map(lines.map((line) => [line.id, line])), this.#wanted!);
  }
}

/** Begins with nothing wanted. */
export const runsLines = (hooks: LinesHooks): RunsLines => new Lines(hooks);
