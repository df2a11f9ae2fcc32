import assert from "node:assert/strict";
import { wandb } from "../../../lib/curves/readers/wandb.ts";
import { assertCutsDoNotMatter, assertDamageIsTold, read } from "./reading.ts";
import { configOf, header, historyOf, partOf, runOf, wandbFile } from "./wandb_file.ts";
import { content, joined } from "./wire_bytes.ts";
import { quickest } from "../../quickest.ts";

const logs = new URL("../../logs/wandb/", import.meta.url);
const file30 = fileOf("offline-run-20261121_075148-run30/run-run30.wandb");
const file120 = fileOf("offline-run-20261121_075149-run120/run-run120.wandb");
const { bs30, bs120 } = JSON.parse(Deno.readTextFileSync(new URL("expected.json", logs)));

function fileOf(path: string): Uint8Array {
  return Deno.readFileSync(new URL(`wandb/${path}`, logs));
}

/** A row of one number. */
const row = (step: number, name = "loss", json = String(1 / (step + 1))) =>
  historyOf([[["_step"], String(step)], [[name], json]]);

for (const [name, bytes, expected] of [["bs30", file30, bs30], ["bs120", file120, bs120]] as const) {
  Deno.test(`the rows of ${name} are what was logged`, () => {
    const log = read(wandb, bytes);
    const rows: Record<string, number | string>[] = [];
    for (const [tag, { step, value }] of Object.entries(log.segments[0].series)) {
      value.forEach((value, i) => {
        (rows[step[i]] ??= {})[tag] = Number.isFinite(value) ? value : String(value);
      });
    }
    assert.deepEqual(rows, expected["rows_in_order (row index = _step)"]);
    assert.deepEqual(log.config, { ...expected.config, nested: { opt: "sgd" } });
    assert.deepEqual(log.batches, { batch: expected.config.batch_size, trainingExamples: 600 });
    assert.deepEqual([log.name, log.warnings, log.segments.length], [name, [], 1]);
    assert.deepEqual(log.counting, { unit: "records", fromZero: true });
  });
}

Deno.test("epoch, examples and seconds of a row are axes of its numbers", () => {
  const { series } = read(wandb, file30).segments[0];
  const { step, epoch, examples, seconds } = series["val/loss"];
  assert.deepEqual([...step], [19, 39, 59]);
  assert.deepEqual([...epoch!], [0, 1, 2]);
  assert.deepEqual([...examples!], [600, 1200, 1800]);
  assert.ok(seconds!.every((value, i) => value > (i === 0 ? 0 : seconds![i - 1])));
});

Deno.test("seconds come from the run's clock, else from the time of the day", () => {
  const rows = [
    historyOf([["_runtime", "2.5"], ["_timestamp", "1002.5"], ["loss", "1"]]),
    historyOf([["_timestamp", "1004"], ["loss", "1"]]),
    historyOf([["loss", "1"]]),
  ];
  const told = read(wandb, wandbFile(runOf({ began: 1000.25 }), ...rows));
  assert.equal(told.began, 1000.25);
  assert.deepEqual([...told.segments[0].series.loss.seconds!], [2.5, 3.75, NaN]);
  const found = read(wandb, wandbFile(...rows));
  assert.equal(found.began, 1000);
  assert.deepEqual([...found.segments[0].series.loss.seconds!], [2.5, 4, NaN]);
  const timeless = read(wandb, wandbFile(rows[2]));
  assert.deepEqual([timeless.began, timeless.segments[0].series.loss.seconds], [null, undefined]);
});

Deno.test("a step is the row's own, else the record's, else the number of the row", () => {
  const rows = [
    historyOf([["_step", "7"], ["loss", "1"]], 3),
    historyOf([["loss", "1"]], 9),
    historyOf([["loss", "1"]], 0),
    historyOf([["loss", "1"]]),
  ];
  assert.deepEqual([...read(wandb, wandbFile(...rows)).segments[0].series.loss.step], [7, 9, 0, 3]);
});

