/** W&B's offline runs: the transaction log `run-<id>.wandb`. */
import { Column } from "../column.ts";
import type { LogParser, LogReader, ParsedLog } from "../logged.ts";
import { batchesFromConfig } from "./batches_from_config.ts";
import { lenientJson } from "./lenient_json.ts";
import { LevelLog } from "./level_log.ts";
import { LoggedRows } from "./logged_rows.ts";
import { ReaderWarnings } from "./reader_warnings.ts";
import { wandbNumber, wandbNumbers } from "./wandb_numbers.ts";
import { BYTES, key, VARINT, WireFields } from "./wire_format.ts";

/** What a file begins with: a name, a magic number and the version. */
const HEADER = [58, 87, 38, 66, 0xe1, 0xbe, 0];

// Record
const HISTORY = key(2, BYTES), CONFIG = key(5, BYTES), RUN = key(17, BYTES);
// RunRecord, and its Timestamp
const RUN_ID = key(1, BYTES),
  RUN_CONFIG = key(4, BYTES),
  DISPLAY_NAME = key(8, BYTES),
  START_TIME = key(17, BYTES);
const SECONDS = key(1, VARINT), NANOS = key(2, VARINT);
// ConfigRecord
const UPDATE = key(1, BYTES), REMOVE = key(2, BYTES);
// HistoryRecord, and its HistoryStep
const ITEM = key(1, BYTES), HISTORY_STEP = key(2, BYTES), STEP_NUMBER = key(1, VARINT);
// HistoryItem and ConfigItem
const NAME = key(1, BYTES), NESTED_NAME = key(2, BYTES), VALUE_JSON = key(16, BYTES);

/** Items that count something better than calls of the logger, the first that a row has. */
const UPDATES = ["trainer/global_step", "train/global_step", "global_step"];
const EPOCHS = ["epoch", "train/epoch", "trainer/epoch"];
const EXAMPLES = ["examples", "train/examples", "examples_seen"];

