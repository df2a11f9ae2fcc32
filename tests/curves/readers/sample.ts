/** Samples of logs, and what is true of them. */
import assert from "node:assert/strict";
import type { LogReader, ParsedLog, Series } from "../../../lib/curves/logged.ts";

const logs = new URL("../../logs/", import.meta.url);

/** Bytes of a sample, by its path under tests/logs. */
export const sample = (path: string): Uint8Array => Deno.readFileSync(new URL(path, logs));

/** The true curves of a folder of samples. */
// deno-lint-ignore no-explicit-any
export const truth = (folder: string): any =>
  JSON.parse(Deno.readTextFileSync(new URL(`${folder}/expected.json`, logs)));

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All runs of a file. */
export function runsOf(reader: LogReader, bytes: Uint8Array, path = "run/log"): ParsedLog[] {
  const parser = reader.parser({ path, head: bytes.subarray(0, 65_536) });
  parser.push(bytes);
  return parser.result();
}

/** The only run of a text. */
export function logOf(reader: LogReader, text: string, path?: string): ParsedLog {
  const [log, ...others] = runsOf(reader, bytesOf(text), path);
  assert.equal(others.length, 0);
  return log;
}

/** Whether a reader takes a text for a log of its format. */
export const recognised = (reader: LogReader, path: string, text: string): boolean =>
  reader.recognises({ path, head: bytesOf(text) });

/** A number as the true curves spell it. */
export const plain = (value: unknown): unknown =>
  value === "NaN" ? NaN : value === "Infinity" ? Infinity : value === "-Infinity" ? -Infinity : value;

/** Points as [step, value]. */
export const points = ({ step, value }: Series): number[][] => [...step].map((at, i) => [at, value[i]]);

/** Points as [step, epoch, value], null where there is no epoch. */
export const threes = ({ step, value, epoch }: Series): (number | null)[][] =>
  [...step].map((at, i) => [at, epoch && !Number.isNaN(epoch[i]) ? epoch[i] : null, value[i]]);

/** Warnings without their place. */
export const told = ({ warnings }: ParsedLog): string[] => warnings.map(({ message }) => message);
