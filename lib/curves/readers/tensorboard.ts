/** TensorBoard event files, as TensorFlow, PyTorch, tensorboardX and JAX write them. */
import type { Counting, LogParser, LogReader, ParsedLog, Segment } from "../logged.ts";
import { batchesFromConfig } from "./batches_from_config.ts";
import { ReaderWarnings } from "./reader_warnings.ts";
import { LoggedRows } from "./logged_rows.ts";
import { tensorboardHparams } from "./tensorboard_hparams.ts";
import { TensorboardRecords } from "./tensorboard_records.ts";
import { type EventTag, TensorboardTags, textOf } from "./tensorboard_tags.ts";
import { tensorNumber } from "./tensorboard_tensor.ts";
import { BYTES, FIXED32, FIXED64, key, VARINT, WireFields } from "./wire_format.ts";

// Event
const WALL_TIME = key(1, FIXED64),
  STEP = key(2, VARINT),
  SUMMARY = key(5, BYTES),
  SESSION_LOG = key(7, BYTES);
// SessionLog, and its status START
const STATUS = key(1, VARINT), START = 1;
// Summary and its Value
const VALUE = key(1, BYTES);
const TAG = key(1, BYTES),
  OLD_TAG = key(7, BYTES),
  SIMPLE_VALUE = key(2, FIXED32),
  TENSOR = key(8, BYTES),
  METADATA = key(9, BYTES);
// SummaryMetadata and its PluginData
const PLUGIN_DATA = key(1, BYTES), PLUGIN_NAME = key(1, BYTES), CONTENT = key(2, BYTES);

/**
 * Event files: scalars, whichever way they are written (float32 as stored, doubles as doubles), and the settings of the
 * hparams plugin. Images, histograms and the like are passed over. Steps count updates, as is the custom, unless all
 * tags are Keras' `epoch_…`; they count from 0 where a step 0 is written. A session's start after a resume begins a
 * segment.
 *
 * @example
 * ```ts
 * import { tensorboard } from "./tensorboard.ts";
 *
 * const file = { path: "run/events.out.tfevents.1700000000.host", head: new Uint8Array(0) };
 * console.assert(tensorboard.recognises(file));
 * const parser = tensorboard.parser(file);
 * parser.push(file.head);
 * parser.result()[0].segments;
 * ```
 */
export const tensorboard: LogReader = {
  format: "tensorboard",
  recognises({ path, head }) {
    if (/(^|\/)events\.out\.tfevents\.[^/]*$/.test(path)) return true;
    // The first record of every writer states the version, after a header of 12 bytes and a time of 9.
    return textOf(head, 0, Math.min(64, head.length)).includes("brain.Event:");
  },
  grows: true,
  parser: () => new TensorboardParser(),
};

class TensorboardParser implements LogParser {
  readonly #warnings = new ReaderWarnings();
  readonly #records = new TensorboardRecords((...record) => this.#event(...record), this.#warnings);
  readonly #rows = new LoggedRows(["seconds"]);
  readonly #tags = new TensorboardTags();
  readonly #config = new Map<string, unknown>();
  /** where segments begin: the number of their first value */
  readonly #starts: { at: number; from: number | null }[] = [{ at: 0, from: null }];
  #began: number | null = null;
  #fromZero = false;
  readonly #outer = new WireFields();
  readonly #summary = new WireFields();
  readonly #inner = new WireFields();
  /** of the event at hand: kept only if all of it can be read */
  readonly #found: { tag: EventTag; value: number }[] = [];
  #whole = true;

  push(bytes: Uint8Array): void {
    this.#records.push(bytes);
  }

