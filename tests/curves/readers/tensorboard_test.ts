import assert from "node:assert/strict";
import { tensorboard } from "../../../lib/curves/readers/tensorboard.ts";
import { eventOf, framed, headerOf, sessionStart, simple, tensor, version } from "./event_file.ts";
import { assertCutsDoNotMatter, assertDamageIsTold, read } from "./reading.ts";
import { content, float32, float64, joined, number, of, varint } from "./wire_bytes.ts";
import { quickest } from "../../quickest.ts";

const logs = new URL("../../logs/tensorboard/", import.meta.url);
type Curves = Record<string, { step: number[]; value: (number | string)[] }>;
interface Expected {
  series?: Curves;
  segments?: Curves[];
}
const expected: Record<string, Expected> = JSON.parse(Deno.readTextFileSync(new URL("expected.json", logs)));

/** The files of a run, in the order of their names. */
function filesOf(run: string): Uint8Array[] {
  const folder = new URL(`${run}/`, logs);
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort()
    .map((name) => Deno.readFileSync(new URL(name, folder)));
}

function curvesOf(file: Uint8Array): Curves[] {
  return read(tensorboard, file).segments.map(({ series }) =>
    Object.fromEntries(
      Object.entries(series).map(([tag, { step, value }]) => [tag, {
        step: [...step],
        value: Array.from(value, (value) => Number.isFinite(value) ? value : String(value)),
      }]),
    )
  );
}

/** The values of a tag in a file of these records. */
function valuesOf(tag: string, ...records: Uint8Array[]): number[] {
  return [...read(tensorboard, version, ...records).segments[0]?.series[tag]?.value ?? []];
}

for (const [run, { series, segments }] of Object.entries(expected)) {
  if (!series && !segments) continue;
  Deno.test(`the curves of ${run} are what was logged`, () => {
    assert.deepEqual(filesOf(run).flatMap(curvesOf), segments ?? [series]);
  });
}

for (
  const [run, points, warnings] of [
    ["bad_crc", 198, [{ offset: 4196, message: "damaged record skipped: its checksum is wrong" }]],
    ["killed", 2925, [{ offset: 125_685, message: "ends inside a record" }]],
    ["trunc_in_length", 199, [{ offset: 8467, message: "ends inside a record" }]],
    ["trunc_in_payload", 199, [{ offset: 8467, message: "ends inside a record" }]],
    ["trunc_in_footer", 199, [{ offset: 8467, message: "ends inside a record" }]],
    ["nan_inf", 9, []],
  ] as const
) {
  Deno.test(`of ${run} every whole record is kept, and the rest is told`, () => {
    const log = read(tensorboard, ...filesOf(run));
    assert.equal(log.segments[0].series.loss.step.length, points);
    assert.deepEqual(log.warnings, warnings);
  });
}

Deno.test("a restart begins a segment from its step; files without one leave it to the steps", () => {
  const [first, second] = filesOf("resumed_purge").map((file) => read(tensorboard, file));
  assert.deepEqual([first, second].map(({ segments }) => segments.map(({ from }) => from)), [[null], [41]]);
  for (const file of filesOf("resumed_overlap")) {
    assert.deepEqual(read(tensorboard, file).segments.map(({ from }) => from), [null]);
  }
});

Deno.test("restarts within a file cut it; those with nothing between them are one", () => {
  const at = (step: number) => eventOf(step, [simple("loss", step)]);
  const restarts = [sessionStart(2), sessionStart(1), at(1), at(2), sessionStart(9), sessionStart(11)];
  const { segments } = read(tensorboard, version, at(1), at(2), at(3), ...restarts);
  assert.deepEqual(segments.map(({ from, series }) => [from, ...series.loss?.step ?? []]), [
    [null, 1, 2, 3],
    [1, 1, 2],
    [9],
  ]);
});

const floats = (...values: number[]) =>
  of(4 * values.length, (view) => {
    values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  });
