/** Names that server cells define, as the page's runtime takes their values. */
import type { NotebookRuntime } from "../../lib/notebook/runtime.ts";
import { CellFailure, waiting } from "../../lib/notebook/runtime_error.ts";

/**
 * Gives the runtime the values of the server's names. Until a name has one, it is a promise that can be settled:
 * the runtime begins a definition only after the one before has ended, so a promise that never settles would
 * hold back every value after it.
 */
export class ServerNames {
  readonly #known = new Set<string>();
  readonly #first = new Map<string, PromiseWithResolvers<unknown>>();

  constructor(readonly runtime: Pick<NotebookRuntime, "set" | "fail">) {}

  /** The names of a new version of the notebook, which the runtime has been told. */
  expect(names: readonly string[]): void {
    for (const name of this.#known) if (!names.includes(name)) this.#known.delete(name);
    for (const name of names) {
      if (this.#known.has(name)) continue;
      this.#known.add(name);
      const first = Promise.withResolvers<unknown>();
      first.promise.catch(() => {}); // a name that nothing reads may fail unheard
      this.#first.set(name, first);
      this.runtime.set(name, first.promise);
    }
  }

  give(name: string, value: unknown): void {
    if (!this.#known.has(name)) return;
    const first = this.#first.get(name);
    this.#first.delete(name);
    if (first) first.resolve(value);
    else this.runtime.set(name, value);
  }

  /** What reads the name says that it waits for the cell. */
  fail(name: string, cell: string): void {
    if (!this.#known.has(name)) return;
    this.#first.get(name)?.reject(new CellFailure(waiting(cell)));
    this.#first.delete(name);
    this.runtime.fail(name, cell);
  }
}
