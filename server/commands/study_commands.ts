/** Commands for many trainings under one plan. */
import type { Command } from "../../lib/command_line.ts";
import {
  DOCTOR_HELP,
  DOCTOR_NOTES,
  DOCTOR_OPTIONS,
  DOCTOR_USAGE,
  type DoctorValues,
} from "../../lib/studies/doctor_options.ts";
import { isAddress } from "../../lib/store/place.ts";
import { STUDY_HELP, STUDY_NOTES, STUDY_OPTIONS, STUDY_USAGE } from "../../lib/studies/study_options.ts";
import type { StudyRecord } from "../../lib/studies/study_record.ts";
import { ENGINE, ENGINE_HELP, engineFor, gpuSettings } from "./engine_option.ts";
import { here, STORE, storeAt } from "./project_paths.ts";

export const studyCommands: Readonly<Record<string, Command>> = {
  study: {
    usage: STUDY_USAGE,
    summary: "train many configurations under one plan; the same command again goes on where it was cut",
    options: { ...ENGINE, ...STUDY_OPTIONS },
    help: { ...STUDY_HELP, ...ENGINE_HELP },
    notes: STUDY_NOTES,
    takes: [0, Infinity],
    async run(words, given) {
      const { studyCommand } = await import("../../lib/studies/study_command.ts");
      const { store = STORE, folder } = given as { store?: string; folder: string };
      await gpuSettings(given); // an option that is none is told before anything is read
      return await studyCommand(words, given, {
        store: storeAt(store),
        folder: here(folder),
        here,
        engine: async () => {
          const { name, device, settings: { why: _, ...settings } } = await engineFor(given);
          return { name, device, ...settings };
        },
      });
    },
  },
  doctor: {
    usage: DOCTOR_USAGE,
    summary: "say of a study, or of any tool's logs, whether trials were long enough and what to do next",
    options: DOCTOR_OPTIONS,
    help: DOCTOR_HELP,
    notes: DOCTOR_NOTES,
    takes: [1, 1],
    async run([target], given) {
      const { doctorCommand } = await import("../../lib/studies/doctor_command.ts");
      const values = given as unknown as DoctorValues & { readonly store: string };
      return await doctorCommand({
        target: here(target),
        values,
        study: () => recorded(storeAt(values.store), target),
      });
    },
  },
};

/** A study of the store; who only looks makes none. */
async function recorded(place: string, name: string): Promise<StudyRecord | null> {
  if (!isAddress(place) && !await Deno.stat(place).catch(() => null)) return null;
  const { openStore } = await import("../../lib/store/open_store.ts");
  const { studyRecordOf } = await import("../../lib/studies/study_record_of.ts");
  const store = await openStore(place);
  try {
    return await studyRecordOf(store, name);
  } finally {
    await store.close();
  }
}
