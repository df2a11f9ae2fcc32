import assert from "node:assert/strict";
import { extrapolatedCurve } from "../../lib/charts/extrapolated_curve.ts";
import { made } from "../extrapolation/curves.ts";
import { recorded } from "../curves/recordings.ts";
import { channelOf, marksOf, NARROW, textsOf, WIDE } from "./marks.ts";

const losses = Array.from(made({ end: 0.2, fall: 1, family: "power", rate: 0.4, noise: 0.004 }).y);
const chart = (to: number, values = losses) =>
  extrapolatedCurve({ trajectory: recorded({ losses: values }), metric: "validation.loss", mode: "min", to });
const looks = (options: ReturnType<ReturnType<typeof chart>["options"]>) =>
  marksOf(options, "line").map((mark) => (mark as unknown as { strokeDasharray?: string }).strokeDasharray);

Deno.test("past the recording the line is dashed, in its band, from a rule where the recording ends", () => {
  const options = chart(800).options(WIDE);
  assert.deepEqual(looks(options), ["5 3", undefined]);
  const [dashed, solid] = marksOf(options, "line").map((mark) => channelOf(mark, "x") as number[]);
  assert.deepEqual([dashed[0], dashed.at(-1), solid.at(-1)], [400, 800, 400]);
  const [band] = marksOf(options, "area"), low = channelOf(band, "y1"), high = channelOf(band, "y2");
  const width = low.map((each, i) => Number(high[i]) - Number(each));
  assert.ok(width[0] === 0 && width[1] > 0 && width.at(-1)! > width[1]);
  assert.ok(marksOf(options, "rule").some((rule) => channelOf(rule, "x").includes(400)));
  assert.ok(textsOf(options).includes("extrapolated") && textsOf(options).includes("step"));
  assert.ok(!textsOf(chart(800).options(NARROW)).includes("extrapolated"));
});

Deno.test("the axes hold all of the band", () => {
  const { x, y } = chart(1_200).options(WIDE) as { x: { domain: number[] }; y: { domain: number[] } };
  assert.deepEqual(x.domain, [0, 1_200]);
  for (const value of channelOf(marksOf(chart(1_200).options(WIDE), "area")[0], "y1") as number[]) {
    assert.ok(value >= y.domain[0] && value <= y.domain[1]);
  }
});

Deno.test("it says how far past the recording, the band, and how often such bands held", () => {
  assert.match(
    chart(600).meta!,
    /^recorded to step 400, extrapolated to 600: 0\.4\d\d, 80% band 0\.\d+ to 0\.\d+; such bands held \d\d% of [\d,]+ times$/,
  );
  assert.match(chart(600).readout!(500)!, /^step 500, extrapolated {2}0\.4\d\d \(0\.4\d\d to 0\.4\d\d\)$/);
  assert.match(chart(600).readout!(300)!, /^step 300 {2}0\.4\d\d$/);
  assert.ok(chart(600).text(80).length <= 80);
});

Deno.test("where the curve does not tell, only what was recorded is drawn, and why is said", () => {
  const short = chart(80, [3, 2, 1]), far = chart(1_300), within = chart(300);
  assert.equal(short.meta, "recorded to step 30; not extrapolated: it has 3 evaluations (at least 6)");
  assert.match(far.meta!, /not extrapolated: it is asked about past 3 times what was recorded$/);
  assert.match(within.meta!, /not extrapolated: nothing is asked about past it$/);
  for (const each of [short, far, within]) assert.deepEqual(looks(each.options(WIDE)), [undefined]);
  assert.equal(chart(80, []).empty, "Nothing has measured validation.loss yet.");
});
