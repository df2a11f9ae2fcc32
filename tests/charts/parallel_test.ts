import assert from "node:assert/strict";
import fc from "fast-check";
import {
  parallel,
  parallelChosen,
  parallelDrawing,
  type ParallelFigure,
  parallelLayout,
  parallelOptions,
  type ParallelRun,
} from "../../lib/charts/parallel.ts";
import { parallelAxes } from "../../lib/charts/parallel_axes.ts";
import { textWidth } from "../../lib/charts/text_width.ts";
import { NARROW, textsOf, WIDE } from "./marks.ts";

const run = (id: string, config: Record<string, unknown>, value: number): ParallelRun => (
  { id, name: `trial ${id}`, kind: "patience", config, value }
);
const figure = (runs: readonly ParallelRun[], given: Partial<ParallelFigure> = {}): ParallelFigure => (
  { runs, metric: "validation.loss", mode: "min", pinned: new Set(), ...given }
);
const runs = [
  run("a", { lr: 1e-4, optimizer: "adam", seed: 1 }, 0.5),
  run("b", { lr: 1e-3, optimizer: "sgd", seed: 1 }, 0.3),
  run("c", { lr: 1e-2, optimizer: "adam", seed: 1, dropout: 0.1 }, 0.4),
  run("d", { lr: 1e-1, optimizer: "lion", seed: 1, dropout: 0.2 }, NaN),
];

const settings: [what: string, values: unknown[], scale: string | null, at: number[]][] = [
  ["one value in all", [3, 3, 3], null, []],
  ["numbers", [1, 2, 5], "linear", [0, 0.25, 1]],
  ["orders of magnitude", [1e-4, 1e-3, 1e-2], "log", [0, 0.5, 1]],
  ["0 among orders of magnitude", [0, 1, 100], "linear", [0, 0.01, 1]],
  ["words", ["sgd", "adam", "lion"], "category", [1, 0, 0.5]],
  ["numbers and words", [10, "auto", 9], "category", [0.5, 1, 0]],
  ["truth", [true, false, true], "category", [1, 0, 1]],
  ["lists", [[64, 10], [64], [64]], "category", [0, 1, 1]],
  ["a number that is missing", [1, undefined, 3], "linear", [0, NaN, 1]],
  ["a number too large to tell from another", [1, 2, Number.MAX_VALUE], "linear", [0, 1, NaN]],
  ["null", [null, "a", "b"], "category", [NaN, 0, 1]],
];
for (const [what, values, scale, at] of settings) {
  Deno.test(`an axis of settings: ${what}`, () => {
    const [axis] = parallelAxes(values.map((value) => ({ key: value })));
    assert.equal(axis?.scale ?? null, scale);
    if (axis) {
      axis.at.forEach((place, i) =>
        assert.ok(Object.is(place, at[i]) || Math.abs(place - at[i]) < 1e-9, `${axis.at}`)
      );
    }
  });
}

Deno.test("an axis for each setting that differs, in the order they come, and the result last", () => {
  assert.deepEqual(parallelDrawing(figure(runs)).axes.map(({ key }) => key), [
    "lr",
    "optimizer",
    "dropout",
    "validation.loss",
  ]);
  assert.match(parallel(figure(runs)).meta!, /^4 runs by the 3 settings in which they differ/);
});

Deno.test("shades follow the rank of the result, whichever way is better", () => {
  const { tones } = parallelDrawing(figure(runs)),
    grows = parallelDrawing(figure(runs, { mode: "max" })).tones;
  assert.ok(tones[1] > tones[2] && tones[2] > tones[0]);
  assert.ok(grows[0] > grows[2] && grows[2] > grows[1]);
  assert.deepEqual([tones[3], grows[3]], [-1, -1]);
  assert.equal(parallel(figure(runs)).rest, "best 0.300: trial b, lr 0.001, optimizer sgd");
});

