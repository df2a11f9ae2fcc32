/** What is left of a push until the next one: the beginning of something that is not whole yet. */

/** Each byte is copied a constant number of times on average, however many pushes it waits for. */
export class PendingBytes {
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** The bytes that wait, then these. They are the same memory where nothing waits; good until `keep`. */
  joined(bytes: Uint8Array): Uint8Array {
    if (this.length === 0) return bytes;
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Keeps what follows the first `used` bytes of what `joined` gave. */
  keep(whole: Uint8Array, used: number): void {
    if (this.length > 0) {
      this.#start += used;
      return;
    }
    this.#start = this.#end = 0;
    this.#reserve(whole.length - used);
    this.#buffer.set(whole.subarray(used));
    this.#end = whole.length - used;
  }

  #reserve(more: number): void {
    const { length } = this;
    if (this.#end + more <= this.#buffer.length) return;
    const waiting = this.#buffer.subarray(this.#start, this.#end);
    const fits = (length + more) * 2 <= this.#buffer.length;
    if (!fits) this.#buffer = new Uint8Array((length + more) * 2);
    this.#buffer.set(waiting);
    this.#start = 0;
    this.#end = length;
  }
}
