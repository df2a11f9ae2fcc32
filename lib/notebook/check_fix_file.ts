import { chmodSync, readFileSync, realpathSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { atomicWrite } from "../checkpoints/atomic_write.ts";
import { type Reordered, reordered } from "./check_fix.ts";

/**
 * Writes a notebook's file with its cells in an order that runs, whole or not at all; a file whose order holds, or
 * cannot be told, is not written. A link stays a link, and the file keeps its mode.
 *
 * @throws {Error} `not UTF-8: …`: what is not would not survive; or what the system says where it cannot be read
 */
export function writeReordered(path: string): Reordered {
  const { file, mark, text } = read(path);
  const fixed = reordered(text, pathToFileURL(path).href);
  if (fixed.text === text) return fixed;
  const { mode } = statSync(file);
  atomicWrite(file, new TextEncoder().encode(mark + fixed.text));
  chmodSync(file, mode);
  return fixed;
}

/** A byte order mark is no part of the text, and stays where it is. */
function read(path: string): { file: string; mark: string; text: string } {
  const file = realpathSync(path);
  try {
    const whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
    const mark = whole.startsWith("\uFEFF") ? "\uFEFF" : "";
    return { file, mark, text: whole.slice(mark.length) };
  } catch (error) {
    throw error instanceof TypeError ? new Error(`not UTF-8: ${path}`) : error;
  }
}
