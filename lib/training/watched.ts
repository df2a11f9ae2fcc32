/**
 * Who is told of trainings. Whoever trains reads the events; whoever keeps a record of all that is trained in a process,
 * as a notebook's kernel does, is told of them on the way. While nobody asks, nothing is done.
 */
import type { TrainingEvent } from "./event.ts";
import type { FilledSpec } from "./spec.ts";

/** Told of one training, in order; the training waits for what is promised, and what is thrown ends it. */
export interface TrainingWatcher {
  /** each event, before it is given to whoever reads the training */
  event(event: TrainingEvent): void | Promise<void>;
  /** no event follows; without an `ended` before it, nobody read to the end */
  closed(): void | Promise<void>;
}

type Watch = (spec: FilledSpec) => TrainingWatcher;

const watches = new Set<Watch>();

/**
 * Asks to be told of every training that is begun from now on.
 * @param watch called at the beginning of each
 * @returns ends it
 * @example
 * ```ts
 * const stop = watchTrainings(({ name }) => ({
 *   event: ({ type, at }) => console.log(name, type, at.step),
 *   closed: () => {},
 * }));
 * stop();
 * ```
 */
export function watchTrainings(watch: Watch): () => void {
  watches.add(watch);
  return () => void watches.delete(watch);
}

type Events = AsyncGenerator<TrainingEvent, void, void>;

/** The same events, told to all who asked; the same generator when nobody did. */
export function watched(spec: FilledSpec, events: Events): Events {
  return watches.size === 0 ? events : told(events, [...watches].map((watch) => watch(spec)));
}

async function* told(events: Events, watchers: readonly TrainingWatcher[]): Events {
  try {
    for await (const event of events) {
      for (const watcher of watchers) await watcher.event(event);
      yield event;
    }
  } finally {
    for (const watcher of watchers) await watcher.closed();
  }
}
