/** What the trainings of a recording say of themselves: their seeds, their data, and how the engine ran them. */
import { decode } from "../notebook/codec.ts";
import { type Packed, TailReceiver } from "../notebook/tails.ts";
import type { Manifest } from "./manifest.ts";
import type { Recording } from "./recording.ts";

/**
 * Found in the values that reached the page and in what cells showed: a training that left nothing there is not seen.
 * @example
 * ```ts ignore
 * recordedPlans(recording); // { seeds: [0, 1, 2], modes: ["wasm 4.22.0"], datasets: [{ name: "digits", fingerprint: … }] }
 * ```
 */
export function recordedPlans({ events }: Recording): Pick<Manifest, "seeds" | "modes" | "datasets"> {
  const seeds = new Set<number>(), modes = new Set<string>(), datasets = new Map<string, string>();
  const met = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || met.has(value)) return;
    met.add(value);
    const { seed, dataFingerprint, data, engine } = value as Readonly<Record<string, unknown>>;
    if (typeof seed === "number") seeds.add(seed);
    if (typeof dataFingerprint === "string") {
      datasets.set(dataFingerprint, String(data));
      if (typeof engine === "string" && engine !== "") modes.add(engine);
    }
    for (
      const child of value instanceof Map || value instanceof Set ? value.values() : Object.values(value)
    ) visit(child);
  };
  for (const event of events) {
    if (event.t === "value") visit(new TailReceiver().unpack(decode(event.value) as Packed));
    if (event.t === "show") visit(decode(event.values));
  }
  return {
    seeds: [...seeds].sort((a, b) => a - b),
    modes: [...modes].sort(),
    datasets: [...datasets].map(([fingerprint, name]) => ({ name, fingerprint })),
  };
}