const shape = (...sizes: number[]) => content(2, ...sizes.map((size) => content(2, number(1, size))));
const bytes = (...values: number[]) => content(4, Uint8Array.of(...values));
for (
  const [what, dtype, fields, value] of [
    ["float, as content", 1, [content(4, floats(0.1))], Math.fround(0.1)],
    ["float, packed", 1, [content(5, floats(-2.5))], -2.5],
    ["float, single", 1, [float32(5, Infinity)], Infinity],
    ["float of shape 1 × 1", 1, [shape(1, 1), content(5, floats(3))], 3],
    ["double, as content", 2, [content(4, of(8, (view) => view.setFloat64(0, 0.1, true)))], 0.1],
    ["double, packed", 2, [content(6, of(8, (view) => view.setFloat64(0, NaN, true)))], NaN],
    ["double, single", 2, [float64(6, 1e300)], 1e300],
    ["int32, as content", 3, [bytes(254, 255, 255, 255)], -2],
    ["int32, packed", 3, [content(7, varint(-2))], -2],
    ["uint8", 4, [bytes(200)], 200],
    ["int16", 5, [bytes(0, 128)], -32768],
    ["int8", 6, [bytes(255)], -1],
    ["int64, as content", 9, [bytes(1, 0, 0, 0, 1, 0, 0, 0)], 2 ** 32 + 1],
    ["int64, single", 9, [number(10, -(2n ** 40n))], -(2 ** 40)],
    ["bool", 10, [number(11, 1)], 1],
    ["bfloat16, as content", 14, [bytes(0x80, 0x3f)], 1],
    ["bfloat16, listed", 14, [content(13, varint(0xc040))], -3],
    ["uint16", 17, [bytes(255, 255)], 65535],
    ["half, as content", 19, [bytes(0x55, 0x35)], 0.333251953125],
    ["half, listed", 19, [content(13, varint(0xfc00))], -Infinity],
    ["uint32, packed", 22, [content(16, varint(4e9))], 4e9],
    ["uint64, single", 23, [number(17, 2n ** 63n)], 2 ** 63],
    ["nothing written", 1, [], 0],
    ["nothing packed", 1, [shape(), content(5)], 0],
    ["no elements", 1, [shape(0)], undefined],
    ["several elements", 1, [shape(2), content(5, floats(1, 2))], undefined],
    ["text", 7, [content(8, "no number")], undefined],
    ["complex", 8, [content(4, floats(1, 2))], undefined],
    ["a type to come", 9999, [content(4, floats(1))], undefined],
  ] as [string, number, Uint8Array[], number | undefined][]
) {
  Deno.test(`a tensor of ${what} is ${value ?? "no scalar"}`, () => {
    const expected = value === undefined ? [] : [value];
    for (const plugin of [undefined, "scalars"]) {
      const record = eventOf(1, [tensor("x", [number(1, dtype), ...fields], plugin)]);
      assert.deepEqual(valuesOf("x", record), expected);
      assert.deepEqual(read(tensorboard, version, record).warnings, []);
    }
  });
}

for (
  const [what, ...fields] of [
    ["too little content", number(1, 1), content(4, [1, 2])],
    ["half a number", number(1, 1), content(5, [1, 2])],
    ["a shape that breaks off", number(1, 1), content(2, [18, 9])],
  ] as [string, ...Uint8Array[]][]
) {
  Deno.test(`an event whose tensor has ${what} is skipped whole, and told`, () => {
    const record = eventOf(7, [simple("x", 1), tensor("y", fields)]);
    const log = read(tensorboard, version, record, eventOf(8, [simple("x", 2)]));
    assert.deepEqual([...log.segments[0].series.x.step], [8]);
    assert.deepEqual(log.warnings, [{
      offset: version.length,
      message: "damaged record skipped: it is no event",
    }]);
  });
}

Deno.test("the plugin of a tag is remembered from its first value", () => {
  const one = [number(1, 1), content(5, floats(1))];
  const records = [
    eventOf(1, [tensor("curve", one, "scalars"), tensor("other", one, "pr_curves")]),
    eventOf(2, [tensor("curve", one), tensor("other", one)]),
  ];
  assert.deepEqual(valuesOf("curve", ...records), [1, 1]);
  assert.deepEqual(valuesOf("other", ...records), []);
});

Deno.test("images, histograms, graphs and texts are passed over in silence", () => {
  const image = joined(content(1, "image"), content(4, number(1, 8)));
  const histogram = joined(content(1, "weights"), content(5, float64(1, 0)));
  const graph = framed(joined(float64(1, 5), content(4, "graph")));
  const { segments, warnings } = read(tensorboard, version, eventOf(1, [image, histogram]), graph);
  assert.deepEqual([segments, warnings], [[], []]);
});

