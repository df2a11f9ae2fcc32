import assert from "node:assert/strict";
import {
  axisTick,
  clock,
  countTick,
  decimals,
  onAxis,
  percent,
  positionText,
  rateText,
  signed,
  thousands,
} from "../../lib/charts/format.ts";

const table: [name: string, got: string, expected: string][] = [
  ["a step has thousands commas", thousands(5800), "5,800"],
  ["nothing is an en dash", thousands(null), "–"],
  ["a loss has three decimals", decimals(0.8456), "0.846"],
  ["a small loss has four", decimals(0.00123), "0.0012"],
  ["a large loss has none", decimals(84_553.7588), "84,554"],
  ["a tiny loss is a power", decimals(0.0000123), "1.23e−5"],
  ["a loss that is not finite is an en dash", decimals(NaN), "–"],
  ["a regret has its sign", signed(0.0131), "+0.013"],
  ["a negative one has a true minus", signed(-0.0021), "−0.002"],
  ["a regret that rounds to zero has none", signed(-0.0001), "0.000"],
  ["a share is whole per cent", percent(0.524), "52%"],
  ["time is m:ss", clock(231), "3:51"],
  ["an hour has three parts", clock(3_723), "1:02:03"],
  ["ticks of thousands are short", countTick(2_000), "2k"],
  ["and keep what they need", countTick(1_500), "1.5k"],
  ["millions too", countTick(1_200_000), "1.2M"],
  ["a small rate is a power of ten", rateText(1e-4), "10⁻⁴"],
  ["or a multiple of one", rateText(3e-4), "3·10⁻⁴"],
  ["a larger rate is a decimal", rateText(0.005), "0.005"],
  ["an epoch has one decimal", onAxis(34.28, "epoch"), "34.3"],
  ["a time under ten seconds shows tenths", onAxis(4.24, "seconds"), "4.2 s"],
  ["a tick of an epoch is as short as it can be", axisTick(20, "epoch"), "20"],
  ["a position names its unit", positionText(1_200, "step"), "step 1,200"],
  ["examples come after their count", positionText(38_400, "examples"), "38,400 examples"],
];

for (const [name, got, expected] of table) {
  Deno.test(`numbers on charts: ${name}`, () => assert.equal(got, expected));
}
