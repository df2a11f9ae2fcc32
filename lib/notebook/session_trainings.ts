/** On the side that may write: records what a kernel trains in the project's store. */
import { join, relative, resolve, sep } from "node:path";
import { type TrainingRecord, trainingRecord } from "../store/record_training.ts";
import { openStore } from "../store/sqlite_store.ts";
import type { Store } from "../store/store.ts";
import type { FromKernel } from "./kernel_messages.ts";

type TrainingMessage = Extract<FromKernel, { t: "training" }>;

export interface SessionTrainings {
  take(message: TrainingMessage): void;
  /** lets go of what has not ended; resolves when all that was taken is in the store */
  close(): Promise<void>;
}

/**
 * The trainings of one kernel. The same training by the same notebook takes the place of what it recorded before.
 * @param say one line for each training that cannot be recorded; it goes on, and nothing more of it is
 */
export function sessionTrainings(
  { file, project }: { readonly file: string; readonly project: string },
  say: (line: string) => void,
): SessionTrainings {
  const root = resolve(project), from = relative(root, resolve(file)).replaceAll(sep, "/");
  const records = new Map<number, TrainingRecord | null>();
  let store: Promise<Store> | null = null;
  let queue: Promise<void> = Promise.resolve();

  const record = async ({ training, news }: TrainingMessage) => {
    if (!records.has(training)) {
      store ??= openStore(join(root, ".plateau", "runs.sqlite"));
      records.set(
        training,
        trainingRecord(await store, {
          from,
          key: (identity) => `notebook ${from} ${identity}`,
          busy: "another",
        }),
      );
    }
    if (news) return await records.get(training)?.take(news);
    await records.get(training)?.close();
    records.delete(training);
  };
  const given = (message: TrainingMessage, error: Error) => {
    if (store !== null && !records.has(message.training)) store = null; // the next training tries to open it again
    if (message.news === null) records.delete(message.training);
    else records.set(message.training, null);
    say(`not recorded: ${error.message}`);
  };
  const inTurn = (act: () => Promise<void>) => queue = queue.then(act);
  return {
    take: (message) => void inTurn(() => record(message).catch((error) => given(message, error))),
    close: () =>
      inTurn(async () => {
        for (const left of records.values()) await left?.close().catch((error) => say(error.message));
        records.clear();
        await store?.then((open) => open.close(), () => {});
        store = null;
      }),
  };
}
