/** Trainings that end before their time. */
import { createHash } from "node:crypto";
import type { TrainingEvent } from "../../lib/training/event.ts";
import type { Spec } from "../../lib/training/spec.ts";
import { train, trainUpTo } from "../../lib/training/train.ts";

/** Trains up to a step, as an abort there would end it; the state to go on from. */
export async function cutAt(spec: Spec, step: number): Promise<string> {
  let state = "";
  for await (const { outcome } of trainUpTo(spec, step)) state = outcome?.state ?? state;
  return state;
}

/** Trains until an event satisfies `enough`, and is then dropped without an end, as a crash drops it. */
export async function droppedAt(
  spec: Spec,
  enough: (event: TrainingEvent) => boolean,
): Promise<TrainingEvent> {
  for await (const event of train(spec)) if (enough(event)) return event;
  throw new Error("the training ended before it was dropped");
}

/** Every file below a folder by its path, with the SHA-256 of its bytes; but for the lock, which says who has it open. */
export function filesIn(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) Object.assign(found, filesIn(path));
    else if (entry.name !== "lock") {
      found[path] = createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
    }
  }
  return found;
}