/** Items that W&B adds by itself: axes, and what it notes. */
const ITS_OWN = ["_step", "_timestamp", "_runtime", "_wandb"];

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Offline runs of W&B: the numbers of each logged row, and the settings. Steps are W&B's own `_step`, from 0, or the
 * updates where every row says them (`global_step`, as Lightning and transformers log it; Lightning's count from 0);
 * `epoch` and `examples` of a row are axes of its other numbers. Media and tables are passed over.
 *
 * @example
 * ```ts
 * import { wandb } from "./wandb.ts";
 *
 * const file = { path: "offline-run-1/run-1.wandb", head: new TextEncoder().encode(":W&B") };
 * console.assert(wandb.recognises(file));
 * const parser = wandb.parser(file);
 * parser.push(file.head);
 * console.assert(parser.result()[0].warnings[0].message === "ends inside a record");
 * ```
 */
export const wandb: LogReader = {
  format: "wandb",
  recognises({ path, head }) {
    return path.endsWith(".wandb") || decoder.decode(head.subarray(0, 4)) === ":W&B";
  },
  grows: true,
  parser: () => new WandbParser(),
};

class WandbParser implements LogParser {
  readonly #warnings = new ReaderWarnings();
  readonly #records = new LevelLog(
    HEADER.length,
    (record, offset) => this.#record(record, offset),
    this.#warnings,
  );
  readonly #header: number[] = [];
  readonly #rows = new LoggedRows(["epoch", "examples", "seconds"]);
  /** of each row the updates that it states, NaN where it does not */
  readonly #updates = new Column();
  /** whether updates are counted from 0, and whether a row says none */
  #updatesFromZero = false;
  #withoutUpdates = false;
  readonly #config = new Map<string, unknown>();
  #name: string | null = null;
  #id: string | null = null;
  #began: number | null = null;

  push(bytes: Uint8Array): void {
    const rest = HEADER.length - this.#header.length;
    if (rest > 0) {
      this.#header.push(...bytes.subarray(0, rest));
      if (this.#header.length === HEADER.length) this.#checkHeader();
    }
    this.#records.push(bytes.subarray(Math.max(0, rest)));
  }

  result(): ParsedLog[] {
    const config = Object.fromEntries(this.#config);
    const counts = this.#rows.rows > 0 && !this.#withoutUpdates;
    const series = this.#rows.series(0, this.#rows.length, counts ? this.#updates.view() : undefined);
    const cut = this.#header.length > 0 && this.#header.length < HEADER.length;
    return [{
      name: this.#name ?? this.#id,
      segments: this.#rows.length > 0 ? [{ from: null, series }] : [],
      config,
      counting: counts
        ? { unit: "updates", fromZero: this.#updatesFromZero }
        : { unit: "records", fromZero: true },
      batches: batchesFromConfig(config),
      began: this.#began,
      warnings: [
        ...this.#warnings.list(),
        ...(cut ? [{ offset: 0, message: "ends inside a record" }] : this.#records.tail()),
      ],
    }];
  }

  #checkHeader(): void {
    if (this.#header.every((byte, i) => byte === HEADER[i])) return;
    const isOther = this.#header.slice(0, -1).every((byte, i) => byte === HEADER[i]);
    const message = isOther
      ? `unknown version of the format: ${this.#header.at(-1)} (read as 0)`
      : "damaged header: it is not that of a .wandb file";
    this.#warnings.add("header", message, 0);
  }

  #record(bytes: Uint8Array, offset: number): void {
    const record = new WireFields().begin(bytes, 0, bytes.length);
    let isWhole = true;
    while (record.next()) {
      if (record.key === HISTORY) isWhole &&= this.#history(bytes, record.from, record.to, offset);
      else if (record.key === RUN) isWhole &&= this.#run(bytes, record.from, record.to, offset);
      else if (record.key === CONFIG) {
        isWhole &&= this.#configure(bytes, record.from, record.to, offset);
      }
    }
    if (record.damaged || !isWhole) {
      this.#warnings.add("damaged records", "damaged record skipped: it is no record of W&B", offset);
    }
  }

  /** One row; false where it is damaged, and nothing is kept of it. */
  #history(bytes: Uint8Array, from: number, to: number, offset: number): boolean {
    const items = new Map<string, unknown>();
    let step: number | undefined;
    const history = new WireFields().begin(bytes, from, to), inner = new WireFields();
    while (history.next()) {
      if (history.key === ITEM) {
        const item = itemOf(bytes, history.from, history.to);
        if (!item) return false;
        items.set(item.name, this.#valueOf(item, offset));
      } else if (history.key === HISTORY_STEP) {
        step = 0; // as 0 is left out
        inner.begin(bytes, history.from, history.to);
        while (inner.next()) if (inner.key === STEP_NUMBER) step = inner.number;
      }
    }
    if (history.damaged) return false;
    this.#row(items, wandbNumber(items.get("_step")) ?? step ?? this.#rows.rows);
    return true;
  }

  #row(items: ReadonlyMap<string, unknown>, step: number): void {
    const first = (names: readonly string[]) => {
      const name = names.find((name) => wandbNumber(items.get(name)) !== undefined);
      return name === undefined ? NaN : wandbNumber(items.get(name))!;
    };
    const time = first(["_timestamp"]), runtime = first(["_runtime"]);
    if (Number.isFinite(time)) this.#began ??= time - (Number.isFinite(runtime) ? runtime : 0);
    const values = [...items].filter(([name]) => !ITS_OWN.includes(name))
      .flatMap(([name, value]) => [...wandbNumbers(name, value)]);
    if (values.length === 0) return;
    const updates = first(UPDATES), seconds = Number.isNaN(runtime) ? time - (this.#began ?? NaN) : runtime;
    this.#rows.row(step, [first(EPOCHS), first(EXAMPLES), seconds]);
    this.#updates.push(updates);
    this.#withoutUpdates ||= !Number.isFinite(updates);
    this.#updatesFromZero ||= updates === 0 || items.has("trainer/global_step");
    for (const [name, value] of values) this.#rows.value(this.#rows.tag(name), value);
  }

  #run(bytes: Uint8Array, from: number, to: number, offset: number): boolean {
    const run = new WireFields().begin(bytes, from, to);
    let isWhole = true;
    while (run.next()) {
      if (run.key === RUN_ID) this.#id = textOf(bytes, run) || null;
      else if (run.key === DISPLAY_NAME) this.#name = textOf(bytes, run) || null;
      else if (run.key === RUN_CONFIG) isWhole &&= this.#configure(bytes, run.from, run.to, offset);
      else if (run.key === START_TIME) {
        let began = 0;
        const time = new WireFields().begin(bytes, run.from, run.to);
        while (time.next()) {
          if (time.key === SECONDS) began += time.number;
          else if (time.key === NANOS) began += time.number * 1e-9;
        }
        this.#began ??= began;
      }
    }
    return isWhole && !run.damaged;
  }

  #configure(bytes: Uint8Array, from: number, to: number, offset: number): boolean {
    const changes = new WireFields().begin(bytes, from, to);
    while (changes.next()) {
      if (changes.key !== UPDATE && changes.key !== REMOVE) continue;
      const item = itemOf(bytes, changes.from, changes.to);
      if (!item) return false;
      if (item.name === "_wandb" || item.name.startsWith("_wandb.")) continue;
      const value = changes.key === UPDATE ? this.#valueOf(item, offset) : undefined;
      if (value === undefined) this.#config.delete(item.name);
      else this.#config.set(item.name, value);
    }
    return !changes.damaged;
  }

  /** Undefined where it cannot be read, which is told. */
  #valueOf({ name, json }: Item, offset: number): unknown {
    const read = lenientJson(json);
    if ("value" in read) return read.value;
    this.#warnings.add("unreadable values", `unreadable value of ${name.slice(0, 80)} skipped`, offset);
    return undefined;
  }
}

/** What is said of one name. */
interface Item {
  readonly name: string;
  readonly json: string;
}

/** Null where it is damaged. */
function itemOf(bytes: Uint8Array, from: number, to: number): Item | null {
  let name = "", json = "";
  const nested: string[] = [], item = new WireFields().begin(bytes, from, to);
  while (item.next()) {
    if (item.key === NAME) name = textOf(bytes, item);
    else if (item.key === NESTED_NAME) nested.push(textOf(bytes, item));
    else if (item.key === VALUE_JSON) json = textOf(bytes, item);
  }
  return item.damaged ? null : { name: nested.length > 0 ? nested.join(".") : name, json };
}

function textOf(bytes: Uint8Array, { from, to }: WireFields): string {
  return decoder.decode(bytes.subarray(from, to));
}
