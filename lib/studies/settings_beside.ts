/** Settings that a tool wrote in a file beside a log that holds none. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LoggedRun, LogWarning } from "../curves/logged.ts";
import { batchesFromConfig } from "../curves/readers/batches_from_config.ts";

const FILES = ["hparams.json", "config.json", "params.json", "args.json"];

export interface WithSettings {
  readonly runs: readonly LoggedRun[];
  /** files that are no settings though they are called so */
  readonly warnings: readonly LogWarning[];
}

/**
 * Runs without settings with those of `hparams.json`, `config.json`, `params.json` or `args.json` in their folder. What a
 * log says itself stays.
 * @param folder what the runs' paths are relative to
 * @example
 * ```ts ignore
 * const { runs } = await settingsBeside("logs", (await readLogs("logs")).runs);
 * ```
 */
export async function settingsBeside(folder: string, runs: readonly LoggedRun[]): Promise<WithSettings> {
  const read = new Map<string, Promise<Settings | null>>(), warnings = new Map<string, LogWarning>();
  const found = await Promise.all(runs.map(async (run) => {
    if (Object.keys(run.config).length > 0) return run;
    for (const inside of [dirname(run.source.path), run.source.path]) {
      const settings = await (read.get(inside) ?? read.set(inside, settingsIn(folder, inside)).get(inside)!);
      if (settings === null) continue;
      if (settings.warning !== null) warnings.set(settings.warning.file, settings.warning);
      const { config } = settings;
      return { ...run, config, batches: { ...batchesFromConfig(config), ...run.batches } };
    }
    return run;
  }));
  return { runs: found, warnings: [...warnings.values()] };
}

interface Settings {
  readonly config: Readonly<Record<string, unknown>>;
  readonly warning: LogWarning | null;
}

async function settingsIn(folder: string, inside: string): Promise<Settings | null> {
  for (const name of FILES) {
    const file = join(inside, name);
    let text: string;
    try {
      text = await readFile(join(folder, file), "utf8");
    } catch (error) {
      // a log that is a file has no folder to look into
      if (["ENOENT", "ENOTDIR"].includes((error as { code?: string }).code ?? "")) continue;
      throw error;
    }
    return settingsOf(text, file);
  }
  return null;
}

function settingsOf(text: string, file: string): Settings {
  const none = (message: string) => ({ config: {}, warning: { file, offset: null, message } });
  try {
    const config = JSON.parse(text);
    const isObject = typeof config === "object" && config !== null && !Array.isArray(config);
    return isObject ? { config, warning: null } : none("settings left out: the file holds no object");
  } catch {
    return none("settings left out: the file is no JSON");
  }
}
