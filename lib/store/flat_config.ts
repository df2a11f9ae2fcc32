/** Settings as one flat list: what differs between runs is told by it. */
import type { ConfigValue } from "./store.ts";

/** Levels that are taken apart; what lies deeper is kept as JSON. */
const DEPTH = 12;

/**
 * Nested settings joined by dots. Lists of plain values become one text, `64,128,10`; an object's `kind` is the value of
 * the object itself, and what has no value is left out.
 * @example
 * ```ts
 * const flat = flatConfig({ optimizer: { kind: "adam", beta1: 0.9 }, layers: [64, 10] });
 * // { optimizer: "adam", "optimizer.beta1": 0.9, layers: "64,10" }
 * ```
 */
export function flatConfig(config: Readonly<Record<string, unknown>>): Record<string, ConfigValue> {
  return Object.fromEntries(Object.entries(config).flatMap(([key, value]) => flat(key, value, 1)));
}

type Entry = readonly [string, ConfigValue];

function flat(key: string, value: unknown, depth: number): Entry[] {
  if (value === undefined || typeof value === "function" || typeof value === "symbol") return [];
  if (typeof value === "bigint") return [[key, String(value)]];
  if (value === null || typeof value !== "object") return [[key, value as ConfigValue]];
  if (depth === DEPTH) return [[key, JSON.stringify(value).slice(0, 1000)]];
  if (Array.isArray(value) && value.every(isPlain)) return [[key, value.join(",")]];
  return Object.entries(value).flatMap(([inner, each]) =>
    flat(inner === "kind" && typeof each === "string" ? key : `${key}.${inner}`, each, depth + 1)
  );
}

const isPlain = (value: unknown): boolean => value === null || typeof value !== "object";
