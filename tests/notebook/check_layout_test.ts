import assert from "node:assert/strict";
import fc from "fast-check";
import { layered } from "../../lib/notebook/check_layout.ts";

const [ROOM, PASSING] = [60, 20];
const drawn = (count: number, edges: [number, number][]) => layered(Array(count).fill(ROOM), edges, PASSING);

Deno.test("things stand right of what they need, and sources next to their first reader", () => {
  const rows: [count: number, edges: [number, number][], columns: number[]][] = [
    [0, [], []],
    [2, [], [0, 0]],
    [3, [[0, 1], [1, 2]], [0, 1, 2]],
    [4, [[0, 1], [1, 2], [3, 2]], [0, 1, 2, 1]],
    [3, [[0, 1], [1, 2], [0, 2]], [0, 1, 2]],
  ];
  for (const [count, edges, columns] of rows) {
    assert.deepEqual(drawn(count, edges).places.map(({ column }) => column), columns);
  }
});

Deno.test("a chain is a straight line, and a ring is drawn all the same", () => {
  const { routes } = drawn(3, [[0, 1], [1, 2], [0, 2]]);
  assert.equal(routes[2].length, 3);
  const chain = drawn(4, [[0, 1], [1, 2], [2, 3]]);
  assert.deepEqual(new Set(chain.places.map(({ y }) => y)), new Set([ROOM / 2]));
  assert.equal(drawn(2, [[0, 1], [1, 0]]).places.length, 2);
});

Deno.test("nothing in a column stands on anything else, and edges pass every column between", () => {
  const graphs = fc.integer({ min: 1, max: 9 }).chain((count) =>
    fc.uniqueArray(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { selector: String, maxLength: 20 })
      .map((pairs) => ({ count, edges: pairs.filter(([a, b]) => a < b) }))
  );
  fc.assert(fc.property(graphs, ({ count, edges }) => {
    const { places, routes, columns, height } = drawn(count, edges);
    const all = [
      ...places.map((at) => ({ ...at, room: ROOM })),
      ...routes.flatMap((route) => route.slice(1, -1).map((at) => ({ ...at, room: PASSING }))),
    ];
    for (const { column, y, room } of all) {
      assert.ok(column >= 0 && column < columns && y - room / 2 >= -1e-6 && y + room / 2 <= height + 1e-6);
    }
    for (let column = 0; column < columns; column++) {
      const own = all.filter((at) => at.column === column).sort((a, b) => a.y - b.y);
      for (const [i, { y, room }] of own.slice(1).entries()) {
        assert.ok(y - own[i].y >= (room + own[i].room) / 2 - 1e-6);
      }
    }
    for (const [i, [from, to]] of edges.entries()) {
      assert.ok(places[from].column < places[to].column);
      const passed = routes[i].map(({ column }) => column);
      assert.deepEqual(passed, passed.map((_, k) => places[from].column + k));
      assert.equal(passed.at(-1), places[to].column);
    }
  }));
});
