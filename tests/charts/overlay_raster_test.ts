import assert from "node:assert/strict";
import fc from "fast-check";
import { overlayLine } from "../../lib/charts/overlay_line.ts";
import { pathText, traceBand, traceLinks, tracePath } from "../../lib/charts/overlay_path.ts";
import { type Pixels, rasterise, tint } from "../../lib/charts/overlay_raster.ts";

/** One unit is one pixel, y downwards. */
const plain = (width: number, height: number): Pixels => ({ ax: 1, bx: 0, ay: 1, by: 0, width, height });
const line = (x: number[], y: number[]) => overlayLine(x, y, false, false);
/** Lines over each pixel, row by row. */
function covered(lines: ReturnType<typeof line>[], pixels: Pixels): number[][] {
  const cover = rasterise(lines, pixels, 1), { width, height } = pixels;
  const rows = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  for (let column = 0; column < width; column++) {
    let sum = 0;
    for (let row = 0; row < height; row++) {
      rows[row][column] = +(sum += cover[column * (height + 2) + row]).toFixed(4);
    }
  }
  return rows;
}

Deno.test("a level line covers one row of pixels from its first to its last point", () => {
  const rows = covered([line([2, 7], [3.5, 3.5])], plain(10, 6));
  assert.deepEqual(rows.map((row) => row.reduce((a, b) => a + b)), [0, 0, 0, 6, 0, 0]);
});

Deno.test("a line between two rows of pixels covers a part of both", () => {
  const rows = covered([line([0, 3], [2.75, 2.75])], plain(3, 6));
  assert.deepEqual(rows.map(([first]) => first), [0, 0, 0.75, 0.25, 0, 0]);
});

Deno.test("a line that falls is as thick as one that climbs, and without a hole", () => {
  const slanted = (from: number, to: number) => covered([line([0, 10], [from, to])], plain(10, 30));
  const climbs = slanted(1, 29), falls = slanted(29, 1).toReversed();
  climbs.forEach((row, i) => row.forEach((lines, j) => assert.ok(Math.abs(lines - falls[i][j]) < 1e-3)));
  for (const row of climbs.slice(1, 29)) assert.ok(row.reduce((sum, lines) => sum + lines) > 0.7, `${row}`);
});

Deno.test("a spike of one point is drawn over its full height", () => {
  const x = Array.from({ length: 1_000 }, (_, i) => i / 100), y = x.map((_, i) => i === 555 ? 1 : 18.5);
  const rows = covered([line(x, y)], plain(10, 20));
  assert.ok(rows.slice(1, 19).every((row) => row[5] > 0.9), `${rows.map((row) => row[5])}`);
  assert.ok(rows.slice(0, 17).every((row) => row[3] === 0));
});

Deno.test("a gap stays a gap, and a point between two gaps is a dot", () => {
  const [, , row] = covered([line([0, 1, 2, 4, 6, 8, 9], [2.5, 2.5, NaN, 2.5, NaN, 2.5, 2.5])], plain(10, 5));
  assert.deepEqual(row.map((lines) => lines > 0), [
    true,
    true,
    false,
    false,
    true,
    false,
    false,
    false,
    true,
    true,
  ]);
});

Deno.test("what is beyond the edges is not drawn, and lines come in and leave at the right height", () => {
  const rows = covered([line([-10, 20], [-10, 20])], plain(10, 10));
  for (let i = 0; i < 10; i++) {
    assert.ok(rows[i][i] > 0.6);
    assert.ok(rows.every((row, j) => Math.abs(i - j) < 2 || row[i] === 0));
  }
  assert.ok(covered([line([0, 5], [-9, -9])], plain(10, 10)).flat().every((lines) => lines === 0));
});

Deno.test("lines over one place add up, whatever order they come in", () => {
  const values = fc.array(fc.double({ min: -5, max: 25, noNaN: true }), { minLength: 12, maxLength: 12 });
  fc.assert(fc.property(values, values, (a, b) => {
    const x = a.map((_, i) => i * 1.7), [first, second] = [line(x, a), line(x, b)], pixels = plain(20, 20);
    const both = covered([second, first], pixels),
      apart = [covered([first], pixels), covered([second], pixels)];
    both.forEach((row, i) =>
      row.forEach((lines, j) => {
        assert.ok(Math.abs(lines - apart[0][i][j] - apart[1][i][j]) < 1e-3);
        assert.ok(lines > -1e-3);
      })
    );
  }));
});

Deno.test("more lines are darker, one is at 40 %, none is nothing", () => {
  const pixels = plain(4, 3), level = (y: number) => line([0, 4], [y, y]);
  const cover = rasterise([level(0.5), ...Array.from({ length: 50 }, () => level(1.5))], pixels, 1);
  const image = new Uint8ClampedArray(4 * 3 * 4);
  tint(cover, 4, 3, [10, 20, 30], image);
  const pixel = (row: number) => [...image.subarray(row * 16, row * 16 + 4)];
  assert.deepEqual(pixel(0), [10, 20, 30, 102]);
  assert.ok(pixel(1)[3] > 220);
  assert.deepEqual(pixel(2), [0, 0, 0, 0]);
});

Deno.test("a path lifts its pen at gaps, goes one point beyond the view, and stays within numbers that programs read", () => {
  const pen = pathText();
  tracePath(line([0, 1, 2, 3, 4, 5], [1, 2, NaN, 3, 1e30, 4]), plain(3, 5), pen);
  assert.equal(pen.text(), "M0,1L1,2M3,3L4,100000");
});

Deno.test("a dense path has the lowest and the highest of every column", () => {
  const count = 20_000, y = Array.from({ length: count }, (_, i) => i === 13_579 ? 90 : i % 5);
  const pen = pathText(), pixels = { ...plain(100, 100), ax: 100 / count };
  tracePath(line(y.map((_, i) => i), y), pixels, pen);
  const points = pen.text().split("L");
  assert.ok(points.length < 220, `${points.length}`);
  assert.ok(points.some((point) => point.endsWith(",90")));
});

Deno.test("a band is one closed shape per stretch, and a gap in x is bridged by a line of its own", () => {
  const pen = pathText();
  const column = (...values: number[]) => Float64Array.from(values);
  traceBand(
    { u: column(0, 1, 2, 3), low: column(1, 1, NaN, 1), high: column(3, 3, NaN, 3) },
    plain(9, 9),
    pen,
  );
  assert.equal(pen.text(), "M0,3L1,3L1,1L0,1ZM3,3L3,1Z");
  const bridge = pathText();
  traceLinks(line([1, 2, 3, 4, 90, 91, 92, 93], [5, 4, 3, 2, 1, 1, 1, 1]), plain(99, 9), bridge);
  assert.equal(bridge.text(), "M4,2L90,1");
});
