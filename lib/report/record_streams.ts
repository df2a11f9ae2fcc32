/** Values of streams on their way, and of what follows from them, as they come. */
import { sameData } from "../notebook/codec.ts";
import type { Notebook } from "../notebook/notebook.ts";
import { below, onServer } from "../notebook/session_reach.ts";
import { MOST_FRAMES, packFrames, type StreamValue, thinned } from "./frames.ts";
import type { Frame } from "./recording.ts";

export class RecordStreams {
  /** by name, the names of the streams that its values come from; a stream's own is among them */
  readonly #sources = new Map<string, Set<string>>();
  /** by name; times are those of the clock */
  readonly #values = new Map<string, StreamValue[]>();
  /** by name, how many values there were */
  readonly #counts = new Map<string, number>();
  #over = false;

  /** @param now milliseconds of a clock that never goes back */
  constructor({ cells }: Pick<Notebook, "cells">, readonly now: () => number) {
    for (const { lives, defines } of cells) {
      const following = below(cells, defines, onServer).flatMap((cell) => cell.defines);
      for (const name of lives.length > 0 ? [...lives, ...following] : []) {
        this.#sources.set(name, new Set([...this.#sources.get(name) ?? [], ...lives]));
      }
    }
  }

  /** A stream begins, perhaps anew. */
  begin(stream: string): void {
    for (const [name, sources] of this.#sources) if (sources.has(stream)) this.#forget(name);
  }

  /** A name has another value; one that follows from no stream is left out. */
  add(name: string, value: unknown): void {
    if (this.#over || !this.#sources.has(name)) return;
    const values = [...this.#values.get(name) ?? [], { at: this.now(), value }];
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    // what is thinned at the end is chosen from twice as many at least
    this.#values.set(name, values.length > 4 * MOST_FRAMES ? thinned(values, 2 * MOST_FRAMES) : values);
  }

  /** By name, the frames of what had more than one value. No further are taken. */
  pack(): Record<string, readonly Frame[]> {
    this.#over = true;
    const packed = [...this.#values].map(([name, values]): [string, Frame[]] => {
      const began = this.#began(name), kept = thinned(values);
      return [name, changes(packFrames(kept.map(({ at, value }) => ({ at: at - began, value }))))];
    });
    this.#values.clear();
    return Object.fromEntries(packed.filter(([, frames]) => frames.length > 1));
  }

  /** By name, how many values there were of what is thinned. */
  thinned(): Record<string, number> {
    return Object.fromEntries([...this.#counts].filter(([, count]) => count > MOST_FRAMES));
  }

  #forget(name: string): void {
    this.#values.delete(name);
    this.#counts.delete(name);
  }

  /** When the first of its streams had its first value. */
  #began(name: string): number {
    return Math.min(
      ...[...this.#sources.get(name)!, name].flatMap((source) => this.#values.get(source)?.[0].at ?? []),
    );
  }
}

/** A frame that says what the one before said is left out. */
const changes = (frames: readonly Frame[]): Frame[] =>
  frames.filter(({ value }, i) => i === 0 || !sameData(value, frames[i - 1].value));
