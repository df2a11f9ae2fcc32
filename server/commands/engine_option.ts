/** The option `--engine` of all commands that train. */
import { asMisuse, type Values } from "../../lib/command_line.ts";
import { PROJECT } from "./project_paths.ts";

export const ENGINE = { engine: { type: "string", default: "auto" } } as const;
export const ENGINE_HELP = {
  engine:
    "what trains: auto, tensorflow, xla:cpu, wasm or cpu (auto: the fastest but xla:cpu, by measurement)",
};

/** The choice by its name, before anything is looked for. */
export async function engineChoice(values: Values) {
  const { asEngineChoice } = await import("../../lib/engine/engine_choice.ts");
  return asMisuse(() => asEngineChoice(values.engine as string));
}

/** The engine by its name: a kernel has no right to look for one. */
export async function engineFor(values: Values) {
  const { chooseEngine } = await import("../engine_process.ts");
  return await chooseEngine(await engineChoice(values), `${PROJECT}/.plateau/engines.json`);
}

/** `auto` is the engine that a run was trained on before, while that can still start. */
export async function engineToGoOn(values: Values, before: string | null) {
  if (values.engine !== "auto" || before === null) return await engineFor(values);
  return await engineFor({ engine: before }).catch(() => engineFor(values));
}
