/** Who looks on while a training runs, for others that share its beginning with it. */
import type { Observation } from "../criteria/criterion.ts";
import type { Position } from "../durations.ts";
import type { TrainState } from "./state.ts";

/** A training asks it as it asks its own rules, and shows it what they see. */
export interface Onlooker {
  /**
   * the next step after `step` that no stretch of updates may cross, because someone may part there; not after it when
   * nothing more is needed
   */
  next(step: number): number;
  /** every observation, after the training's own rules saw it; written over for the next one */
  see(observation: Observation): void;
  /** asked before every stretch: takes the state where someone goes on another way from here */
  part(at: Position, state: () => TrainState): void;
  /** asked before every update: whether nobody needs what follows */
  over(at: Position): boolean;
}
