import assert from "node:assert/strict";
import { confusionMatrix } from "../../lib/charts/confusion_matrix.ts";
import { images } from "../../lib/charts/images.ts";
import { marksOf, NARROW, textsOf, WIDE } from "./marks.ts";

const matrix = [[9, 1, 0], [0, 10, 0], [3, 0, 7]];
const classes = ["cat", "dog", "owl"];

Deno.test("a confusion matrix says how much is right and what is taken for what", () => {
  const chart = confusionMatrix({ matrix, classes });
  assert.equal(chart.meta, "rows true, columns predicted; 26 of 30 right, 87%");
  assert.equal(chart.rest, "most often owl taken for cat, 3 times");
});

Deno.test("only errors are inked, by their count", () => {
  const cells = marksOf(confusionMatrix({ matrix, classes }).options(WIDE), "cell");
  const inked = cells.find(({ fill }) => fill === "var(--ink)")!;
  assert.deepEqual((inked.data as { count: number }[]).map(({ count }) => count), [1, 3]);
});

Deno.test("each row says how many are wrong where there is room", () => {
  const wrong = (size: typeof WIDE) =>
    textsOf(confusionMatrix({ matrix, classes }).options(size)).filter((t) => t.endsWith("wrong"));
  assert.deepEqual(wrong(WIDE), ["1 of 10 wrong", "3 of 10 wrong"]);
  assert.deepEqual(wrong(NARROW), []);
});

Deno.test("the matrix fits its width", () => {
  for (const size of [WIDE, NARROW]) {
    const many = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
    const options = confusionMatrix({ matrix: many.map(() => many.map(() => 0)), classes: many }).options(
      size,
    );
    assert.ok(options.width! <= size.width);
  }
});

Deno.test("a model without an error has nothing to show in ink", () => {
  const chart = confusionMatrix({ matrix: [[2, 0], [0, 2]], classes: ["a", "b"] });
  assert.equal(chart.rest, "nothing taken for anything else");
  chart.options(WIDE);
});

const refused: [name: string, make: () => unknown, message: string][] = [
  [
    "too few rows",
    () => confusionMatrix({ matrix: [[1, 2]], classes: ["a", "b"] }),
    "invalid matrix: 1 rows (2 classes)",
  ],
  [
    "a short row",
    () => confusionMatrix({ matrix: [[1], [1, 2]], classes: ["a", "b"] }),
    "invalid matrix: row 0 has 1 columns (2 classes)",
  ],
  [
    "a negative count",
    () => confusionMatrix({ matrix: [[-1]], classes: ["a"] }),
    "invalid count: -1 (row 0, column 0: a whole number, at least 0)",
  ],
  [
    "a name twice",
    () => confusionMatrix({ matrix: [[1, 0], [0, 1]], classes: ["a", "a"] }),
    "invalid classes: a name occurs twice",
  ],
  [
    "too few pixels",
    () => images({ pixels: [1], width: 2, height: 2, labels: [0] }),
    "invalid pixels: 1 values (1 images of 2 × 2 are 4)",
  ],
  [
    "too few predictions",
    () => images({ pixels: [1], width: 1, height: 1, labels: [0], predicted: [] }),
    "invalid predicted: 0 values (1 images)",
  ],
];
for (const [name, make, message] of refused) {
  Deno.test(`pictures refuse ${name}`, () => assert.throws(make, { name: "RangeError", message }));
}

Deno.test("images are labelled, and a wrong prediction is said", () => {
  const chart = images({ pixels: [0, 1, 1, 0], width: 1, height: 2, labels: [3, 8], predicted: [3, 1] });
  assert.deepEqual(textsOf(chart.options(WIDE)), ["3", "8 as 1"]);
  assert.equal(chart.meta, "2 images of 1 × 2, 1 taken for something else");
});

Deno.test("images that do not fit a row begin another", () => {
  const chart = images({
    pixels: new Float32Array(64 * 20),
    width: 8,
    height: 8,
    labels: Array.from({ length: 20 }, (_, i) => i),
  });
  assert.ok(chart.options(NARROW).height! > chart.options(WIDE).height!);
});

Deno.test("no image: one sentence", () => {
  assert.equal(images({ pixels: [], width: 8, height: 8, labels: [] }).empty, "No images to show.");
});
