/** What a study has come to, in whichever store. */
import { createHash } from "node:crypto";
import { listCheckpoints } from "../../lib/checkpoints/read_state.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { studyRecordOf } from "../../lib/studies/study_record_of.ts";
import { studyFolder } from "../../lib/studies/trial_folder.ts";

/** All that was recorded and kept of each trial but what the clock says. */
export async function fleetResult(place: string, folder: string) {
  const store = await openStore(place);
  try {
    const study = (await store.studies.get("fleet"))!, rows = await store.studies.trials("fleet");
    const { trials } = (await studyRecordOf(store, "fleet"))!, root = `${studyFolder(folder, study)}/trials`;
    return await Promise.all(trials.map(async ({ state, because, trajectory }, i) => {
      const { updates, evaluations, end } = trajectory, run = (await store.run(rows[i].run!))!;
      return {
        row: { state, because, end, step: rows[i].step, best: rows[i].best },
        run: { state: run.state, step: run.step, best: run.best, metrics: run.metrics },
        counted: updates.step.every((step, i) => step === i + 1) ? updates.step.length : "not one by one",
        updates: digestsOf({ ...timeless(updates) }),
        evaluations: digestsOf({ ...timeless(evaluations), ...evaluations.metrics }),
        errors: digestsOf(evaluations.standardErrors),
        kept: tensors(`${root}/${i}`),
      };
    }));
  } finally {
    await store.close();
  }
}

const timeless = <T extends { readonly seconds: unknown }>({ seconds: _, ...rest }: T) => rest;

/** Columns as short texts: what differs is told by its name, not by its numbers. */
const digestsOf = (columns: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(columns).flatMap(([name, column]) =>
      column instanceof Float64Array ? [[name, digest(new Uint8Array(column.slice().buffer))]] : []
    ),
  );
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/**
 * Weights, the best weights and states of optimizer and criteria, of the claim that ended the trial: of its last state,
 * since the second best of those that another claim wrote lie in that one's folder.
 */
function tensors(trial: string) {
  const tokens = [...Deno.readDirSync(trial)].map(({ name }) => Number(name));
  const last = `${trial}/${Math.max(...tokens)}`, states = listCheckpoints(last);
  const { step, file } = states.reduce((a, b) => a.step > b.step ? a : b);
  return {
    step,
    state: tensorsOf(file),
    result: tensorsOf(`${last}/result.safetensors`),
  };
}

/** The bytes behind the header, which knows the clock. */
function tensorsOf(file: string): string {
  const bytes = Deno.readFileSync(file), header = new DataView(bytes.buffer).getBigUint64(0, true);
  return digest(bytes.subarray(8 + Number(header)));
}
