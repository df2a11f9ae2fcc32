/** The programs of an engine: the one place that tells engines that compile from those that do not. */
import { type EngineName, xlaDevice } from "./engine_choice.ts";
import type { Programs } from "./programs/programs.ts";

const known = new Map<EngineName, Programs>();

/**
 * What compiles on an engine that has started; null where it runs operations one by one.
 *
 * @example
 * ```ts
 * import { programsOf } from "./programs_of.ts";
 * await programsOf("wasm"); // null
 * ```
 */
export async function programsOf(name: EngineName): Promise<Programs | null> {
  const programs = known.get(name) ?? await made(name);
  if (programs !== null) known.set(name, programs);
  return programs;
}

async function made(name: EngineName): Promise<Programs | null> {
  if (name === "tensorflow") {
    const [{ tensorflowPrograms }, { nativeBinding }] = await Promise.all([
      import("./programs/tensorflow_programs.ts"),
      import("./native/tensorflow.ts"),
    ]);
    return tensorflowPrograms(nativeBinding()!);
  }
  if (xlaDevice(name) === null) return null;
  const [{ xlaPrograms }, { xlaStarted }] = await Promise.all([
    import("./xla/xla_programs.ts"),
    import("./xla/xla.ts"),
  ]);
  const { client, target } = xlaStarted()!;
  return xlaPrograms(client, target);
}
