/** What was wrong with a file, told without drowning who reads it. */
import type { LogWarning } from "../logged.ts";

/** Warnings of one kind that are told one by one. */
const TOLD = 100;

interface Kind {
  readonly told: Omit<LogWarning, "file">[];
  count: number;
}

/** Collects the warnings of one file: 100 of a kind, then how many more there were. */
export class ReaderWarnings {
  readonly #kinds = new Map<string, Kind>();

  /**
   * @param kind what is counted together; the line that counts the rest begins with it
   * @param offset byte in the file; null where the whole file is meant
   */
  add(kind: string, message: string, offset: number | null): void {
    const known = this.#kinds.get(kind) ?? { told: [], count: 0 };
    this.#kinds.set(kind, known);
    known.count++;
    if (known.told.length < TOLD) known.told.push({ offset, message });
  }

  /** these, and none of what is added to the copy */
  copy(): ReaderWarnings {
    const copy = new ReaderWarnings();
    for (const [kind, { told, count }] of this.#kinds) copy.#kinds.set(kind, { told: [...told], count });
    return copy;
  }

  /** all, by kind, each kind in the order of the file */
  list(): Omit<LogWarning, "file">[] {
    return [...this.#kinds].flatMap(([kind, { told, count }]) =>
      count > TOLD
        ? [...told, { offset: told[TOLD - 1].offset, message: `${kind}: ${count - TOLD} more` }]
        : told
    );
  }
}
