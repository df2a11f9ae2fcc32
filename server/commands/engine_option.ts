/** The options of all commands that train: `--engine`, and what a GPU is used for. */
import { asMisuse, Misuse, type Values } from "../../lib/command_line.ts";
import type { GpuSettings } from "../../lib/engine/xla/gpu_options.ts";
import { PROJECT } from "./project_paths.ts";

export const GPU = {
  "device-memory": { type: "string" },
  tf32: { type: "boolean", default: false },
} as const;
export const ENGINE = { engine: { type: "string", default: "auto" }, ...GPU } as const;
export const GPU_HELP = {
  "device-memory":
    "share of a GPU's memory that xla:cuda and xla:rocm take at most, as they need it (default 0.75)",
  tf32: "let a GPU round what it multiplies to 10 bits, where it is faster so (default: all bits of float32)",
};
export const ENGINE_HELP = {
  engine: "what trains: auto, tensorflow, xla:cpu, xla:cuda, xla:cuda:1 …, xla:rocm, wasm or cpu " +
    "(auto: the fastest by measurement)",
  ...GPU_HELP,
};

/** The choice by its name, before anything is looked for. */
export async function engineChoice(values: Values) {
  const { asEngineChoice } = await import("../../lib/engine/engine_choice.ts");
  return asMisuse(() => asEngineChoice(values.engine as string));
}

/** What is said of a GPU. @throws Misuse where the engine that is named is none */
export async function gpuSettings(values: Values): Promise<GpuSettings> {
  const [{ asDeviceMemory }, { isXlaGpu }] = await Promise.all([
    import("../../lib/engine/xla/gpu_options.ts"),
    import("../../lib/engine/engine_choice.ts"),
  ]);
  const { "device-memory": memory, tf32 } = values, choice = await engineChoice(values);
  const [given] = [memory === undefined ? [] : "--device-memory", tf32 === true ? "--tf32" : []].flat();
  if (given !== undefined && choice !== "auto" && !isXlaGpu(choice)) {
    throw new Misuse(`invalid ${given}: of a GPU's, and ${choice} is none (--engine xla:cuda is one)`);
  }
  return {
    ...(memory === undefined ? {} : { deviceMemory: asMisuse(() => asDeviceMemory(memory as string)) }),
    ...(tf32 === true ? { tf32 } : {}),
  };
}

/** The engine by its name: a kernel has no right to look for one. */
export async function engineFor(values: Values) {
  const { chooseEngine } = await import("../engine_process.ts");
  const gpu = await gpuSettings(values);
  return await chooseEngine(await engineChoice(values), `${PROJECT}/.plateau/engines.json`, gpu);
}

/** `auto` is the engine that a run was trained on before, while that can still start. */
export async function engineToGoOn(values: Values, before: string | null) {
  if (values.engine !== "auto" || before === null) return await engineFor(values);
  return await engineFor({ ...values, engine: before }).catch(() => engineFor(values));
}
