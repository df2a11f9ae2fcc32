/** Files of W&B's offline runs, written: records cut into the blocks of a LevelDB log. */
import { crc32 } from "node:zlib";
import { content, joined, number, of } from "./wire_bytes.ts";

const BLOCK = 32_768, HEADER = 7;
export const header = Uint8Array.of(58, 87, 38, 66, 0xe1, 0xbe, 0);

/** A file of these records. */
export function wandbFile(...records: readonly Uint8Array[]): Uint8Array {
  const pieces: Uint8Array[] = [header];
  let length = header.length;
  for (const record of records) {
    for (let at = 0, begins = true, ends = false; !ends;) {
      const left = BLOCK - length % BLOCK, end = Math.min(record.length, at + left - HEADER);
      if (left < HEADER) {
        pieces.push(new Uint8Array(left));
        length += left;
        continue;
      }
      ends = end === record.length;
      pieces.push(partOf(begins ? ends ? 1 : 2 : ends ? 4 : 3, record.subarray(at, end)));
      length += HEADER + end - at;
      at = end;
      begins = false;
    }
  }
  return joined(...pieces);
}

/** One part of a record, framed. */
export function partOf(type: number, part: Uint8Array): Uint8Array {
  const data = joined([type], part);
  return joined(
    of(6, (view) => {
      view.setUint32(0, crc32(data), true);
      view.setUint16(4, part.length, true);
    }),
    data,
  );
}

/** An item of a row or of the settings; `name` in parts where it is nested. */
function item(name: string | readonly string[], json: string): Uint8Array {
  const names = typeof name === "string" ? [content(1, name)] : name.map((part) => content(2, part));
  return joined(...names, content(16, json));
}

type Items = readonly (readonly [name: string | readonly string[], json: string])[];

/** A row that was logged. */
export function historyOf(items: Items, step?: number): Uint8Array {
  const steps = step === undefined ? [] : [content(2, step === 0 ? [] : number(1, step))];
  return joined(
    number(1, 5),
    content(2, ...items.map(([name, json]) => content(1, item(name, json))), ...steps),
  );
}

/** What is set, and what is taken back. */
export function configOf(update: Items, remove: Items = []): Uint8Array {
  return joined(
    ...update.map(([name, json]) => content(1, item(name, json))),
    ...remove.map(([name, json]) => content(2, item(name, json))),
  );
}

/** What a run says of itself. */
export function runOf(
  fields: { id?: string; name?: string; config?: Uint8Array; began?: number },
): Uint8Array {
  const { id = "", name = "", config = new Uint8Array(0), began } = fields;
  const time = began === undefined
    ? []
    : [content(17, number(1, Math.floor(began)), number(2, Math.round(began % 1 * 1e9)))];
  return content(17, content(1, id), content(4, config), content(8, name), ...time);
}
