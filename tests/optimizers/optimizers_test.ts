import assert from "node:assert/strict";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import { asOptimizer } from "../../lib/optimizers/as_optimizer.ts";
import { adam, adamw, lion, momentum, nesterov, rmsprop, sgd } from "../../lib/optimizers/mod.ts";
import { optimizerKind } from "../../lib/optimizers/optimizer_kind.ts";
import type { Optimizer } from "../../lib/optimizers/optimizer.ts";
import { averaged, averageShare } from "../../lib/training/average.ts";
import golden from "./golden/optimizers.json" with { type: "json" };

/** All sequences are compared within what the golden file states. */
function close(given: ArrayLike<number>, expected: readonly number[], what: string): void {
  expected.forEach((value, i) => {
    const far = Math.abs(given[i] - value);
    assert.ok(far <= 2e-6 * Math.max(1, Math.abs(value)), `${what}[${i}]: ${given[i]}, not ${value}`);
  });
}

for (const { optimizer: json, parameters: expected } of golden.cases) {
  Deno.test(`${JSON.stringify(json)} makes the 20 updates of torch or optax`, async () => {
    setEngineChoice("wasm");
    await startEngine();
    const optimizer = asOptimizer(json), kind = optimizerKind(optimizer);
    tf.tidy(() => {
      let parameters: readonly tf.Tensor[] = golden.start.map((values) => tf.tensor1d(values));
      let slots: readonly tf.Tensor[] = parameters.flatMap((p) =>
        Array.from({ length: kind.slotsPerParameter }, () => tf.zerosLike(p))
      );
      golden.gradients.forEach((gradients, t) => {
        const coefficients = kind.coefficients(optimizer, golden.rates[t], t + 1).map((c) => tf.scalar(c));
        const tensors = gradients.map((gradient) => tf.tensor1d(gradient));
        ({ parameters, slots } = kind.apply(
          optimizer,
          parameters,
          tensors,
          slots,
          coefficients,
          golden.decays,
        ));
        expected[t].forEach((values, i) => close(parameters[i].dataSync(), values, `update ${t + 1}, ${i}`));
      });
    });
  });
}

Deno.test("the average of parameters is optax's bias-corrected one", async () => {
  setEngineChoice("wasm");
  await startEngine();
  const { decay, values } = golden.average;
  const before = tf.memory().numTensors;
  let average: tf.Tensor[] = [tf.zeros([golden.gradients[0][0].length])];
  golden.gradients.forEach(([value], t) => {
    const parameter = tf.tensor1d(value), share = tf.scalar(averageShare(decay, t + 1));
    const next = averaged(average, [parameter], share);
    tf.dispose([average, parameter, share]);
    average = next;
    close(average[0].dataSync(), values[t], `update ${t + 1}`);
  });
  tf.dispose(average);
  assert.equal(tf.memory().numTensors, before);
});

const WRONG: [() => unknown, RegExp][] = [
  [() => momentum({ beta: 1 }), /invalid beta: 1 \(0 or more, below 1\)/],
  [() => adam({ beta2: -0.1 }), /invalid beta2: -0.1/],
  [() => adam({ beta1: "0.5" as never }), /invalid beta1: "0.5" \(0 or more, below 1\)/],
  [() => adam({ epsilon: "1e-8" as never }), /invalid epsilon: "1e-8" \(a number above 0\)/],
  [() => adam({ epsilon: 0 }), /invalid epsilon: 0 \(a number above 0\)/],
  [
    () => adam({ learningRate: 0.1 } as never),
    /unknown option of adam: learningRate \(has beta1, beta2, epsilon\)/,
  ],
  [
    () => momentum({ momentum: 0.9 } as never),
    /unknown option of momentum: momentum \(has beta, decay, mask\)/,
  ],
  [() => adamw({ decay: -1 }), /invalid decay: -1 \(a number, at least 0\)/],
  [() => sgd({ mask: "biases" as "all" }), /invalid mask: "biases" \(weights or all\)/],
  [() => rmsprop({ epsilon: Infinity }), /invalid epsilon: Infinity/],
  [() => optimizerKind({ kind: "shampoo" } as never), /unknown optimizer: \{"kind":"shampoo"\}/],
  [() => optimizerKind({ kind: "toString" } as never), /unknown optimizer: \{"kind":"toString"\}/],
  [() => asOptimizer({ kind: "adam", beta3: 1 }), /unknown option of adam: beta3/],
  [() => asOptimizer({ kind: "lion", beta1: "0.9x" }), /invalid beta1: "0.9x"/],
  [() => asOptimizer("adam"), /invalid optimizer: "adam" \(kind sgd, momentum, nesterov/],
  [() => asOptimizer({ kind: "constructor" }), /invalid optimizer/],
];
for (const [make, message] of WRONG) {
  Deno.test(`a wrong optimizer says ${message.source}`, () => void assert.throws(make, message));
}

const TEXTS: [Optimizer, string][] = [
  [adam(), "adam"],
  [adam({ beta1: 0.8, epsilon: 1e-7 }), "adam, beta1 0.8, epsilon 1e-7"],
  [momentum({ beta: 0.5 }), "momentum 0.5"],
  [momentum({ decay: 1e-4, mask: "all" }), "momentum 0.9, decay 0.0001, mask all"],
  [nesterov(), "nesterov 0.9"],
  [rmsprop({ beta: 0.9 }), "rmsprop, beta 0.9"],
  [adamw(), "adamw"],
  [adamw({ decay: 0.1 }), "adamw, decay 0.1"],
  [lion({ beta2: 0.95 }), "lion, beta2 0.95"],
  [sgd(), "sgd"],
];
for (const [optimizer, text] of TEXTS) {
  Deno.test(`the text of an optimizer tells all that makes it: ${text}`, () => {
    assert.equal(optimizerKind(optimizer).text(optimizer), text);
    assert.deepEqual(asOptimizer(JSON.parse(JSON.stringify(optimizer))), optimizer);
  });
}
