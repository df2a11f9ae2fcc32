/** Tells how far a recording is, often enough for a person. */
import type { FromKernel } from "../notebook/kernel_messages.ts";
import type { Cell } from "../notebook/notebook.ts";
import { progressText } from "../notebook/progress_text.ts";
import { onServer } from "../notebook/session_reach.ts";
import type { RecordEvents } from "./record_events.ts";
import type { RecordProgress } from "./record_options.ts";

const BETWEEN_MILLISECONDS = 100;

export class RecordTeller {
  readonly #cells: readonly Cell[];
  /** code cells of the whole notebook */
  readonly #all: number;
  /** cells that have ended once: one that runs again takes nothing back */
  readonly #ended = new Set<string>();
  #told = -Infinity;
  #computed = 0;
  #planned = 0;
  /** when the first state was begun */
  #began = 0;

  constructor(
    cells: readonly Cell[],
    readonly events: RecordEvents,
    readonly progress: (progress: RecordProgress) => void = () => {},
  ) {
    this.#cells = cells.filter(onServer);
    this.#all = events.notebook.cells.filter(({ kind }) => kind === "code").length;
  }

  /** The kernel said something. */
  heard({ t }: FromKernel): void {
    if (t !== "state" && t !== "value") return;
    if (performance.now() - this.#told >= BETWEEN_MILLISECONDS) this.#tell();
  }

  /** So many states are computed from now on. */
  states(count: number): void {
    this.#planned = count;
    this.#began = performance.now();
    this.#tell();
  }

  /** Another state is computed. */
  state(): void {
    this.#computed++;
    this.#tell();
  }

  #tell() {
    this.#told = performance.now();
    const { events } = this;
    for (const { key } of this.#cells) if (this.#is(key, "done", "error")) this.#ended.add(key);
    const running = this.#cells.find(({ key }) => this.#is(key, "running"));
    const each = (this.#told - this.#began) / 1000 / this.#computed;
    this.progress({
      cells: { done: this.#ended.size, of: this.#all },
      states: { done: this.#computed, of: this.#planned },
      cell: running?.name ?? "",
      text: running?.lives.map((name) => progressText(events.value(name))).find((text) => text !== "") ?? "",
      secondsLeft: this.#computed > 0 ? each * (this.#planned - this.#computed) : null,
    });
  }

  #is(cell: string, ...states: readonly string[]): boolean {
    return states.includes(this.events.news(cell)?.state ?? "");
  }
}
