import assert from "node:assert/strict";
import fc from "fast-check";
import { UnknownMetric } from "../../lib/criteria/metric.ts";
import { defaultMetrics, measure, metricNames, type Scored } from "../../lib/metrics/mod.ts";
import golden from "./golden.json" with { type: "json" };
import { quickest } from "../quickest.ts";

type Numbers = Readonly<Record<string, number | string>>;
const loss = "softmaxCrossEntropy";
const binaryNames = ["loss", "accuracy", "precision", "recall", "f1", "rocAuc", "prAuc"];

function assertClose(actual: Numbers, expected: Numbers, relative: number, absolute: number): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    const found = Number(actual[name]), allowed = relative * Math.abs(Number(value)) + absolute;
    assert.ok(
      Number.isNaN(Number(value)) ? Number.isNaN(found) : Math.abs(found - Number(value)) <= allowed,
      `${name}: ${found}, expected ${value}`,
    );
  }
}

for (const { id, loss, outputs, truth, values, standardErrors } of golden.cases) {
  Deno.test(`metrics equal scikit-learn's: ${id}`, () => {
    const scored = { loss, outputs: Float32Array.from(outputs), truth } as Scored;
    const measured = measure(scored, metricNames(scored.loss, outputs.length / truth.length));
    assertClose(measured.values, values as unknown as Numbers, 1e-12, 1e-13);
    // terms that are all the same leave a rounding of about 1e-8 of them
    assertClose(measured.standardErrors, standardErrors as unknown as Numbers, 1e-9, 1e-7);
  });
}

const scoredOf = fc.record({
  classes: fc.integer({ min: 2, max: 5 }),
  count: fc.integer({ min: 1, max: 30 }),
})
  .chain(({ classes, count }) =>
    fc.record({
      loss: fc.constant(loss),
      outputs: fc.array(fc.integer({ min: -8, max: 8 }), {
        minLength: classes * count,
        maxLength: classes * count,
      }).map((logits) => Float32Array.from(logits, (logit) => logit / 4)),
      truth: fc.array(fc.nat({ max: classes - 1 }), { minLength: count, maxLength: count }),
    })
  ) as fc.Arbitrary<Scored>;
const classesOf = ({ outputs, truth }: Scored) => outputs.length / truth.length;

Deno.test("a ROC area is the share of pairs that are ordered right, ties by half", () => {
  fc.assert(fc.property(scoredOf, (scored) => {
    if (classesOf(scored) > 2) return;
    const margin = (row: number) => scored.outputs[2 * row + 1] - scored.outputs[2 * row];
    const rows = scored.truth.length;
    let won = 0, pairs = 0;
    for (let a = 0; a < rows; a++) {
      for (let b = 0; b < rows; b++) {
        if (scored.truth[a] !== 1 || scored.truth[b] !== 0) continue;
        pairs++;
        won += margin(a) > margin(b) ? 1 : margin(a) === margin(b) ? 0.5 : 0;
      }
    }
    const { rocAuc } = measure(scored, ["rocAuc"]).values;
    assert.ok(pairs === 0 ? Number.isNaN(rocAuc) : Math.abs(rocAuc - won / pairs) < 1e-12);
  }));
});

Deno.test("the order of examples changes no metric", () => {
  fc.assert(fc.property(scoredOf, fc.infiniteStream(fc.nat()), (scored, numbers) => {
    const classes = classesOf(scored), names = metricNames(loss, classes);
    const rows = Array.from(scored.truth, (truth, row) => ({
      truth,
      outputs: scored.outputs.slice(row * classes, (row + 1) * classes),
      key: numbers.next().value!,
    })).sort((a, b) => a.key - b.key);
    const shuffled = {
      loss,
      outputs: Float32Array.from(rows.flatMap(({ outputs }) => [...outputs])),
      truth: rows.map(({ truth }) => truth),
    } as const;
    assertClose(measure(shuffled, names).values, measure(scored, names).values, 1e-12, 1e-12);
  }));
});

Deno.test("one logit and two logits of which the other is 0 measure the same", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat({ max: 1 })), { minLength: 1 }),
      (rows) => {
        const truth = rows.map(([, label]) => label);
        const one = measure({
          loss: "sigmoidCrossEntropy",
          outputs: Float32Array.from(rows, ([logit]) => logit),
          truth,
        }, binaryNames);
        const two = measure({
          loss,
          outputs: Float32Array.from(rows.flatMap(([logit]) => [0, logit])),
          truth,
        }, binaryNames);
        assertClose(one.values, two.values, 1e-12, 1e-12);
      },
    ),
  );
});

Deno.test("only what is asked for is measured, and only means have a standard error", () => {
  const scored = { loss, outputs: Float32Array.of(0, 1, 1, 0), truth: [1, 1] } as const;
  const { values, standardErrors } = measure(scored, ["f1", "loss"]);
  assert.deepEqual([Object.keys(values), Object.keys(standardErrors)], [["f1", "loss"], ["loss"]]);
});

