/** Runs stretch after stretch of updates, and begins the next one while the result of the last is looked at. */
import { discardTensors } from "./tensors.ts";
import { type Counters, updatesUntilDue } from "./stretch.ts";
import type { UnderWay } from "./under_way.ts";
import type { LoopTensors, Outputs, Ran, Stretch } from "./updates.ts";

/** A stretch of the loop: it ends where an evaluation or a checkpoint falls due, or before. */
export interface PlannedStretch extends Stretch {
  readonly save: boolean;
  /** what the plateau rule multiplied its rates by */
  readonly scale: number;
}
/** A stretch that has run, and when, by the training's clock. */
export interface TakenStretch {
  readonly stretch: PlannedStretch;
  readonly ran: Ran;
  readonly began: number;
  readonly ended: number;
}
/** A stretch under way. */
interface Flight {
  readonly stretch: PlannedStretch;
  readonly taken: TakenStretch | null | Promise<TakenStretch | null>;
}

export class Stretches {
  readonly #run: UnderWay;
  readonly #rate: (step: number) => number;
  readonly #last: number;
  #ahead: Flight | null = null;

  /**
   * @param rate of the update after `step` others, by the schedule alone
   * @param until updates after which nothing more is wanted
   */
  constructor(run: UnderWay, rate: (step: number) => number, until: number) {
    this.#run = run;
    this.#rate = rate;
    this.#last = Math.min(run.plan.lastStep ?? Infinity, until);
  }

  /** The next stretch from where the training is; null when the data has ended. Nothing may be under way but it. */
  next(): TakenStretch | null | Promise<TakenStretch | null> {
    const { live, progress, onlooker } = this.#run, { tries, at, scale } = progress;
    const begun = this.#ahead;
    if (begun) {
      const { stretch } = begun;
      const fits = stretch.tensors.parameters === live.parameters && stretch.step === at.step &&
        stretch.tries === tries && stretch.scale === scale.scale &&
        (onlooker === null || stretch.step + stretch.rates.length <= onlooker.next(stretch.step));
      if (!fits) return this.#discarded().then(() => this.next());
      this.#ahead = null;
    }
    const { taken } = begun ?? this.#begin(this.#planned(live, progress, scale.scale));
    if (taken instanceof Promise) {
      return taken.then((done) => {
        this.#goAhead(done);
        return done;
      });
    }
    return taken;
  }

  /** The first `count` updates of a stretch that has run, from its beginning, without the evaluation at its end. */
  async again(stretch: PlannedStretch, count: number): Promise<Ran> {
    await this.#discarded();
    const ran = await this.#run.updates.run({
      ...stretch,
      rates: stretch.rates.slice(0, count),
      evaluate: false,
    });
    return ran!; // what has run once has data
  }

  /** An evaluation of what the training has now. */
  async evaluation(): Promise<Outputs> {
    await this.#discarded();
    const { updates, live, progress } = this.#run, { tries, at: { step } } = progress;
    const ran = await updates.run({ tensors: live, step, tries, rates: [], evaluate: true });
    discardTensors(live, ran!.tensors);
    return ran!.outputs!;
  }

  async close(): Promise<void> {
    await this.#discarded();
    await this.#run.updates.close();
  }

  #planned(tensors: LoopTensors, counters: Counters, scale: number): PlannedStretch {
    const { spec: { batches, evaluate, checkpoint }, updates, onlooker } = this.#run,
      { at: { step }, tries } = counters;
    const toEvaluation = updatesUntilDue(batches, evaluate.every, counters);
    const toCheckpoint = checkpoint.every ? updatesUntilDue(batches, checkpoint.every, counters) : Infinity;
    const last = Math.min(this.#last, onlooker?.next(step) ?? Infinity);
    const most = Math.min(updates.most(tries), toEvaluation, toCheckpoint, last - step);
    const rates = this.#rates(step, Math.max(1, most), scale), count = rates.length;
    const { parameters, statistics, slots, average } = tensors;
    return {
      tensors: { parameters, statistics, slots, average },
      step,
      tries,
      rates,
      scale,
      evaluate: count === toEvaluation,
      save: count === toCheckpoint,
    };
  }

  /** Rates of updates in a row. What a schedule has to say against a later one is thrown when that one is next. */
  #rates(step: number, count: number, scale: number): number[] {
    const rates = [this.#rate(step) * scale];
    try {
      for (let i = 1; i < count; i++) rates.push(this.#rate(step + i) * scale);
    } catch {
      return rates;
    }
    return rates;
  }

  #begin(stretch: PlannedStretch): Flight {
    const { updates, seconds } = this.#run, began = seconds();
    const done = (ran: Ran | null): TakenStretch | null => ran && { stretch, ran, began, ended: seconds() };
    const running = updates.run(stretch);
    if (!(running instanceof Promise)) return { stretch, taken: done(running) };
    const taken = running.then(done);
    taken.catch(() => {}); // thrown to who takes it; one that nobody takes is of no interest
    return { stretch, taken };
  }

  /** Begins what follows if all goes on as planned: a rule that ends the training, or scales its rate, wastes it. */
  #goAhead(done: TakenStretch | null): void {
    const { updates, onlooker } = this.#run;
    if (!done || !updates.ahead || done.ran.losses.length < done.stretch.rates.length) return;
    const { stretch, ran } = done, step = stretch.step + ran.losses.length;
    const tries = stretch.tries + ran.losses.length;
    if (ran.failed !== null || step >= Math.min(this.#last, onlooker?.next(step) ?? Infinity)) return;
    try {
      this.#ahead = this.#begin(
        this.#planned(ran.tensors, { at: { step }, tries, attempts: tries }, stretch.scale),
      );
    } catch {
      this.#ahead = null; // a rate that is refused is refused again when it is next
    }
  }

  async #discarded(): Promise<void> {
    const begun = this.#ahead;
    this.#ahead = null;
    const taken = await Promise.resolve(begun?.taken ?? null).catch(() => null);
    if (taken) discardTensors(this.#run.live, taken.ran.tensors);
  }
}
