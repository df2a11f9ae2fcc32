/**
 * The claim that the whole product rests on: replaying a policy on a long recording says exactly what a real
 * training under that policy does.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Trajectory } from "../../lib/curves/trajectory.ts";
import type { Policy } from "../../lib/policies/policy.ts";
import { replay } from "../../lib/policies/replay.ts";
import { trained } from "../training/fixture.ts";
import { divergedTest, goneOnTest, policy, replayTest, spec, ways, wayTest } from "./replayed.ts";

replayTest(24);
divergedTest(5);
ways.forEach((way) => wayTest(way, 2));
goneOnTest(2);

Deno.test("and a log of the training that held few of its updates says the same", async () => {
  const { trajectory } = await trained(spec), { updates } = trajectory;
  const kept = Array.from(updates.step.keys()).filter((row) => row % 13 === 5);
  const thin = (column: Float64Array) => Float64Array.from(kept, (row) => column[row]);
  const log = {
    ...trajectory,
    updates: {
      step: thin(updates.step),
      epoch: thin(updates.epoch),
      examples: thin(updates.examples),
      seconds: thin(updates.seconds),
      rate: thin(updates.rate),
      loss: thin(updates.loss),
    },
  };
  const judged = (recording: Trajectory, policies: Policy[]) =>
    replay(recording, policies).map(({ at, because, ...rest }) => ({
      ...rest,
      at: at && { ...at, seconds: 0 }, // the clock between two rows lies between theirs
      because: rest.end === "censored" ? "" : because,
    }));
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 6 }), (policies) => {
      assert.deepEqual(judged(log, policies), judged(trajectory, policies));
    }),
    { numRuns: 200, seed: 20261121 },
  );
});