Deno.test("steps may be absent, negative or huge; an old name stands for a tag", () => {
  const records = [0, -3, 2 ** 40].map((step) => eventOf(step, [simple("x", 1)]));
  const old = eventOf(5, [joined(float32(2, 4), content(7, "old"))]);
  const { series } = read(tensorboard, version, ...records, old).segments[0];
  assert.deepEqual([...series.x.step], [0, -3, 2 ** 40]);
  assert.deepEqual([...series.old.value], [4]);
});

Deno.test("seconds count from the first record, where a record has a time", () => {
  const timeless = framed(joined(number(2, 3), content(5, content(1, simple("x", 1)))));
  const log = read(tensorboard, version, eventOf(1, [simple("x", 1)], 1002.5), timeless);
  assert.equal(log.began, 1000);
  assert.deepEqual([...log.segments[0].series.x.seconds!], [2.5, NaN]);
});

for (
  const [what, counting, ...records] of [
    ["updates, from 1", { unit: "updates", fromZero: false }, eventOf(1, [simple("loss", 1)])],
    ["updates, from 0", { unit: "updates", fromZero: true }, eventOf(0, [simple("loss", 1)])],
    [
      "Keras' epochs, beside its model",
      { unit: "epochs", fromZero: true },
      eventOf(0, [tensor("keras", [number(1, 7)], "graph_keras_model")]),
      eventOf(0, [simple("epoch_loss", 1)]),
    ],
    [
      "updates beside epochs",
      { unit: "updates", fromZero: false },
      eventOf(1, [simple("epoch_loss", 1), simple("batch_loss", 1)]),
    ],
  ] as const
) {
  Deno.test(`steps may be ${what}`, () => {
    assert.deepEqual(read(tensorboard, version, ...records).counting, counting);
  });
}

Deno.test("tags named like members of objects are tags, and change no object", () => {
  const tags = ["__proto__", "constructor", "toString", "", "\ufeffmarked", "7"];
  const { series } = read(tensorboard, version, eventOf(1, tags.map((tag) => simple(tag, 2)))).segments[0];
  assert.deepEqual(new Set(Object.keys(series)), new Set(tags));
  for (const tag of tags) {
    assert.deepEqual([...Object.getOwnPropertyDescriptor(series, tag)!.value.value], [2]);
  }
  assert.equal(Object.getPrototypeOf(series), Object.prototype);
  assert.equal(({} as Record<string, unknown>).step, undefined);
});

Deno.test("the settings of the hparams plugin are the configuration, and tell the batches", () => {
  const setting = (name: string, value: Uint8Array) => content(1, content(1, name), content(2, value));
  const start = content(
    3,
    setting("lr", float64(2, 0.1)),
    setting("optimizer", content(3, "adam")),
    setting("nesterov", number(4, 1)),
    setting("batch_size", float64(2, 32)),
    setting("__proto__", content(3, "own")),
    setting("unset", number(1, 0)),
  );
  const value = joined(
    content(1, "_hparams_/session_start_info"),
    content(9, content(1, content(1, "hparams"), content(2, start))),
  );
  const { config, batches } = read(tensorboard, version, eventOf(0, [value]));
  assert.deepEqual(Object.entries(config), [
    ["lr", 0.1],
    ["optimizer", "adam"],
    ["nesterov", true],
    ["batch_size", 32],
    ["__proto__", "own"],
  ]);
  assert.deepEqual(batches, { batch: 32 });
});

for (
  const [what, path, head, recognised] of [
    ["by its name", "runs/events.out.tfevents.1700000000.host.1.0.v2", "", true],
    ["by its first record", "runs/renamed", version, true],
    ["not by a name that only resembles it", "runs/tfevents.csv", "step,loss", false],
    ["not by a framed record of something else", "train.tfrecord", framed(Uint8Array.of(1, 2)), false],
  ] as [string, string, Uint8Array | string, boolean][]
) {
  Deno.test(`an event file is known ${what}`, () => {
    const bytes = typeof head === "string" ? new TextEncoder().encode(head) : head;
    assert.equal(tensorboard.recognises({ path, head: bytes }), recognised);
  });
}

// A file with every way to be damaged: checksums of data and of lengths, bytes that are no records, an end cut off.
const point = (step: number) => eventOf(step, [simple("loss", 1 / step), simple("accuracy", step)]);
const broken = (record: Uint8Array, at: number) => record.with(at, record[at] ^ 4);
const damaged = joined(
  version,
  ...[1, 2, 3].map(point),
  broken(point(4), 30),
  point(5),
  broken(point(6), 2),
  point(7),
  new Uint8Array(100),
  point(8),
  broken(point(9), 9),
  new Uint8Array(30).fill(7),
  point(10),
  point(11).subarray(0, 33),
);