for (
  const [name, fromZero, first] of [
    ["trainer/global_step", true, 49],
    ["train/global_step", false, 50],
    ["global_step", false, 50],
    ["global_step", true, 0],
  ] as [string, boolean, number][]
) {
  Deno.test(`${name} of every row, first ${first}, is its step, counted from ${fromZero ? 0 : 1}`, () => {
    const rows = [0, 1].map((step) =>
      historyOf([["_step", String(step)], ["loss", "1"], [name, String(first + 50 * step)]])
    );
    const counted = read(wandb, wandbFile(...rows));
    assert.deepEqual(counted.counting, { unit: "updates", fromZero });
    assert.deepEqual([...counted.segments[0].series.loss.step], [first, first + 50]);
    assert.deepEqual([...counted.segments[0].series[name].value], [first, first + 50]);
    const mixed = read(wandb, wandbFile(...rows, row(2)));
    assert.deepEqual(mixed.counting, { unit: "records", fromZero: true });
    assert.deepEqual([...mixed.segments[0].series.loss.step], [0, 1, 2]);
  });
}

Deno.test("NaN, infinities, nested names and nested values are numbers; media and texts are passed over", () => {
  const items = [
    ["nan", "NaN"],
    ["low", "-Infinity"],
    ["text_nan", '"NaN"'],
    [["a", "b"], "1"],
    ["c", '{"d": 2, "e": {"f": Infinity}}'],
    ["image", '{"_type": "image-file", "width": 3}'],
    ["words", '"some"'],
    ["yes", "true"],
    ["_timestamp", "4"],
    ["_wandb", '{"x": 1}'],
  ] as const;
  const { segments, warnings } = read(wandb, wandbFile(historyOf(items)));
  assert.deepEqual(
    Object.entries(segments[0].series).map(([tag, { value }]) => [tag, value[0]]),
    [["nan", NaN], ["low", -Infinity], ["text_nan", NaN], ["a.b", 1], ["c.d", 2], ["c.e.f", Infinity]],
  );
  assert.deepEqual(warnings, []);
});

