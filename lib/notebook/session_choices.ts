/**
 * What people choose for the inputs that server cells read, on its way to the kernel: at once, or when no training is
 * left that runs on what it replaces.
 */
import { ChoiceBurst } from "./choice_burst.ts";
import type { Notebook } from "./notebook.ts";
import type { SessionCells } from "./session_cells.ts";
import type { SessionInputs } from "./session_inputs.ts";
import type { SessionKernel } from "./session_kernel.ts";
import { below } from "./session_reach.ts";
import type { Event } from "./wire.ts";

export interface ChoiceHooks<From> {
  /** the version that runs; undefined before the first */
  notebook(): Notebook | undefined;
  /** for all pages but the one that it is from */
  say(event: Event & { t: "input" }, from?: From): void;
  /** there is no kernel, and a choice concerns its cells */
  start(): void;
}

export class SessionChoices<From> {
  readonly #burst = new ChoiceBurst<From>((name, value, from) => this.#choose(name, value, from));
  #closed = false;

  constructor(
    readonly inputs: SessionInputs,
    readonly cells: SessionCells,
    readonly kernel: SessionKernel,
    readonly hooks: ChoiceHooks<From>,
  ) {}

  /** A page chooses. What comes in a burst is taken as one. */
  take(name: string, value: unknown, from: From): { ok: true } | { ok: false; why: string } {
    const names = this.hooks.notebook()?.toServer ?? [];
    if (!names.includes(name)) {
      return { ok: false, why: `unknown input: ${name} (has ${names.join(", ") || "none"})` };
    }
    this.#burst.take(name, value, from);
    return { ok: true };
  }

  /** What was chosen counts now: something is asked that comes after it. */
  flush(): void {
    this.#burst.flush();
  }

  close(): void {
    this.flush();
    this.#closed = true;
  }

  /**
   * Waits no longer with choices: the kernel is told of them, or starts with them.
   * @param concerns whether a choice is among them, by the keys of the cells that it reaches
   * @returns them, by name
   */
  applyPending(notebook: Notebook, concerns: (keys: readonly string[]) => boolean): Record<string, unknown> {
    const due = [...this.inputs.pending].filter(([name]) => concerns(reachedBy(notebook, name)));
    for (const [name, value] of due) this.#apply(notebook, name, value);
    return Object.fromEntries(due);
  }

  /** Choices reach the kernel when no training is left that runs on what they replace. */
  release(notebook: Notebook): void {
    for (const [name, value] of this.inputs.pending) {
      if (this.cells.isBusyWith(notebook, name)) continue;
      this.#apply(notebook, name, value);
      this.kernel.send({ t: "set", values: { [name]: value } });
    }
  }

  /** The kernel says what an input is: a default, or what it has instead of a choice that it refused. */
  reported(notebook: Notebook, name: string, value: unknown): void {
    if (!notebook.toServer.includes(name)) return;
    this.inputs.report(name, value);
    if (this.inputs.pending.has(name) || !this.inputs.show(name, value)) return;
    this.hooks.say({ t: "input", name, value });
  }

  #choose(name: string, value: unknown, from: From) {
    const notebook = this.hooks.notebook()!, { inputs, kernel } = this;
    if (this.#closed || !notebook.toServer.includes(name)) return; // it is gone since
    const waited = inputs.pending.has(name);
    inputs.show(name, value);
    this.hooks.say({ t: "input", name, value, chosen: true }, from); // an echo would fight the hand on the slider
    if (kernel.runs && this.cells.isBusyWith(notebook, name)) inputs.postpone(name, value);
    else {
      this.#apply(notebook, name, value);
      if (kernel.runs) kernel.send({ t: "set", values: { [name]: value } });
      else if (reachedBy(notebook, name).length) {
        kernel.pardon(); // without one after too many deaths, only what concerns a cell starts it again
        this.hooks.start();
      }
    }
    // a choice that goes to the kernel makes nothing stale: what it runs says so itself
    if (waited || inputs.pending.has(name) || !kernel.runs) this.cells.refresh();
  }

  #apply(notebook: Notebook, name: string, value: unknown) {
    this.inputs.apply(name, value);
    this.cells.past.permit(reachedBy(notebook, name));
  }
}

const reachedBy = (notebook: Notebook, name: string): string[] =>
  below(notebook.cells, [name]).map(({ key }) => key);
