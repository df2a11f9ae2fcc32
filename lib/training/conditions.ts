/** What bit-equality rests on. */
import type { Engine } from "../engine/engine.ts";
import type { Conditions } from "./state.ts";

/** The conditions of this process, as a state keeps them. */
export const conditionsOf = (
  { name, version, device, threads }: Engine,
  mode: Conditions["mode"],
): Conditions => ({
  engine: name,
  version,
  device,
  mode,
  threads: threads.intra,
});
