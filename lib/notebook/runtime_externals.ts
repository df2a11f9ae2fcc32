/** Names whose values come from outside: until the first one comes, what reads them waits. */
import { CellFailure, waiting } from "./runtime_error.ts";
import { remove, type Variable, type Variables } from "./runtime_variable.ts";

export class RuntimeExternals {
  readonly #defined = new Map<string, Variable>();
  /** names that have no value yet: what reads them waits for these */
  readonly #awaited = new Map<string, PromiseWithResolvers<unknown>>();
  /** what a name that failed waits for */
  readonly #failed = new Map<string, string>();

  constructor(readonly variables: Variables) {}

  has(name: string): boolean {
    return this.#defined.has(name);
  }

  /** Names that have neither a value nor failed. */
  get awaited(): string[] {
    return [...this.#awaited.keys()];
  }

  /** These are all there are, from now on. */
  keep(names: readonly string[]): void {
    remove(this.#defined, (name) => names.includes(name));
    for (const name of this.#awaited.keys()) if (!names.includes(name)) this.#release(name);
    for (const name of names) if (!this.#defined.has(name)) this.#expect(name);
  }

  /** Gives a name its value. `round` settles when what reads it has begun with it; default: the runtime's next. */
  give(name: string, value: unknown, round?: Promise<void>): void {
    this.#failed.delete(name);
    this.#defined.get(name).define(name, [], () => value);
    this.#release(name, round);
  }

  /** Makes a name fail: what reads it waits for `waitsFor`. */
  fail(name: string, waitsFor: string): void {
    this.#failed.set(name, waitsFor);
    this.#defined.get(name)?.define(name, [], () => {
      throw new CellFailure(waiting(waitsFor));
    });
    this.#release(name);
  }

  /** What a name that failed waits for. */
  waitsFor(name: string): string | undefined {
    return this.#failed.get(name);
  }

  /** A name whose value is still to come. */
  #expect(name: string) {
    const awaited = Promise.withResolvers<unknown>();
    this.#awaited.set(name, awaited);
    this.#defined.set(name, this.variables.module.define(name, [], () => awaited.promise));
  }

  /**
   * Lets go of what waits for a name that has just been defined anew, or is gone. The runtime begins a definition only
   * when the one before has ended: a promise that never settled would hold back every later value, for the readers too.
   * The old promise ends after the round that takes the new definition, so that nobody computes with its end.
   */
  #release(name: string, round: Promise<void> = this.variables.runtime._computing) {
    const awaited = this.#awaited.get(name);
    if (!awaited) return;
    this.#awaited.delete(name);
    round.then(awaited.resolve);
  }
}