Deno.test("what follows a damaged length is found again, and what was lost is told by place and size", () => {
  const { segments, warnings } = read(tensorboard, damaged);
  assert.deepEqual([...segments[0].series.loss.step], [1, 2, 3, 5, 7, 8, 10]);
  const start = version.length, size = point(1).length;
  const lost = "damaged bytes skipped: no record begins in";
  // by kind, each in the order of the file
  assert.deepEqual(warnings, [
    { offset: start + 3 * size, message: "damaged record skipped: its checksum is wrong" },
    { offset: start + 5 * size, message: `${lost} ${size}` },
    { offset: start + 7 * size, message: `${lost} 100` },
    { offset: start + 8 * size + 100, message: `${lost} ${size + 30}` },
    { offset: start + 10 * size + 130, message: "ends inside a record" },
  ]);
});

Deno.test("a file is read alike wherever it is cut", () => assertCutsDoNotMatter(tensorboard, damaged));
Deno.test("so is one that TensorFlow's own format wrote", () => {
  assertCutsDoNotMatter(tensorboard, filesOf("tf2_style")[0]);
});

Deno.test("a file that grows is read on: its cut record comes with its rest", () => {
  const parser = tensorboard.parser({ path: "log", head: version });
  parser.push(joined(version, point(1), point(2).subarray(0, 20)));
  const before = parser.result()[0];
  assert.deepEqual(before.warnings, [{
    offset: version.length + point(1).length,
    message: "ends inside a record",
  }]);
  parser.push(point(2).subarray(20));
  const after = parser.result()[0];
  assert.deepEqual([...after.segments[0].series.loss.step], [1, 2]);
  assert.deepEqual(after.warnings, []);
  assert.deepEqual([...before.segments[0].series.loss.step], [1]);
});

Deno.test("a length that lies allocates nothing and waits; one that cannot be is damage", () => {
  const waits = read(tensorboard, joined(version, headerOf(2 ** 31 - 1), point(1)));
  assert.deepEqual(waits.warnings, [{ offset: version.length, message: "ends inside a record" }]);
  const cannot = read(tensorboard, joined(version, headerOf(2 ** 31), point(1)));
  assert.deepEqual([...cannot.segments[0].series.loss.step], [1]);
  assert.deepEqual(cannot.warnings, [{
    offset: version.length,
    message: "damaged bytes skipped: no record begins in 12",
  }]);
});

const times = (count: number, piece: Uint8Array) =>
  new Uint8Array(count * piece.length).map((_, at) => piece[at % piece.length]);
for (
  const [what, make] of [
    ["zeros", () => new Uint8Array(4e6)],
    ["headers without data", () => times(300_000, headerOf(1e6))],
    ["records of nothing, all damaged", () => times(300_000, broken(framed(new Uint8Array(0)), 13))],
    ["a record that claims all the rest", () => joined(headerOf(4e6), new Uint8Array(4e6 + 4))],
  ] as [string, () => Uint8Array][]
) {
  Deno.test(`megabytes of ${what} are read within a second, and told in few warnings`, async () => {
    const content = make(), { warnings } = read(tensorboard, content);
    const took = await quickest(1000, () => read(tensorboard, content));
    assert.ok(took < 1000, `${took} ms`);
    assert.ok(warnings.length > 0 && warnings.length < 110);
  });
}

Deno.test("whatever is done to a file, it is read to its end and the damage told", () => {
  assertDamageIsTold(tensorboard, joined(...[1, 2, 3, 4, 5, 6, 7, 8].map(point)), 500);
  assertDamageIsTold(tensorboard, filesOf("multi_value_event")[0], 300);
  assertDamageIsTold(tensorboard, filesOf("tf2_style")[0], 200);
});

Deno.test("records before the damage are never lost", () => {
  const whole = joined(version, ...[1, 2, 3, 4].map(point)), size = point(1).length;
  for (let at = version.length; at < whole.length; at++) {
    const { series } = read(tensorboard, broken(whole, at)).segments[0];
    const hit = Math.floor((at - version.length) / size) + 1;
    assert.deepEqual([...series.loss.step], [1, 2, 3, 4].filter((step) => step !== hit));
  }
});
