import assert from "node:assert/strict";
import fc from "fast-check";
import type { ResumeMode, Segment, Series } from "../../lib/curves/logged.ts";
import { resolveResumes } from "../../lib/curves/resolve_resumes.ts";

type Points = readonly (readonly [step: number, value: number])[];

const series = (points: Points): Series => ({
  step: Float64Array.from(points, ([step]) => step),
  value: Float64Array.from(points, ([, value]) => value),
});
const segment = (tags: Record<string, Points>, from: number | null = null): Segment => ({
  from,
  series: Object.fromEntries(Object.entries(tags).map(([tag, points]) => [tag, series(points)])),
});
/** Steps from one to another, each with its segment's number as value. */
const run = (first: number, last: number, value: number, every = 1): Points =>
  Array.from({ length: (last - first) / every + 1 }, (_, i) => [first + i * every, value]);
const pointsOf = ({ step, value }: Series) => Array.from(step, (each, i) => [each, value[i]]);
const plain = (segments: readonly Segment[], mode: ResumeMode) =>
  resolveResumes(segments, mode).stretches.map((stretch) =>
    Object.fromEntries(Object.entries(stretch).map(([tag, each]) => [tag, pointsOf(each)]))
  );

const OVERLAP = [
  segment({ train: run(1, 6, 1), val: [[3, 1], [6, 1]] }),
  segment({ train: run(5, 8, 2), val: [[8, 2]] }),
];

const cases: { name: string; log: Segment[]; mode: ResumeMode; gives: Record<string, Points>[] }[] = [
  {
    name: "the later segment wins, per tag",
    log: OVERLAP,
    mode: "last",
    gives: [{ train: [...run(1, 4, 1), ...run(5, 8, 2)], val: [[3, 1], [6, 1], [8, 2]] }],
  },
  {
    name: "a segment that says from where it replaces does so for every tag",
    log: [OVERLAP[0], { ...OVERLAP[1], from: 5 }],
    mode: "last",
    gives: [{ train: [...run(1, 4, 1), ...run(5, 8, 2)], val: [[3, 1], [8, 2]] }],
  },
  {
    name: "also for a tag that it does not hold, and for one before the last",
    log: [
      segment({ loss: run(1, 9, 1), seldom: [[2, 1], [8, 1]] }),
      segment({ loss: run(6, 9, 2) }),
      segment({ loss: run(4, 5, 3) }, 4),
    ],
    mode: "last",
    gives: [{ loss: [...run(1, 3, 1), ...run(4, 5, 3)], seldom: [[2, 1]] }],
  },
  {
    name: "steps that go back within a segment are a resume too",
    log: [segment({ loss: [...run(0, 5, 1), ...run(3, 7, 2)] })],
    mode: "last",
    gives: [{ loss: [...run(0, 2, 1), ...run(3, 7, 2)] }],
  },
  {
    name: "of one step twice the later value stays",
    log: [segment({ loss: [[1, 1], [2, 1], [2, 2], [3, 1]] })],
    mode: "last",
    gives: [{ loss: [[1, 1], [2, 2], [3, 1]] }],
  },
  {
    name: "all is every point in the order of the log",
    log: OVERLAP,
    mode: "all",
    gives: [{ train: [...run(1, 6, 1), ...run(5, 8, 2)], val: [[3, 1], [6, 1], [8, 2]] }],
  },
  {
    name: "split is a stretch for each segment",
    log: OVERLAP,
    mode: "split",
    gives: [{ train: run(1, 6, 1), val: [[3, 1], [6, 1]] }, { train: run(5, 8, 2), val: [[8, 2]] }],
  },
  {
    name: "split cuts a segment where its steps go back, for a sparse tag where the others did",
    log: [segment({ train: [...run(1, 9, 1), ...run(6, 20, 2)], val: [[5, 1], [10, 2], [20, 2]] })],
    mode: "split",
    gives: [
      { train: run(1, 9, 1), val: [[5, 1]] },
      { train: run(6, 20, 2), val: [[10, 2], [20, 2]] },
    ],
  },
  {
    name: "split parts each tag where itself went back, when all did",
    log: [segment({
      train: [...run(1, 9, 1), ...run(6, 12, 2)],
      val: [...run(2, 8, 1, 2), ...run(6, 12, 2, 2)],
    })],
    mode: "split",
    gives: [
      { train: run(1, 9, 1), val: run(2, 8, 1, 2) },
      { train: run(6, 12, 2), val: run(6, 12, 2, 2) },
    ],
  },
  {
    name: "one step twice is no stretch of its own",
    log: [segment({ loss: [[1, 1], [2, 1], [2, 2], [3, 2]] })],
    mode: "split",
    gives: [{ loss: [[1, 1], [2, 2], [3, 2]] }],
  },
  { name: "a log without values is one run without series", log: [], mode: "split", gives: [{}] },
];
for (const { name, log, mode, gives } of cases) {
  Deno.test(`resumes: ${name}`, () => assert.deepEqual(plain(log, mode), gives));
}

