/** One growing column of numbers. */

/**
 * Appends in constant time on average: the buffer doubles when it is full. Equal recordings are equal to the byte: of
 * the many bit patterns of NaN, of which processors and compilers make now one and now another, it holds one.
 */
export class Column {
  #values: Float64Array;
  #length: number;

  /** @param from values it begins with; copied */
  constructor(from: ArrayLike<number> = []) {
    this.#values = new Float64Array(Math.max(64, from.length));
    this.#length = 0;
    for (let i = 0; i < from.length; i++) this.push(from[i]);
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = Number.isNaN(value) ? NaN : value;
  }

  /** What was pushed so far, without a copy: later pushes do not change it. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  /** the last value; undefined while empty */
  get last(): number | undefined {
    return this.#length === 0 ? undefined : this.#values[this.#length - 1];
  }
}