  result(): ParsedLog[] {
    const config = Object.fromEntries(this.#config);
    return [{
      name: null,
      segments: this.#segments(),
      config,
      counting: this.#counting(),
      batches: batchesFromConfig(config),
      began: this.#began,
      warnings: [...this.#warnings.list(), ...this.#records.tail()],
    }];
  }

  #segments(): Segment[] {
    return this.#starts.map(({ at, from }, i) => ({
      from,
      series: this.#rows.series(at, this.#starts[i + 1]?.at ?? this.#rows.length),
    })).filter(({ from, series }) => from !== null || Object.keys(series).length > 0);
  }

  #counting(): Counting {
    const { names } = this.#rows;
    const epochs = names.length > 0 && names.every((name) => name.startsWith("epoch_"));
    return { unit: epochs ? "epochs" : "updates", fromZero: this.#fromZero };
  }

  #event(bytes: Uint8Array, from: number, to: number, offset: number): void {
    const event = this.#outer.begin(bytes, from, to);
    let wall = NaN, step = 0, starts = false;
    this.#found.length = 0;
    this.#whole = true;
    while (event.next()) {
      if (event.key === WALL_TIME) wall = event.float64();
      else if (event.key === STEP) step = event.number;
      else if (event.key === SUMMARY) this.#values(bytes, event.from, event.to);
      else if (event.key === SESSION_LOG) starts ||= this.#isStart(bytes, event.from, event.to);
    }
    if (event.damaged || !this.#whole) {
      return this.#warnings.add("damaged records", "damaged record skipped: it is no event", offset);
    }
    if (!Number.isFinite(wall)) wall = NaN;
    else this.#began ??= wall;
    if (starts) this.#restart(step);
    if (this.#found.length > 0) this.#keep(step, wall);
  }

  #keep(step: number, wall: number): void {
    this.#rows.row(step, [wall - (this.#began ?? wall)]);
    for (const { tag, value } of this.#found) this.#rows.value(this.#rows.tag(tag.name), value);
    if (step === 0) this.#fromZero = true;
  }

  /** What was written from this step on is void: the training began again there. */
  #restart(step: number): void {
    const at = this.#rows.length, last = this.#starts.at(-1)!;
    if (last.at === at) this.#starts.pop();
    this.#starts.push({ at, from: last.at === at && last.from !== null ? Math.min(last.from, step) : step });
  }

  #isStart(bytes: Uint8Array, from: number, to: number): boolean {
    const log = this.#inner.begin(bytes, from, to);
    let status = 0;
    while (log.next()) if (log.key === STATUS) status = log.number;
    this.#whole &&= !log.damaged;
    return status === START;
  }

  #values(bytes: Uint8Array, from: number, to: number): void {
    const summary = this.#summary.begin(bytes, from, to);
    while (summary.next()) if (summary.key === VALUE) this.#value(bytes, summary.from, summary.to);
    this.#whole &&= !summary.damaged;
  }

  #value(bytes: Uint8Array, from: number, to: number): void {
    const value = this.#inner.begin(bytes, from, to);
    let number: number | null | undefined = null, tag: EventTag | null = null, old: EventTag | null = null;
    let tensorFrom = -1, tensorTo = -1, metadataFrom = -1, metadataTo = -1;
    while (value.next()) {
      if (value.key === TAG) tag = this.#tags.find(bytes, value.from, value.to);
      else if (value.key === SIMPLE_VALUE) number = value.float32();
      else if (value.key === OLD_TAG) old = this.#tags.find(bytes, value.from, value.to);
      else if (value.key === TENSOR) [tensorFrom, tensorTo] = [value.from, value.to];
      else if (value.key === METADATA) [metadataFrom, metadataTo] = [value.from, value.to];
    }
    if (value.damaged) return this.#spoil();
    tag ??= old ?? this.#tags.find(bytes, to, to);
    if (metadataFrom >= 0) this.#metadata(tag, bytes, metadataFrom, metadataTo);
    const isScalar = tag.plugin === null || tag.plugin === "scalars";
    if (tensorFrom >= 0 && isScalar) number = tensorNumber(bytes, tensorFrom, tensorTo);
    if (number === undefined) return this.#spoil();
    if (number !== null) this.#found.push({ tag, value: number });
  }

  #spoil(): void {
    this.#whole = false;
  }

  #metadata(tag: EventTag, bytes: Uint8Array, from: number, to: number): void {
    const metadata = this.#inner.begin(bytes, from, to), plugin = new WireFields();
    while (metadata.next()) {
      if (metadata.key !== PLUGIN_DATA) continue;
      plugin.begin(bytes, metadata.from, metadata.to);
      while (plugin.next()) {
        if (plugin.key === PLUGIN_NAME) tag.plugin ??= textOf(bytes, plugin.from, plugin.to);
        else if (plugin.key === CONTENT && tag.plugin === "hparams") {
          for (const [name, value] of tensorboardHparams(bytes, plugin.from, plugin.to)) {
            this.#config.set(name, value);
          }
        }
      }
    }
    this.#whole &&= !metadata.damaged;
  }
}
