import assert from "node:assert/strict";
import fc from "fast-check";
import { exactJson, parseExactJson } from "../../lib/checkpoints/exact_json.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/checkpoints/safetensors.ts";
import { decodeState, encodeCheckpoint, encodeState } from "../../lib/checkpoints/state_file.ts";
import type { TrainState } from "../../lib/training/state.ts";
import { stateAt } from "./states.ts";

const STATES: [string, TrainState][] = [
  ["before the first update", stateAt(0)],
  ["before the first evaluation", stateAt(3)],
  ["on the way", stateAt(17)],
  [
    "at its end, off the grid",
    stateAt(18, 0.25, { reason: "aborted", path: "", because: "stopped by hand" }),
  ],
  ["without average, slots and statistics", {
    ...stateAt(10),
    average: null,
    slots: [],
    statistics: [],
    kept: null,
    layout: { ...stateAt(10).layout, statistics: [] },
  }],
];
for (const [when, state] of STATES) {
  Deno.test(`a state ${when} comes back equal in every bit`, () => {
    const bytes = encodeState(state);
    assert.deepEqual(decodeState(bytes), state);
    assert.deepEqual(encodeState(decodeState(bytes)), bytes);
  });
}

Deno.test("what Python meets in a state: tensors by name, all else as JSON", () => {
  const { tensors, metadata } = decodeSafetensors(encodeState(stateAt(17)));
  const names = tensors.map(({ name }) => name);
  for (const name of ["parameters/dense0.bias", "slots/dense0.bias/1", "kept/statistics/norm0.mean"]) {
    assert.ok(names.includes(name), name);
  }
  assert.equal(JSON.parse(metadata.state).position.step, 17);
});

/** The same file with other metadata, under hashes of its own. */
function resealed(bytes: Uint8Array, change: (metadata: Record<string, string>) => void): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(bytes), changed = { ...metadata };
  change(changed);
  return encodeSafetensors(tensors, changed);
}
const bytes = encodeState(stateAt(17));
const flipped = bytes.slice();
flipped[flipped.length - 1] ^= 1;
const withHead = async (edit: (head: Record<string, unknown>) => void) => {
  const head = JSON.parse(decodeSafetensors(bytes).metadata.state);
  edit(head);
  const state = JSON.stringify(head);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(state)))
    .toHex();
  return resealed(bytes, (metadata) => Object.assign(metadata, { state, "sha256.state": digest }));
};

const REFUSED: [string, Uint8Array, RegExp][] = [
  ["another program's file", encodeSafetensors([], { format: "pt" }), /: safetensors of another program$/],
  ["no safetensors", new TextEncoder().encode("PK\x03\x04 a zip, perhaps"), /: header of \d+ bytes/],
  ["a file cut short", bytes.subarray(0, bytes.length - 8), /: tensor \S+ ends at byte/],
  ["a changed number", flipped, /: its tensors do not match their SHA-256$/],
  [
    "changed counters",
    resealed(bytes, (metadata) => metadata.state = metadata.state.replace('"step":17', '"step":16')),
    /: its counters do not match their SHA-256$/,
  ],
  [
    "a later version",
    resealed(bytes, (metadata) => metadata.version = "2"),
    /: version 2, this program reads version 1$/,
  ],
  ["an unknown field", await withHead((head) => head.code = "import('x')"), /: code is not sound$/],
  ["a field of another type", await withHead((head) => head.attempts = "17"), /: attempts is not sound$/],
  [
    "a layout of other tensors",
    await withHead((head) =>
      Object.assign((head.layout as TrainState["layout"]).parameters[0], { name: "x" })
    ),
    /: no tensor parameters\/x$/,
  ],
  [
    "a layout of another shape",
    await withHead((head) =>
      Object.assign((head.layout as TrainState["layout"]).parameters[0], { shape: [3, 2] })
    ),
    /: tensor parameters\/dense0.weights is not F32 of \[3,2\]$/,
  ],
  [
    "rows that lie elsewhere",
    encodeCheckpoint(stateAt(17), { updates: 17, evaluations: 3, files: noFiles() }),
    /: its trajectory lies in the folder of its run: read it there$/,
  ],
];
function noFiles() {
  const none = { bytes: 0, sha256: "" };
  return {
    "updates.f64": none,
    "updates.clock.f64": none,
    "evaluations.jsonl": none,
    "evaluations.clock.f64": none,
  };
}
for (const [what, bytes, message] of REFUSED) {
  Deno.test(`a state from ${what} is refused in one line`, () => {
    assert.throws(() => decodeState(bytes), (error: Error) => {
      assert.match(error.message, /^invalid state: [^\n]*$/);
      assert.match(error.message, message);
      return error.name === "BadState";
    });
  });
}

Deno.test("a changed byte anywhere in a state is found", () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bad = bytes.slice();
      bad[at] ^= flip;
      assert.throws(() => assert.notDeepEqual(decodeState(bad), stateAt(17)), { name: "BadState" });
    }),
    { numRuns: 400 },
  );
});

Deno.test("every value of JSON and every number comes back through exact JSON", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.double(), (value, number) => {
    const given = { value, number, numbers: [number, -0, NaN, -Infinity] };
    assert.deepEqual(parseExactJson(exactJson(given)), given);
  }));
});