Deno.test("the settings are the last ones, without W&B's own", () => {
  const update = configOf([["lr", "0.1"], ["gone", "1"], ["_wandb", "{}"], [["opt", "name"], '"sgd"']]);
  const later = content(5, configOf([["lr", "0.2"], ["__proto__", '{"x": 1}']], [["gone", "1"]]));
  const { config, name } = read(wandb, wandbFile(runOf({ id: "abc", config: update }), later));
  assert.deepEqual(Object.entries(config), [["lr", 0.2], ["opt.name", "sgd"], ["__proto__", { x: 1 }]]);
  assert.equal(name, "abc");
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

Deno.test("items named like members of objects are series, and change no object", () => {
  const { series } =
    read(wandb, wandbFile(historyOf([["constructor", "1"], [["__proto__", "x"], "2"]]), row(1, "__proto__")))
      .segments[0];
  assert.deepEqual(Object.keys(series), ["constructor", "__proto__.x", "__proto__"]);
  assert.equal(Object.getPrototypeOf(series), Object.prototype);
});

Deno.test("a value that cannot be read is told, and its row kept", () => {
  const { segments, warnings } = read(wandb, wandbFile(historyOf([["loss", "1"], ["odd", "{"]])));
  assert.deepEqual(Object.keys(segments[0].series), ["loss"]);
  assert.deepEqual(warnings, [{ offset: 7, message: "unreadable value of odd skipped" }]);
});

Deno.test("records are whole again, however many blocks they lie in", () => {
  const long = (step: number, length: number) =>
    historyOf([["_step", String(step)], ["loss", String(step)], ["note", `"${"x".repeat(length)}"`]]);
  const lengths = [10, 32_600, 32_650, 32_690, 100_000, 70_000, 3];
  const bytes = wandbFile(...lengths.map((length, step) => long(step, length)));
  const { segments, warnings } = read(wandb, bytes);
  assert.deepEqual([...segments[0].series.loss.value], [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(warnings, []);
  assertCutsDoNotMatter(wandb, bytes, 30);
});

Deno.test("a row ends exactly where a block does, or leaves no room for another: padding is skipped", () => {
  for (let spare = 0; spare < 16; spare++) {
    const empty = historyOf([["loss", "0"], ["note", '""']]).length;
    // the lengths of the three messages around the text take two more bytes each
    const note = 32_768 - header.length - 7 - empty - 3 * 2 - spare;
    const full = historyOf([["loss", "0"], ["note", `"${"x".repeat(note)}"`]]);
    const { segments, warnings } = read(wandb, wandbFile(full, row(1)));
    assert.deepEqual([...segments[0].series.loss.step], [0, 1], `${spare} bytes to spare`);
    assert.deepEqual(warnings, []);
  }
});

const rows = Array.from({ length: 12 }, (_, step) => row(step));
const parts = rows.map((record) => partOf(1, record));
const broken = (part: Uint8Array, at: number) => part.with(at, part[at] ^ 4);
const steps = (bytes: Uint8Array) => [...read(wandb, bytes).segments[0]?.series.loss.step ?? []];

Deno.test("a part whose data is damaged is skipped alone", () => {
  const bytes = joined(header, ...parts.slice(0, 3), broken(parts[3], 12), ...parts.slice(4));
  assert.deepEqual(steps(bytes), [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.deepEqual(read(wandb, bytes).warnings, [{
    offset: joined(header, ...parts.slice(0, 3)).length,
    message: "damaged record skipped: its checksum is wrong",
  }]);
});

Deno.test("a damaged length costs the rest of its block, and no more", () => {
  const start = wandbFile(...rows), fill = partOf(1, historyOf([["note", `"${"x".repeat(32_000)}"`]]));
  const whole = joined(start, fill, new Uint8Array(32_768 - start.length - fill.length).fill(1), ...parts);
  const hurt = broken(whole, joined(header, ...parts.slice(0, 5)).length + 4);
  assert.deepEqual(steps(hurt), [0, 1, 2, 3, 4, ...Array.from(rows.keys())]);
  const { warnings } = read(wandb, hurt);
  assert.ok(warnings.length >= 2 && warnings.every(({ message }) => /skipped/.test(message)));
});

Deno.test("where two parts in a row are wrong, the rest of the block is told as one", () => {
  const before = joined(header, ...parts.slice(0, 4)),
    bytes = joined(before, new Uint8Array(60), ...parts.slice(6));
  const whole = joined(bytes, new Uint8Array(32_768 - bytes.length), parts[7]);
  assert.deepEqual(steps(whole), [0, 1, 2, 3, 7]);
  assert.deepEqual(read(wandb, whole).warnings, [
    { offset: before.length, message: "damaged record skipped: its checksum is wrong" },
    {
      offset: before.length + 7,
      message: `damaged bytes skipped: no record begins in ${32_768 - before.length - 7}`,
    },
  ]);
});

for (
  const [what, pieces, kept, message] of [
    ["a beginning", [partOf(3, rows[0]), partOf(4, rows[0])], [1], "its beginning is missing"],
    ["an end", [partOf(2, rows[0])], [1], "its end is missing"],
    ["a known type", [partOf(9, rows[0])], [1], "its type is unknown"],
  ] as [string, Uint8Array[], number[], string][]
) {
  Deno.test(`a record without ${what} is skipped, and told once`, () => {
    const bytes = joined(header, ...pieces, parts[1]);
    assert.deepEqual(steps(bytes), kept);
    assert.deepEqual(read(wandb, bytes).warnings, [{
      offset: 7,
      message: `damaged record skipped: ${message}`,
    }]);
  });
}

for (
  const [what, record] of [
    ["history", content(2, content(1, [10, 9, 1]))],
    ["settings", content(5, content(1, [10, 9, 1]))],
    ["anything", Uint8Array.of(255, 255)],
  ] as [string, Uint8Array][]
) {
  Deno.test(`a record that is no good ${what} is skipped, and told`, () => {
    const { segments, warnings } = read(wandb, wandbFile(record, row(4)));
    assert.deepEqual([...segments[0].series.loss.step], [4]);
    assert.deepEqual(warnings, [{ offset: 7, message: "damaged record skipped: it is no record of W&B" }]);
  });
}

for (
  const [what, head, message] of [
    ["another version", header.with(6, 3), "unknown version of the format: 3 (read as 0)"],
    ["a damaged header", header.with(1, 0), "damaged header: it is not that of a .wandb file"],
  ] as [string, Uint8Array, string][]
) {
  Deno.test(`${what} is told, and the records are read where they are good`, () => {
    const { segments, warnings } = read(wandb, joined(head, ...parts));
    assert.equal(segments[0].series.loss.step.length, 12);
    assert.deepEqual(warnings, [{ offset: 0, message }]);
  });
}

Deno.test("a file that grows is read on: a cut header, a cut part and a cut record wait", () => {
  const long = historyOf([["loss", "1"], ["note", `"${"x".repeat(50_000)}"`]]);
  const bytes = wandbFile(row(0), long);
  const parser = wandb.parser({ path: "log.wandb", head: bytes });
  const offsets: (number | null)[] = [];
  const cuts = [0, 3, 12, 60, 40_000, bytes.length];
  for (let i = 1; i < cuts.length; i++) {
    parser.push(bytes.subarray(cuts[i - 1], cuts[i]));
    offsets.push(
      ...parser.result()[0].warnings.map(({ message, offset }) => {
        assert.equal(message, "ends inside a record");
        return offset;
      }),
    );
  }
  const second = 7 + 7 + row(0).length;
  assert.deepEqual(offsets, [0, 7, second, second]);
  assert.equal(parser.result()[0].segments[0].series.loss.step.length, 2);
});

Deno.test("an empty file is an empty run", () => {
  const { segments, warnings, name } = read(wandb, new Uint8Array(0));
  assert.deepEqual([segments, warnings, name], [[], [], null]);
});

Deno.test("a file is read alike wherever it is cut", () => {
  assertCutsDoNotMatter(wandb, file30);
  assertCutsDoNotMatter(
    wandb,
    joined(header, ...parts.slice(0, 3), broken(parts[3], 12), broken(parts[4], 4)),
  );
});

Deno.test("whatever is done to a file, it is read to its end and the damage told", () => {
  assertDamageIsTold(wandb, file120, 300);
  assertDamageIsTold(wandb, joined(header, ...parts), 500);
});

for (
  const [what, make] of [
    ["zeros", () => new Uint8Array(4e6)],
    ["beginnings of records", () => wandbFile(...Array(100).fill(new Uint8Array(40_000)))],
    [
      "a record in empty parts",
      () => joined(header, partOf(2, rows[0]), ...Array(4000).fill(partOf(3, new Uint8Array(0)))),
    ],
  ] as [string, () => Uint8Array][]
) {
  Deno.test(`megabytes of ${what} are read within a second, and told in few warnings`, async () => {
    const bytes = make(), { warnings } = read(wandb, bytes);
    const took = await quickest(1000, () => read(wandb, bytes));
    assert.ok(took < 1000, `${took} ms`);
    assert.ok(warnings.length > 0 && warnings.length < 210);
  });
}

for (
  const [path, head, recognised] of [
    ["wandb/offline-run-1/run-1.wandb", "", true],
    ["renamed", ":W&B", true],
    ["metrics.csv", "step,loss", false],
    ["wandb.csv", "", false],
  ] as [string, string, boolean][]
) {
  Deno.test(`${path} that begins with ${head || "nothing"} is ${recognised ? "" : "not "}a run of W&B`, () => {
    assert.equal(wandb.recognises({ path, head: new TextEncoder().encode(head) }), recognised);
  });
}
