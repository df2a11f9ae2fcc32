import assert from "node:assert/strict";
import fc from "fast-check";
import { labelBox, placeLabels } from "../../lib/charts/place_labels.ts";

const bounds = { left: 0, right: 900, top: 0, bottom: 300 };
const points = fc.array(
  fc.record({
    x: fc.integer({ min: 20, max: 880 }),
    y: fc.integer({ min: 20, max: 280 }),
    width: fc.integer({ min: 40, max: 140 }),
    height: fc.constant(14),
  }),
  { maxLength: 6 },
);

const overlap = (a: ReturnType<typeof labelBox>, b: ReturnType<typeof labelBox>) =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1e-9 &&
  Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1e-9;

Deno.test("a lone point has its name at its right", () => {
  const [place] = placeLabels([{ x: 100, y: 100, width: 80, height: 14 }], bounds);
  assert.deepEqual([place.dx > 0, place.dy, place.anchor], [true, 0, "start"]);
});

Deno.test("a point at the right edge has its name elsewhere", () => {
  const [place] = placeLabels([{ x: 895, y: 100, width: 80, height: 14 }], bounds);
  assert.equal(place.anchor, "end");
});

Deno.test("the names of six points never overlap, wherever the points are", () => {
  fc.assert(fc.property(points, (given) => {
    const boxes = placeLabels(given, bounds).map((place, index) => labelBox(given[index], place));
    boxes.forEach((a, i) =>
      boxes.slice(0, i).forEach((b) => assert.ok(!overlap(a, b), JSON.stringify(given)))
    );
  }));
});

Deno.test("names stay within the bounds", () => {
  fc.assert(fc.property(points, (given) => {
    for (const [index, place] of placeLabels(given, bounds).entries()) {
      const box = labelBox(given[index], place);
      assert.ok(
        box.left >= 0 && box.right <= 900 && box.top >= 0 && box.bottom <= 300,
        JSON.stringify(given),
      );
    }
  }));
});
