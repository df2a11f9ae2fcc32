import assert from "node:assert/strict";
import { setEngineChoice, startEngine } from "../../lib/engine/engine.ts";
import { tf } from "../../lib/engine/tf.ts";
import { adam, momentum, sgd } from "../../lib/optimizers/mod.ts";
import { optimizerKind } from "../../lib/optimizers/optimizer_kind.ts";
import type { Optimizer } from "../../lib/optimizers/optimizer.ts";

const START = [1, -2, 0.5], GRADIENTS = [[0.1, -0.3, 0], [0.2, 0.1, -1], [-0.5, 0.05, 0.25]], RATE = 0.1;

/** Each rule again in double precision, straight from its definition. */
const DEFINITIONS: Record<string, [Optimizer, () => number[]]> = {
  sgd: [sgd(), () => START.map((p, i) => GRADIENTS.reduce((q, g) => q - RATE * g[i], p))],
  momentum: [momentum({ beta: 0.8 }), () =>
    START.map((p, i) => {
      let v = 0;
      return GRADIENTS.reduce((q, g) => q - RATE * (v = 0.8 * v + g[i]), p);
    })],
  adam: [adam(), () =>
    START.map((p, i) => {
      let m = 0, v = 0;
      return GRADIENTS.reduce((q, g, t) => {
        m = 0.9 * m + 0.1 * g[i];
        v = 0.999 * v + 0.001 * g[i] ** 2;
        return q - RATE * (m / (1 - 0.9 ** (t + 1))) / (Math.sqrt(v / (1 - 0.999 ** (t + 1))) + 1e-8);
      }, p);
    })],
};
for (const [name, [optimizer, expected]] of Object.entries(DEFINITIONS)) {
  Deno.test(`${name} equals its definition over three updates`, async () => {
    setEngineChoice("cpu");
    await startEngine();
    const kind = optimizerKind(optimizer);
    let parameters: readonly ReturnType<typeof tf.zeros>[] = [tf.tensor1d(START)];
    let slots: readonly ReturnType<typeof tf.zeros>[] = Array.from(
      { length: kind.slotsPerParameter },
      () => tf.zeros([3]),
    );
    GRADIENTS.forEach((gradient, t) => {
      ({ parameters, slots } = kind.apply(
        optimizer,
        parameters,
        [tf.tensor1d(gradient)],
        slots,
        RATE,
        t + 1,
      ));
    });
    const values = [...parameters[0].dataSync()];
    expected().forEach((value, i) =>
      assert.ok(Math.abs(values[i] - value) < 2e-6, `${values} against ${expected()}`)
    );
  });
}

const WRONG: [() => unknown, RegExp][] = [
  [() => momentum({ beta: 1 }), /invalid beta: 1 \(0 or more, below 1\)/],
  [() => adam({ beta2: -0.1 }), /invalid beta2: -0.1/],
  [() => adam({ epsilon: 0 }), /invalid epsilon: 0 \(a positive number\)/],
  [
    () => adam({ learningRate: 0.1 } as never),
    /unknown option of adam: learningRate \(has beta1, beta2, epsilon\)/,
  ],
  [() => momentum({ momentum: 0.9 } as never), /unknown option of momentum: momentum \(has beta\)/],
  [() => optimizerKind({ kind: "lion" } as never), /unknown optimizer: \{"kind":"lion"\}/],
];
for (const [make, message] of WRONG) {
  Deno.test(`a wrong optimizer says ${message.source}`, () => void assert.throws(make, message));
}

Deno.test("an optimizer's text tells all that makes it", () => {
  const text = (optimizer: Optimizer) => optimizerKind(optimizer).text(optimizer);
  assert.deepEqual(
    [adam(), adam({ beta1: 0.8, epsilon: 1e-7 }), momentum({ beta: 0.5 }), sgd()].map(text),
    ["adam", "adam, beta1 0.8, epsilon 1e-7", "momentum 0.5", "sgd"],
  );
});
