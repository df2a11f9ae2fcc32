/** The study that a fleet trains in its test: small trials with states to go on from. */
import { steps } from "../../lib/durations.ts";
import { choice, logUniform } from "../../lib/studies/space.ts";
import type { Study } from "../../lib/studies/study.ts";
import { small } from "../training/fixture.ts";

const { model, data, optimizer, schedule } = small;
/** Trials, and updates of each. */
export const TRIALS = 16, UPDATES = 4000;

export default {
  name: "fleet",
  spec: { model, data, optimizer, schedule, batch: 32, evaluate: { every: steps(UPDATES / 50) } },
  space: { "schedule.rate": logUniform(1e-3, 1e-2), "model.init": choice(["he", "glorot"]) },
  budget: steps(UPDATES),
  sampler: { kind: "sobol", seed: 7 },
  trials: TRIALS,
} satisfies Study;
