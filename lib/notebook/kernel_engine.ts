/** The engine of a kernel's thread: chosen before what the notebook imports, and said once it has started. */
import type { EngineChoice, EngineSettings } from "../engine/engine.ts";
import type { FromKernel } from "./kernel_messages.ts";

export interface EngineWanted {
  readonly engine: EngineChoice;
  readonly settings: EngineSettings;
}

const SAY_MILLISECONDS = 500;

/** Loads the engine's code and chooses; from now on trainings, and the engine that started, are told by `send`. */
export async function useEngine(
  { engine, settings }: EngineWanted,
  send: (message: FromKernel) => void,
): Promise<void> {
  const { engineNow, setEngineChoice } = await import("../engine/engine.ts");
  setEngineChoice(engine, settings);
  const { sendTrainings } = await import("./kernel_trainings.ts");
  sendTrainings(send);
  let said = "";
  setInterval(() => {
    const now = engineNow();
    if (!now) return;
    const { name, version, device, why } = now, line = { name, version, device, why };
    if (said === JSON.stringify(line)) return;
    said = JSON.stringify(line);
    send({ t: "engine", engine: line });
  }, SAY_MILLISECONDS);
}
