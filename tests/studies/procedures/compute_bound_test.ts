import assert from "node:assert/strict";
import fc from "fast-check";
import { computeBound, computeBoundFinding } from "../../../lib/studies/procedures/compute_bound.ts";
import { endSlope } from "../../../lib/studies/procedures/end_slope.ts";
import { normals } from "../../../lib/random.ts";
import { recorded } from "../../curves/recordings.ts";
import { studyFrom, upsideDown } from "./study_from.ts";

const noise = (trial: number, i: number) => 0.002 * normals(trial, "noise", i, 1)[0];
const falling = (trial: number) => Array.from({ length: 40 }, (_, i) => 1 / (1 + i / 8) + noise(trial, i));
const settled = (trial: number) =>
  Array.from({ length: 40 }, (_, i) => 0.3 + Math.exp(-i / 3) + noise(trial, i));
const six = (curve: (trial: number) => number[]) =>
  studyFrom([1, 2, 3, 4, 5, 6].map((i) => ({ losses: curve(i) })));

Deno.test("trials that still improve when they end would have been helped by more steps", () => {
  const study = six(falling), found = computeBound(study), finding = computeBoundFinding(study, found)!;
  assert.deepEqual([found.verdict, found.late, found.improving, found.recordedTo], ["yes", 3, 3, 400]);
  assert.match(
    finding.text,
    /^Longer trials would have helped: of the better 3 trials, 3 were best in the last quarter/,
  );
  assert.doesNotMatch(
    finding.text,
    /extrapolated/,
    "nothing is said past the recording without an extrapolation",
  );
});
Deno.test("trials that settled would not", () => {
  const study = six(settled), found = computeBound(study);
  assert.equal(found.verdict, "no");
  assert.equal(computeBoundFinding(study, found)!.kind, "notComputeBound");
});
Deno.test("fewer than three curves with a slope tell nothing", () => {
  assert.equal(computeBound(studyFrom([{ losses: falling(1) }, { losses: falling(2) }])).verdict, "unknown");
  assert.equal(computeBound(studyFrom([1, 2, 3].map(() => ({ losses: [3, 2, 1] })))).verdict, "unknown");
});
Deno.test("what lies past the recording is told by the extrapolation alone, which is named as one", () => {
  const study = six(falling);
  const asked: number[] = [];
  const found = computeBound(study, {
    longer: 2,
    extrapolate: (_, step) => {
      asked.push(step);
      return { value: 0.1, low: 0.08, high: 0.12 };
    },
  });
  assert.deepEqual(asked, [800, 800, 800]);
  const { gain, low, high } = found.gain!;
  assert.ok(low < gain && gain < high);
  assert.match(
    computeBoundFinding(study, found)!.text,
    /extrapolated past the recorded 400 steps, 800 would gain/,
  );
});
Deno.test("where the extrapolation expects nothing of the best trial, a yes is unclear", () => {
  const study = six(falling), worst = { value: 1, low: 0.9, high: 1.1 };
  assert.equal(computeBound(study, { extrapolate: () => worst }).verdict, "unclear");
  assert.equal(computeBound(study, { extrapolate: () => null }).verdict, "yes");
});
Deno.test("upside down and scaled, the verdict and the trials behind it are the same", () => {
  fc.assert(fc.property(fc.constantFrom(falling, settled), fc.constantFrom(0.25, 2, 64), (curve, by) => {
    const facts = (
      { verdict, late, improving, trials }: ReturnType<typeof computeBound>,
    ) => [verdict, late, improving, trials.map(({ number }) => number)];
    assert.deepEqual(facts(computeBound(upsideDown(six(curve), by))), facts(computeBound(six(curve))));
  }));
});

Deno.test("the slope of a line is exact, and of noise within three standard errors of none", () => {
  const line = recorded({ losses: Array.from({ length: 40 }, (_, i) => 1 - i / 100) });
  const { gain, error } = endSlope(line, "validation.loss", "min")!;
  assert.ok(Math.abs(gain - 0.001) < 1e-12 && error < 1e-12);
  let outside = 0;
  for (let trial = 0; trial < 200; trial++) {
    const flat = recorded({ losses: Array.from({ length: 80 }, (_, i) => 0.5 + noise(trial, i)) });
    const slope = endSlope(flat, "validation.loss", "min")!;
    if (Math.abs(slope.gain) > 2 * slope.error) outside++;
  }
  assert.ok(outside > 0 && outside < 26, `${outside} of 200 outside of two standard errors`);
});
