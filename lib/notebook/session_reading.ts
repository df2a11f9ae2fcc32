/** What a session's kernel may read beside its project: given at the start, and by the owner since. */
import { resolve } from "node:path";
import { grantFault } from "./grant_fault.ts";

export class SessionReading {
  readonly #allowed: Set<string>;

  /**
   * @param project folder that paths of a notebook count from
   * @param given files and folders that the kernel may read from the start; default none
   */
  constructor(readonly project: string, given: readonly string[] = []) {
    this.#allowed = new Set(given.map((path) => resolve(path)));
  }

  /** Whole paths, in the order in which they were allowed. */
  get allowed(): readonly string[] {
    return [...this.#allowed];
  }

  /** The whole path of one that a cell names. */
  whole(path: string): string {
    return resolve(this.project, path);
  }

  /**
   * From the next kernel on, a file or folder may be read.
   * @throws RangeError for what no kernel can be granted; then all stays as it is
   */
  allow(path: string): void {
    const whole = this.whole(path), fault = grantFault(whole);
    if (fault !== null) throw new RangeError(`invalid path: ${whole.slice(0, 200)} (${fault})`);
    this.#allowed.add(whole);
  }
}
