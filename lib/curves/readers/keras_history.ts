/** `History.history` of Keras, written as JSON: one list a metric, one value an epoch. */
import type { LogParser, Series } from "../logged.ts";
import { isRecord, lenientJson } from "./lenient_json.ts";
import { loggedNumber } from "./logged_number.ts";
import { shortName } from "./mapping.ts";
import { ReaderWarnings } from "./reader_warnings.ts";
import { byteAt, wholeFile } from "./whole_file.ts";

/** An object whose first member is a list of numbers. */
const beginning = /^\ufeff?\s*\{\s*"[^"\\]{1,200}"\s*:\s*\[\s*(?:-?\d|"?NaN|"?-?Infinity)/;

export const isKerasHistory = (head: Uint8Array): boolean => beginning.test(new TextDecoder().decode(head));

/** Reads it: epoch 0 is the first value of each list. */
export function kerasHistoryParser(): LogParser {
  return wholeFile((text, bytes) => {
    const warnings = new ReaderWarnings(), read = lenientJson(text), series: [string, Series][] = [];
    if ("fault" in read) warnings.add("not JSON", `not JSON: ${read.fault}`, byteAt(bytes, read.at));
    else if (isRecord(read.value)) {
      for (const [name, values] of Object.entries(read.value)) {
        if (Array.isArray(values)) series.push([name, byEpoch(values)]);
        else warnings.add("not a list", `not a list: ${shortName(name)}`, null);
      }
    }
    return [{
      name: null,
      segments: series.length > 0 ? [{ from: null, series: Object.fromEntries(series) }] : [],
      config: {},
      counting: { unit: "epochs", fromZero: true },
      batches: {},
      began: null,
      warnings: warnings.list(),
    }];
  });
}

function byEpoch(values: readonly unknown[]): Series {
  const points = values.flatMap((value, epoch): [number, number][] => {
    const number = typeof value === "string" ? loggedNumber(value) : value;
    return typeof number === "number" ? [[epoch, number]] : [];
  });
  const step = Float64Array.from(points, ([epoch]) => epoch);
  return { step, value: Float64Array.from(points, ([, value]) => value), epoch: step };
}
