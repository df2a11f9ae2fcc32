/** What is told to a training beside its spec. */
import type { Forked } from "./event.ts";
import type { Onlooker } from "./onlooker.ts";
import type { TrainState } from "./state.ts";

/** By who trains several that belong together. */
export interface Beside {
  /** the state to go on from; default that which the spec names */
  readonly state?: TrainState | null;
  /** updates after which it is ended as `aborted`; default never */
  readonly until?: number;
  readonly onlooker?: Onlooker;
  /** said in every event */
  readonly forked?: Forked;
  /** it is a part of another one: nobody else is told of it */
  readonly within?: boolean;
}
