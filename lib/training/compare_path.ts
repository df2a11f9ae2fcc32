/** Ways that share one training until their rates differ: who looks on says where they part, and when all have ended. */
import type { Observation } from "../criteria/criterion.ts";
import type { Position } from "../durations.ts";
import { initialScale, observeScale } from "../schedules/plateau_scale.ts";
import type { PlateauScaleState } from "../schedules/schedule.ts";
import type { Followed, Way } from "./compare_ways.ts";
import type { Onlooker } from "./onlooker.ts";
import type { TrainState } from "./state.ts";

/** Where a training begins that several ways share. */
export interface Start {
  /** the first one leads: the training goes its way */
  readonly ways: readonly Way[];
  /** what scales each of them there */
  readonly scales: ReadonlyMap<Way, PlateauScaleState>;
  /** what they go on from; null at the beginning */
  readonly state: TrainState | null;
}

/** How far ahead rates are compared at a time. */
const WINDOW = 1024;

/**
 * @example
 * ```ts
 * import type { Way } from "./compare_ways.ts";
 * const path = (ways: readonly Way[]) => new Path({ ways, scales: new Map(), state: null }, false);
 * ```
 */
export class Path implements Onlooker {
  /** where others went on from it, in order */
  readonly parted: Start[] = [];
  readonly #always: boolean;
  readonly #scales: Map<Way, PlateauScaleState>;
  #ways: readonly Way[];
  /** policies on it that have not ended */
  #going: readonly Followed[] = [];
  #bound = Infinity;
  /** no rate differs between these two steps, and one may at the second */
  #agreed = { from: -1, to: -1 };

  /** @param always it goes on when all policies have ended */
  constructor({ ways, scales }: Start, always: boolean) {
    this.#always = always;
    this.#scales = new Map(ways.map((way) => [way, scales.get(way) ?? initialScale()]));
    this.#ways = ways;
    this.#gather();
  }

  next(step: number): number {
    if (this.#bound <= step) return this.#bound;
    const { from, to } = this.#agreed;
    if (step < from || step >= to) this.#agreed = { from: step, to: this.#partingAfter(step) };
    return Math.min(this.#agreed.to, this.#bound);
  }

  see(observation: Observation): void {
    for (const followed of this.#going) {
      const { rule, policy: { stop } } = followed;
      followed.state = rule.observe(stop, followed.state, observation);
    }
    if (observation.kind === "update") return;
    const row = { ...observation.at, metrics: observation.metrics };
    for (const way of this.#ways) {
      if (way.scale === null) continue;
      const before = this.#scales.get(way)!, after = observeScale(way.scale, before, row);
      this.#scales.set(way, after);
      if (after.scale !== before.scale) this.#agreed = { from: -1, to: -1 };
    }
  }

  over(at: Position): boolean {
    let ended = false;
    for (const followed of this.#going) {
      if (!followed.rule.stops(followed.policy.stop, followed.state, at)) continue;
      followed.ended = at.step;
      ended = true;
    }
    if (ended) this.#gather();
    return !this.#always && this.#going.length === 0;
  }

  part(at: Position, state: () => TrainState): void {
    this.over(at); // who has ended here goes on nowhere
    const { from, to } = this.#agreed;
    if (from < at.step && at.step < to) return;
    const [lead] = this.#ways, rate = this.#rate(lead, at.step);
    const leaving = this.#ways.filter((way) => !Object.is(this.#rate(way, at.step), rate));
    if (leaving.length === 0) return;
    const needed = leaving.filter(({ followed }) => followed.some(({ ended }) => ended === null));
    const groups = [...Map.groupBy(needed, (way) => this.#rate(way, at.step)).values()];
    const scales = new Map(this.#scales), taken = groups.length === 0 ? null : state();
    for (const ways of groups) this.parted.push({ ways, scales, state: taken });
    this.#ways = this.#ways.filter((way) => !leaving.includes(way));
    this.#gather();
  }

  #gather(): void {
    this.#going = this.#ways.flatMap(({ followed }) => followed.filter(({ ended }) => ended === null));
    this.#bound = this.#always ? Infinity : Math.max(0, ...this.#going.map(({ bound }) => bound));
    this.#agreed = { from: -1, to: -1 };
  }

  /** Of the update after `step` others; NaN where a schedule refuses to go on. */
  #rate(way: Way, step: number): number {
    try {
      return way.rate(step) * this.#scales.get(way)!.scale;
    } catch {
      return NaN;
    }
  }

  /** The first step after this one whose rates differ, or the end of the window. */
  #partingAfter(step: number): number {
    const [lead, ...others] = this.#ways, scale = this.#scales.get(lead)!.scale;
    // the same schedule under the same scale needs no look
    const unlike = others.filter((way) => way.rate !== lead.rate || this.#scales.get(way)!.scale !== scale);
    if (unlike.length === 0) return Infinity;
    for (let next = step + 1; next < step + WINDOW; next++) {
      const rate = this.#rate(lead, next);
      if (unlike.some((way) => !Object.is(this.#rate(way, next), rate))) return next;
    }
    return step + WINDOW;
  }
}