Deno.test("logits far apart have a finite loss", () => {
  for (
    const [loss, outputs] of [["sigmoidCrossEntropy", [-1e4]], ["softmaxCrossEntropy", [1e4, 0]]] as const
  ) {
    assert.equal(
      measure({ loss, outputs: Float32Array.from(outputs), truth: [1] }, ["loss"]).values.loss,
      1e4,
    );
  }
});

Deno.test("outputs that are no numbers are never right, and leave loss and areas NaN", () => {
  const sigmoid = { loss: "sigmoidCrossEntropy", outputs: Float32Array.of(NaN, 1), truth: [0, 1] } as const;
  const softmax = { loss, outputs: Float32Array.of(NaN, NaN, 0, 1), truth: [0, 1] } as const;
  for (const scored of [sigmoid, softmax]) {
    const { values } = measure(scored, binaryNames);
    assert.deepEqual(values, {
      loss: NaN,
      accuracy: 0.5,
      precision: 1,
      recall: 1,
      f1: 1,
      rocAuc: NaN,
      prAuc: NaN,
    });
  }
});

Deno.test("of no examples every metric is NaN; of one, the standard error is", () => {
  const none = measure({ loss, outputs: new Float32Array(), truth: [] }, ["loss", "f1.macro"]);
  assert.deepEqual(none.values, { loss: NaN, "f1.macro": NaN });
  const one = measure({ loss, outputs: Float32Array.of(0, 0), truth: [0] }, ["loss", "accuracy"]);
  assert.deepEqual(one, {
    values: { loss: Math.log(2), accuracy: 1 },
    standardErrors: { loss: NaN, accuracy: NaN },
  });
});

Deno.test("what is measured by default can be measured", () => {
  for (const loss of ["softmaxCrossEntropy", "sigmoidCrossEntropy", "meanSquaredError"] as const) {
    for (const name of defaultMetrics(loss)) assert.ok(metricNames(loss, 2).includes(name), name);
  }
});

const REFUSED: readonly [string, Scored, readonly string[], RegExp][] = [
  [
    "a metric of two classes",
    { loss, outputs: new Float32Array(4), truth: [0, 1] },
    ["loss", "f2"],
    /^unknown metric: f2 \(has loss, accuracy, precision, recall, f1, rocAuc, prAuc\)$/,
  ],
  [
    "a class that is not there, with those that are in short",
    { loss, outputs: new Float32Array(3), truth: [0] },
    ["f1.class.3"],
    /^unknown metric: f1\.class\.3 \(has .*, f1, f1\.macro, f1\.micro, f1\.class\.0 to f1\.class\.2, rocAuc, /,
  ],
  [
    "accuracy of values",
    { loss: "meanSquaredError", outputs: new Float32Array(1), truth: [0] },
    ["accuracy"],
    /^unknown metric: accuracy \(has loss, mse, mae\)$/,
  ],
  [
    "a name that objects have",
    { loss, outputs: new Float32Array(2), truth: [0] },
    ["toString"],
    /^unknown metric: toString/,
  ],
  [
    "outputs that are not a row for each example",
    { loss, outputs: new Float32Array(7), truth: [0, 1, 2] },
    ["loss"],
    /^invalid outputs: 7 \(a multiple of 3, the examples\)$/,
  ],
  [
    "more than one logit where one is due",
    { loss: "sigmoidCrossEntropy", outputs: new Float32Array(4), truth: [0, 1] },
    ["loss"],
    /^invalid outputs: 4 \(2, one for each example\)$/,
  ],
];
for (const [what, scored, names, message] of REFUSED) {
  Deno.test(`refused: ${what}`, () => assert.throws(() => measure(scored, names), { message }));
}

Deno.test("an unknown metric carries its name and those that are known", () => {
  try {
    measure({ loss: "meanSquaredError", outputs: new Float32Array(1), truth: [0] }, ["rmse"]);
    assert.fail("measured");
  } catch (error) {
    assert.ok(error instanceof UnknownMetric);
    assert.deepEqual([error.metric, error.has], ["rmse", ["loss", "mse", "mae"]]);
  }
});

Deno.test("all metrics of 10,000 examples in 10 classes take less than 100 ms", async () => {
  const count = 10_000, classes = 10;
  const scored = {
    loss,
    outputs: Float32Array.from({ length: count * classes }, (_, i) => Math.sin(i * 12.9898) * 3),
    truth: Int32Array.from({ length: count }, (_, row) => (row * 7919) % classes),
  } as const;
  const names = metricNames(loss, classes);
  const took = await quickest(100, () => measure(scored, names));
  assert.ok(took < 100, `${took} ms`);
});
