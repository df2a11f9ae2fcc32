/** The inputs that server cells read: they belong to the owner, and all pages show the same. */
import { sameData } from "./codec.ts";

export class SessionInputs {
  /** as pages see them */
  shown: Readonly<Record<string, unknown>>;
  /** what a person chose; the rest are defaults, which the cells may change */
  readonly chosen: Map<string, unknown>;
  /** what the kernel has: reported by it, or sent to it */
  readonly applied = new Map<string, unknown>();
  /** chosen while a training ran that reads them: they reach the kernel when it has ended */
  readonly pending = new Map<string, unknown>();

  constructor(
    { inputs, chosen }: {
      inputs: Readonly<Record<string, unknown>>;
      chosen: Readonly<Record<string, unknown>>;
    },
  ) {
    this.shown = inputs;
    this.chosen = new Map(Object.entries(chosen));
  }

  /** A page shows another value. False when all do already. */
  show(name: string, value: unknown): boolean {
    if (name in this.shown && sameData(this.shown[name], value)) return false;
    this.shown = { ...this.shown, [name]: value };
    return true;
  }

  /** The kernel gets a choice. */
  apply(name: string, value: unknown): void {
    this.pending.delete(name);
    this.chosen.set(name, value);
    this.applied.set(name, value);
  }

  /** A choice that must wait; one that takes an earlier one back waits no longer. */
  postpone(name: string, value: unknown): void {
    if (sameData(this.applied.get(name), value)) this.pending.delete(name);
    else this.pending.set(name, value);
  }

  /** The kernel says what an input is. True when it refused a choice. */
  report(name: string, value: unknown): boolean {
    this.applied.set(name, value);
    const refused = this.chosen.has(name) && !sameData(this.chosen.get(name), value);
    if (refused) this.chosen.delete(name);
    return refused;
  }

  /**
   * Forgets what pages and the kernel have of all but these names. What was chosen stays: a cell that is taken out and
   * put back comes with it, however many of the versions between were read.
   */
  keep(names: readonly string[]): void {
    this.shown = Object.fromEntries(Object.entries(this.shown).filter(([name]) => names.includes(name)));
    for (const [name, value] of this.pending) if (!names.includes(name)) this.chosen.set(name, value);
    for (const map of [this.applied, this.pending]) {
      for (const name of map.keys()) if (!names.includes(name)) map.delete(name);
    }
  }
}
