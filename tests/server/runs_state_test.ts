import assert from "node:assert/strict";
import fc from "fast-check";
import type { OverlayRange } from "../../lib/charts/overlay.ts";
import {
  type Choice,
  initial,
  type RunsState,
  searchOf,
  sortColumns,
  stateOf,
} from "../../server/client/runs_state.ts";

/** Objects as programs make them. */
const record = <T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const id = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const ids = fc.uniqueArray(id, { maxLength: 5 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0));
const pair = fc.tuple(number, number).filter(([a, b]) => a < b);
const count = fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined });

const states = record<RunsState>({
  filter: text,
  sort: record({ column: fc.constantFrom(...sortColumns), ascending: fc.boolean() }),
  choice: fc.option(record<Choice>({ ids, matching: fc.option(text), except: ids })),
  metric: fc.option(text.filter((name) => name !== "")),
  axis: fc.constantFrom("step", "epoch", "examples", "seconds", null),
  smoothing: record({
    kind: fc.constantFrom("ema", "time", "gaussian"),
    amount: fc.integer({ min: 0, max: 99 }).map((share) => share / 100),
  }),
  logX: fc.boolean(),
  logY: fc.option(fc.boolean()),
  bands: fc.boolean(),
  zoom: fc.option(record<OverlayRange>({ x: pair, y: fc.option(pair) })),
  pinned: ids,
  batches: record({ batch: count, trainingExamples: count }).map(({ batch, trainingExamples }) => ({
    ...(batch === undefined ? {} : { batch }),
    ...(trainingExamples === undefined ? {} : { trainingExamples }),
  })),
});

Deno.test("an address holds all of the state", () => {
  fc.assert(fc.property(states, (state) => {
    assert.deepEqual(stateOf(searchOf(state)), state);
  }));
});

Deno.test("an address without anything is the initial state, and the initial state adds nothing to it", () => {
  assert.deepEqual(stateOf(""), initial);
  assert.equal(searchOf(initial), "");
});

Deno.test("an address reads as people would write it", () => {
  const state: RunsState = {
    ...initial,
    filter: "state:error lr<1e-3",
    choice: { ids: ["a3", "b7"], matching: null, except: [] },
    axis: "seconds",
    smoothing: { kind: "ema", amount: 0.6 },
    zoom: { x: [100, 2500], y: null },
  };
  assert.equal(
    searchOf(state),
    "?filter=state:error%20lr%3C1e-3&runs=a3,b7&axis=time&smooth=ema:0.6&zoom=100,2500",
  );
});

Deno.test("what makes no sense in an address is as if it were not there", () => {
  const nonsense = [
    "?axis=weeks",
    "?axis=__proto__",
    "?smooth=ema",
    "?smooth=ema:1",
    "?smooth=box:0.5",
    "?smooth=ema:NaN",
    "?sort=lr",
    "?zoom=5,1",
    "?zoom=1",
    "?zoom=1,2,3",
    "?zoom=1,2,5,3",
    "?zoom=1,Infinity",
    "?zoom=,2",
    "?batch=0&examples=-1",
    "?batch=1.5",
    "?metric=",
    "?bands=yes",
    "?other=1",
  ];
  for (const search of nonsense) assert.deepEqual(stateOf(search), initial, search);
  fc.assert(fc.property(fc.string(), (search) => void stateOf(search)));
});