Deno.test("every range must hold, and a run without the setting lies in none", () => {
  const drawing = parallelDrawing(figure(runs));
  const chosen = (...brushes: [string, [number, number]][]) => parallelChosen(drawing, new Map(brushes));
  assert.equal(chosen(), null);
  assert.deepEqual(chosen(["lr", [0.3, 1]]), ["b", "c", "d"]);
  assert.deepEqual(chosen(["lr", [0.3, 1]], ["optimizer", [0, 0]]), ["c"]);
  assert.deepEqual(chosen(["dropout", [0, 1]]), ["c", "d"]);
  assert.deepEqual(chosen(["validation.loss", [0, 0.1]]), ["b"]);
});

Deno.test("what a range says lies between its ends", () => {
  const [lr] = parallelDrawing(figure(runs)).axes;
  assert.deepEqual([lr.text(0), lr.text(1 / 3), lr.text(1)], ["0.0001", "0.001", "0.1"]);
});

Deno.test("axes keep their distance, also where the figure becomes wider than the page", () => {
  const wide = parallelDrawing(figure(runs)), { x, width } = parallelLayout(wide, WIDE);
  assert.equal(width, WIDE.width);
  assert.ok(x.every((at, i) => i === 0 || at - x[i - 1] >= 84));
  assert.ok(parallelLayout(wide, NARROW).width > NARROW.width);
});

Deno.test("nothing to compare is said in a sentence", () => {
  assert.equal(parallel(figure([])).empty, "Compare at least 2 runs.");
  assert.equal(parallel(figure(runs.slice(0, 1))).empty, "Compare at least 2 runs.");
  const same = figure([run("a", { lr: 1 }, 1), run("b", { lr: 1 }, 2)]);
  assert.equal(parallel(same).empty, "The runs do not differ in any setting.");
  parallel(same).options(WIDE);
});

Deno.test("any settings can be drawn, at every width, and every place is on its axis", () => {
  const value = fc.oneof(
    fc.double(),
    fc.string({ maxLength: 5 }),
    fc.boolean(),
    fc.constantFrom(null, undefined, NaN, [], {}),
  );
  const configs = fc.array(fc.dictionary(fc.constantFrom("a", "b", "c"), value), { maxLength: 8 });
  fc.assert(fc.property(configs, fc.array(fc.double(), { minLength: 8, maxLength: 8 }), (given, values) => {
    const drawing = parallelDrawing(figure(given.map((config, i) => run(`${i}`, config, values[i]))));
    for (const { at } of drawing.axes) {
      assert.ok(at.every((place) => Number.isNaN(place) || place >= -1e-9 && place <= 1 + 1e-9), `${at}`);
    }
    for (const size of [WIDE, NARROW]) {
      parallelOptions(drawing, parallelLayout(drawing, size), new Map([["a", [0, 0.5]]]));
    }
  }));
});

Deno.test("axes are named, a logarithmic one says so, and ticks are round", () => {
  const texts = textsOf(parallel(figure(runs)).options(WIDE));
  for (const text of ["lr, log", "optimizer", "adam", "sgd", "0.01"]) {
    assert.ok(texts.includes(text), texts.join(" "));
  }
});

Deno.test("names over axes that stand close do not run into each other", () => {
  const names = ["schedule.rate", "optimizer.beta", "model.dropout", "model.activation", "optimizer.decay"];
  const config = (at: number) => Object.fromEntries(names.map((name, i) => [name, at * (i + 1)]));
  const drawing = parallelDrawing(figure([1, 2, 3].map((at) => run(`${at}`, config(at), at))));
  const layout = parallelLayout(drawing, { width: 320, narrow: true }), distance = layout.x[1] - layout.x[0];
  const texts = textsOf(parallelOptions(drawing, layout, new Map())).filter((text) =>
    /^[a-z]+\.[a-z]+/.test(text)
  );
  assert.equal(texts.length, 6);
  for (const text of texts) assert.ok(textWidth(text) < distance, text);
});
