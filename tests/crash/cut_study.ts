/** A study that is cut by killing processes, and what is left of it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openStore } from "../../lib/store/open_store.ts";
import { studyRecordOf } from "../../lib/studies/study_record_of.ts";

const RUNNER = fileURLToPath(new URL("study_runner.ts", import.meta.url));

export interface Told {
  readonly workers: readonly number[];
  readonly counts: Readonly<Record<string, number>>;
  readonly steps: number;
}

/**
 * One life of the command.
 * @param kill looks at each word; true ends this process, without a word to it
 * @returns whether it came to its end
 */
export async function life(
  folder: string,
  workers: number,
  updates: number,
  kill: (told: Told) => boolean = () => false,
): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", RUNNER, folder, String(workers), String(updates)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  let rest = "", isKilled = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      if (isKilled || !kill(JSON.parse(line))) continue;
      isKilled = true;
      child.kill("SIGKILL");
    }
  }
  const { code } = await child.status;
  if (!isKilled) assert.equal(code, 0, await said);
  return !isKilled;
}

/** Ends a process without a word to it; it may be gone. */
export function killed(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

/** All that the store has of the study but what the clock says, and the selected weights of each trial. */
export async function left(folder: string) {
  const store = await openStore(`${folder}/runs.sqlite`);
  try {
    const { trials } = (await studyRecordOf(store, "cut"))!, rows = await store.studies.trials("cut");
    return trials.map(({ state, because, trajectory: { updates, evaluations } }, i) => ({
      row: { state, because, step: rows[i].step, best: rows[i].best },
      step: [...updates.step],
      loss: [...updates.loss],
      evaluated: [...evaluations.step],
      metrics: evaluations.metrics,
      weights: weightsOf(folder, i),
    }));
  } finally {
    await store.close();
  }
}

function weightsOf(folder: string, trial: number): Uint8Array {
  const [study] = Deno.readDirSync(`${folder}/studies`),
    place = `${folder}/studies/${study.name}/trials/${trial}`;
  const tokens = [...Deno.readDirSync(place)].map(({ name }) => Number(name));
  return Deno.readFileSync(`${place}/${Math.max(...tokens)}/result.safetensors`);
}
