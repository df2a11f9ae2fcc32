/** Where a notebook ran, as far as its numbers may depend on it. */
import { availableParallelism, cpus } from "node:os";
import type { EngineSettings } from "../engine/engine.ts";
import type { EngineLine } from "../notebook/wire.ts";
import type { RecordedOn } from "./recording.ts";

/**
 * This machine.
 * @param engine that started; `none` is said of a notebook that needs none
 */
export function recordedOn(
  { settings = {} }: { readonly settings?: EngineSettings },
  engine: EngineLine | undefined,
): RecordedOn {
  const { name, version, device } = engine ?? { name: "none", version: "", device: "" };
  return {
    engine: name,
    version,
    device,
    deno: Deno.version.deno,
    system: `${Deno.build.os} ${Deno.build.arch} ${Deno.osRelease()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    threads: settings.threads ?? availableParallelism(),
  };
}
