import assert from "node:assert/strict";
import fc from "fast-check";
import type { Event } from "../../../lib/notebook/wire.ts";
import type { RecordedState } from "../../../lib/report/recording.ts";
import { eventKey } from "../../../lib/report/state_events.ts";
import { ReportStates } from "../../../server/client/report_states.ts";

const value = (name: string, number: number): Event => ({
  t: "value",
  name,
  cell: `cell of ${name}`,
  value: Uint8Array.of(number),
});
const input = (name: string, to: unknown): Event => ({ t: "input", name, value: to });

/** Two inputs that one cell reads, and one that another reads alone. */
function recorded() {
  const area: RecordedState[] = [2, 4, 8].flatMap((width) =>
    [1, 3].map((height) => ({
      values: [width, height],
      events: width * height === 2 ? [] : [value("area", width * height)],
    }))
  );
  return {
    inputs: { width: 2, height: 1, word: "a", other: 7 },
    events: [input("width", 2), value("area", 2), value("letter", 10), value("still", 9)],
    groups: [
      { inputs: ["width", "height"], states: area },
      // the recording's own state need not be stored
      { inputs: ["word"], states: [{ values: ["b"], events: [value("letter", 11)] }] },
    ],
  };
}

const table: { name: string; moves: [string, unknown][]; told: Event[] }[] = [
  { name: "an input gives what its state has", moves: [["width", 4]], told: [value("area", 4)] },
  { name: "the value that it has already gives nothing", moves: [["width", 2]], told: [] },
  { name: "an input without states gives nothing", moves: [["other", 8]], told: [] },
  {
    name: "inputs of one group are looked up together",
    moves: [["width", 4], ["height", 3]],
    told: [value("area", 12)],
  },
  {
    name: "back where the recording stood, its own values are told again",
    moves: [["width", 4], ["width", 2]],
    told: [value("area", 2)],
  },
  {
    name: "of a number that was not computed the nearest is taken, and said",
    moves: [["width", 7]],
    told: [input("width", 8), value("area", 8)],
  },
  {
    name: "a nearest number that stands already is said all the same",
    moves: [["width", 2.4]],
    told: [input("width", 2)],
  },
  {
    name: "a word that was not computed stays as it was",
    moves: [["word", "c"]],
    told: [input("word", "a")],
  },
  {
    name: "groups do not disturb each other",
    moves: [["width", 8], ["word", "b"]],
    told: [value("letter", 11)],
  },
];
for (const { name, moves, told } of table) {
  Deno.test(name, () => {
    const states = new ReportStates(recorded());
    const answers = moves.map(([name, to]) => states.set(name, to));
    assert.deepEqual(answers.at(-1), told);
  });
}

Deno.test("a name differs while another value than the recording's own stands in its place", () => {
  const states = new ReportStates(recorded());
  const seen = [states.differs("area")];
  states.set("width", 4);
  seen.push(states.differs("area"), states.differs("letter"));
  states.set("width", 2);
  seen.push(states.differs("area"));
  assert.deepEqual(seen, [false, true, false, false]);
});

Deno.test("whatever is moved, what was told last is what the last state has", () => {
  const moves = fc.array(fc.oneof(
    fc.tuple(fc.constant("width"), fc.constantFrom(2, 4, 8)),
    fc.tuple(fc.constant("height"), fc.constantFrom(1, 3)),
  ));
  fc.assert(fc.property(moves, (each) => {
    const states = new ReportStates(recorded());
    const now: Record<string, number> = { width: 2, height: 1 };
    let shown = 2;
    for (const [name, to] of each) {
      now[name] = to;
      for (const event of states.set(name, to)) if (event.t === "value") shown = event.value[0];
      assert.equal(shown, now.width * now.height);
    }
  }));
});

Deno.test("a cell that fails in one state is told whole again in the next, also what is the same in all others", () => {
  const end = (state: "done" | "error"): Event => ({ t: "state", cell: "cell of deep", state });
  const show: Event = { t: "show", cell: "cell of deep", values: Uint8Array.of(1) };
  const events = [end("done"), show, value("deep", 5), value("still", 9)];
  const states = new ReportStates({
    inputs: { depth: 1 },
    events,
    groups: [{
      inputs: ["depth"],
      states: [
        { values: [1], events: [] },
        { values: [2], events: [end("error")] },
        { values: [3], events: [value("deep", 6)] },
      ],
    }],
  });
  const told = (depth: number) => states.set("depth", depth).map((event) => eventKey(event));
  assert.deepEqual(told(2), ["state cell of deep"]);
  assert.ok(states.differs("deep"));
  assert.deepEqual(told(1), ["state cell of deep", "show cell of deep", "value deep"]);
  assert.ok(!states.differs("deep"));
  assert.deepEqual(told(3), ["value deep"]);
  assert.deepEqual(told(2), ["state cell of deep"]);
  assert.deepEqual(states.set("depth", 3), [end("done"), show, value("deep", 6)]);
});
