/** The engine that a run was trained on so far: another agrees with it, but not to the bit. */
import { fromFile } from "./file_source.ts";
import { listCheckpoints } from "./read_state.ts";
import { readHeader } from "./safetensors_header.ts";

/**
 * Its name, from the head of the newest checkpoint; null where there is none that tells it. A hint: whether a
 * checkpoint is whole is seen when it is gone on from.
 * @example
 * ```ts
 * const name = engineBefore(".plateau/runs/first"); // "wasm"
 * ```
 */
export function engineBefore(folder: string): string | null {
  for (const { file } of listCheckpoints(folder)) {
    const name = engineIn(file);
    if (name !== null) return name;
  }
  return null;
}

function engineIn(file: string): string | null {
  try {
    const { metadata } = fromFile(file, readHeader);
    const { engine } = JSON.parse(metadata.state).conditions;
    return typeof engine === "string" ? engine : null;
  } catch {
    return null; // damaged, foreign or gone: told of when the run is opened
  }
}
