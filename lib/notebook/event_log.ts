/** All that happened in a session, in order, in a file that only grows: `[u32 length][frame of the codec]` an event. */
import { decode, encode } from "./codec.ts";
import type { Event } from "./wire.ts";

export interface LoggedEvent {
  readonly id: number;
  /** milliseconds since 1970 */
  readonly at: number;
  readonly event: Event;
}

/** The file is put aside as `<path>.1` when it would grow beyond this; what was aside before is dropped. */
const LIMIT = 64 * 2 ** 20;

export class EventLog {
  #file: Deno.FsFile;
  #size: number;

  /** Opens the file to append; default limit 64 MB. */
  constructor(readonly path: string, readonly limit = LIMIT) {
    this.#file = open(path);
    this.#size = this.#file.statSync().size;
  }

  append(entry: LoggedEvent): void {
    const frame = encode(entry);
    const bytes = new Uint8Array(4 + frame.length);
    new DataView(bytes.buffer).setUint32(0, frame.length, true);
    bytes.set(frame, 4);
    if (this.#size > 0 && this.#size + bytes.length > this.limit) this.#rotate();
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    this.#size += bytes.length;
  }

  close(): void {
    this.#file.close();
  }

  #rotate() {
    this.#file.close();
    Deno.renameSync(this.path, `${this.path}.1`);
    this.#file = open(this.path);
    this.#size = 0;
  }
}

const open = (path: string) => Deno.openSync(path, { append: true, create: true });

/** The events of a log file; an event that was cut off at the end is left out. */
export function readEventLog(path: string): LoggedEvent[] {
  const bytes = Deno.readFileSync(path);
  const view = new DataView(bytes.buffer);
  const events: LoggedEvent[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) break;
    events.push(decode(bytes.subarray(at + 4, end)) as LoggedEvent);
    at = end;
  }
  return events;
}
