/** On the side that may write: records what a kernel trains in the project's store. */
import { join, relative, resolve, sep } from "node:path";
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { type TrainingRecord, trainingRecord } from "../store/record_training.ts";
import { openStore } from "../store/open_store.ts";
import type { Store } from "../store/store.ts";
import type { FromKernel } from "./kernel_messages.ts";
import { readNews } from "./training_message.ts";

type TrainingMessage = Extract<FromKernel, { t: "training" }>;

export interface SessionTrainings {
  take(message: TrainingMessage): void;
  /** lets go of what has not ended; resolves when all that was taken is in the store */
  close(): Promise<void>;
}

/**
 * The trainings of one kernel. The same training by the same notebook takes the place of what it recorded before.
 * @param options `store`: where it is recorded, a file or an address; default `.plateau/runs.sqlite` of the project
 * @param say one line for each training that cannot be recorded; it goes on, and nothing more of it is
 */
export function sessionTrainings(
  { file, project, store: place }: {
    readonly file: string;
    readonly project: string;
    readonly store?: string;
  },
  say: (line: string) => void,
): SessionTrainings {
  const root = resolve(project), from = relative(root, resolve(file)).replaceAll(sep, "/");
  const records = new Map<number, TrainingRecord | null>();
  let store: Promise<Store> | null = null;
  let queue: Promise<void> = Promise.resolve();

  const opened = () =>
    store ??= openStore(place ?? join(root, ".plateau", "runs.sqlite")).catch((error) => {
      store = null; // the next training tries again
      throw error;
    });
  /** The next training opens the store anew, once nothing is recorded in this one. */
  const reopenLater = async () => {
    if ([...records.values()].some((each) => each !== null)) return;
    const before = store;
    store = null;
    await before?.then((open) => open.close()).catch(() => {});
  };
  const record = async ({ training, news: said }: TrainingMessage) => {
    if (records.get(training) === null) return void (said === null && records.delete(training));
    const news = readNews(said);
    if (!records.has(training)) {
      records.set(
        training,
        trainingRecord(await opened(), {
          from,
          key: (identity) => `notebook ${JSON.stringify([from, identity])}`,
          busy: "another",
        }),
      );
    }
    if (news) return await records.get(training)?.take(news);
    await records.get(training)?.close();
    records.delete(training);
  };
  const given = async (message: TrainingMessage, error: Error) => {
    // what it had begun is let go of; where even that fails, the end of this process does it
    await records.get(message.training)?.close().catch(() => {});
    if (message.news === null) records.delete(message.training);
    else records.set(message.training, null);
    if (error instanceof StorageFault) await reopenLater();
    say(`not recorded: ${error.message}`);
  };
  const inTurn = (act: () => Promise<void>) => queue = queue.then(act);
  return {
    take(message) {
      if (!Number.isSafeInteger(message.training)) {
        return say("not recorded: invalid training: it is no number");
      }
      void inTurn(() => record(message).catch((error) => given(message, error)));
    },
    close: () =>
      inTurn(async () => {
        for (const left of records.values()) await left?.close().catch((error) => say(error.message));
        records.clear();
        await store?.then((open) => open.close(), () => {});
        store = null;
      }),
  };
}
