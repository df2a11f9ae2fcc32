import assert from "node:assert/strict";
import fc from "fast-check";
import { plateau } from "../../lib/criteria/plateau.ts";
import { digits } from "../../lib/data/digits.ts";
import { epochs, evaluations, steps } from "../../lib/durations.ts";
import { mlp } from "../../lib/models/mlp.ts";
import { adamw } from "../../lib/optimizers/adamw.ts";
import { cosine } from "../../lib/schedules/cosine.ts";
import { keptStudy, studyOf, studyWithoutData } from "../../lib/studies/kept_study.ts";
import { choice, logUniform, uniform } from "../../lib/studies/space.ts";
import type { Study } from "../../lib/studies/study.ts";
import { trialsOf } from "../../lib/studies/trials_of.ts";
import { inFolder } from "../in_folder.ts";
import { sequences } from "./arbitraries.ts";

const study: Study = {
  name: "rates",
  spec: {
    data: digits(),
    model: mlp({ layers: [64, 32, 10] }),
    optimizer: adamw(),
    schedule: cosine({ peak: 0.01, horizon: epochs(4) }),
    batch: 32,
    clip: { norm: 1 },
  },
  space: { "schedule.peak": logUniform(1e-4, 1e-1), batch: choice([16, 32]) },
  budget: epochs(4),
  trials: 3,
};
const optional = {
  policy: fc.constantFrom(
    null,
    plateau({ metric: "validation.loss", mode: "min", patience: evaluations(2) }),
    plateau({ metric: "validation.loss", mode: "min", patience: evaluations(3), minDelta: 1e-4 }),
  ),
  metric: fc.constantFrom("validation.loss", "val_accuracy"),
  sampler: fc.oneof(sequences, fc.constant({ kind: "grid" as const, levels: 2 })),
  trials: fc.integer({ min: 1, max: 4 }),
  seeds: fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 }),
  pruner: fc.constantFrom(null, { kind: "halving" as const, first: steps(20), eta: 3 }),
};

Deno.test("a study comes back from its text with the same trials, and has one text", () =>
  inFolder((folder) =>
    fc.assert(
      fc.property(fc.record(optional, { requiredKeys: [] }), (changes) => {
        const { trials: _, ...grid } = study, isGrid = changes.sampler?.kind === "grid";
        const given: Study = isGrid ? { ...grid, ...changes, trials: undefined } : { ...study, ...changes };
        const text = keptStudy(given, folder);
        const back = studyOf(text, folder);
        assert.deepEqual(trialsOf(back), trialsOf(given));
        assert.equal(keptStudy(back, folder), text);
      }),
      { numRuns: 40 },
    )
  ));

Deno.test("what a study is written like changes nothing of its text, and what it is does", () =>
  inFolder((folder) => {
    const text = keptStudy(study, folder), { batch, model, data, ...rest } = study.spec;
    assert.equal(keptStudy({ ...study, metric: "val_loss", mode: "min", seeds: [0] }, folder), text);
    assert.equal(
      keptStudy({ ...study, spec: { batch, ...rest, data: { ...data }, model } as Study["spec"] }, folder),
      text,
    );
    const others: Partial<Study>[] = [
      { space: Object.fromEntries(Object.entries(study.space).toReversed()) }, // other columns of the sequence
      { space: { ...study.space, "optimizer.decay": uniform(0, 0.1) } },
      { spec: { ...study.spec, clip: { norm: 2 } } },
      { seeds: [1] },
    ];
    for (const other of others) assert.notEqual(keptStudy({ ...study, ...other }, folder), text);
    assert.deepEqual(Object.keys(studyWithoutData(text).space), Object.keys(study.space));
  }));

Deno.test("data that is not there, and the text of a later version, are told in one line", () =>
  inFolder((folder) => {
    const text = keptStudy({ ...study, spec: { ...study.spec, data: digits({ seed: 3 }) } }, folder);
    Deno.removeSync(`${folder}/data`, { recursive: true });
    assert.throws(
      () => studyOf(text, `${folder}/elsewhere`),
      /^BadData: invalid data: \S+: there is no such/,
    );
    assert.throws(
      () => studyOf(text.replace('"version":1', '"version":2'), folder),
      /^RangeError: invalid study: version 2 \(this program reads 1\): update Plateau$/,
    );
  }));