Deno.test("a warning says where, what, how many and which option", () => {
  const said = (mode: ResumeMode) => resolveResumes(OVERLAP, mode).warnings;
  assert.deepEqual(said("last"), [
    "steps logged again from step 5 on: 2 points replaced by what was logged later (resume: last; all and split keep them)",
  ]);
  assert.deepEqual(said("all"), [
    "steps logged again from step 5 on: 2 points kept that later ones replace, in the order of the log " +
    "(resume: all; last drops them, split parts them)",
  ]);
  assert.deepEqual(said("split"), [
    "steps logged again from step 5 on: 2 stretches, each a run of its own (resume: split; last makes one run of them)",
  ]);
  const often = [run(1, 9, 1), run(4, 9, 2), run(7, 9, 3)].map((loss) => segment({ loss }));
  assert.match(resolveResumes(often, "last").warnings[0], /again 2 times, first from step 4 on: 9 points/);
});

Deno.test("what holds no step twice is handed on without a copy and without a word", () => {
  const loss = series(run(0, 9, 1)), log = [{ from: null, series: { loss } }];
  for (const mode of ["last", "all", "split"] as const) {
    const { stretches: [only], warnings } = resolveResumes(log, mode);
    assert.equal(only.loss.step, loss.step);
    assert.deepEqual(warnings, []);
  }
});

Deno.test("epochs, examples and seconds go with their points; a part that lacks a column has NaN there", () => {
  const first = { ...series(run(1, 4, 1)), epoch: Float64Array.of(1, 2, 3, 4) };
  const second = { ...series(run(3, 5, 2)), seconds: Float64Array.of(30, 40, 50) };
  const log = [first, second].map((loss) => ({ from: null, series: { loss } }));
  const { loss } = resolveResumes(log, "last").stretches[0];
  assert.deepEqual([...loss.epoch!], [1, 2, NaN, NaN, NaN]);
  assert.deepEqual([...loss.seconds!], [NaN, NaN, 30, 40, 50]);
  assert.equal(loss.examples, undefined);
});

Deno.test("a tag may have any name", () => {
  const log = ["__proto__", "constructor"].map((tag) => ({
    from: null,
    series: Object.fromEntries([[tag, series([...run(1, 3, 1), ...run(2, 3, 2)])]]),
  }));
  for (const mode of ["last", "all", "split"] as const) {
    const { stretches } = resolveResumes(log, mode);
    const tags = new Set(stretches.flatMap((stretch) => Object.keys(stretch)));
    assert.deepEqual([...tags], ["__proto__", "constructor"]);
  }
});

/** What the last writer leaves, said by brute force: a point stays if none after it, or after its purge, is at or before it. */
function slowly(segments: readonly Segment[], tag: string): number[][] {
  const events = segments.flatMap(({ from, series }) => [
    ...(from === null ? [] : [{ cut: from, point: null }]),
    ...(series[tag] ? pointsOf(series[tag]).map((point) => ({ cut: point[0], point })) : []),
  ]);
  return events.flatMap(({ point }, i) =>
    point && events.slice(i + 1).every(({ cut }) => cut > point[0]) ? [point] : []
  );
}

Deno.test("whatever the order of steps, last leaves them ascending, and what brute force says", () => {
  const points = fc.array(fc.tuple(fc.nat(12), fc.nat(99)), { maxLength: 12 });
  const segments = fc.array(
    fc.record({
      from: fc.option(fc.nat(12)),
      series: fc.record({ a: points, b: points }, { requiredKeys: ["a"] }),
    }).map(({ from, series }) => segment(series, from)),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(segments, (log) => {
      const [{ a = series([]), b = series([]) }] = resolveResumes(log, "last").stretches;
      assert.deepEqual([pointsOf(a), pointsOf(b)], [slowly(log, "a"), slowly(log, "b")]);
      const count = (all: readonly Readonly<Record<string, Series>>[]) =>
        all.flatMap((each) => Object.values(each)).reduce((sum, { step }) => sum + step.length, 0);
      const logged = count(log.map(({ series }) => series));
      assert.equal(count(resolveResumes(log, "all").stretches), logged);
      const split = resolveResumes(log, "split").stretches;
      assert.ok(count(split) <= logged);
    }),
    { numRuns: 500 },
  );
});
