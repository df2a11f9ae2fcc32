/**
 * Viewers of a live page, as bare sockets of one process: each stamps when a frame was here and which value it brought.
 * Nothing is decoded, so that a thousand of them leave the machine to the server and the training.
 *
 * It is given a `Crowd` as its argument, says `joined` when all are in, begins to stamp at a line `measure`, and ends at the
 * next line, a `Window`, with a `Heard` as its last word.
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import { percentile } from "./interleave.ts";

/** Who joins, and where. */
export interface Crowd {
  readonly port: number;
  readonly path: string;
  readonly cookie: string;
  readonly count: number;
}

/** What is asked of the stamps: when each value was yielded, in milliseconds since 1970, and which of them count. */
export interface Window {
  /** of the first value on; values are numbered from 1 */
  readonly at: readonly number[];
  readonly first: number;
  readonly last: number;
}

/** What all viewers together met, in milliseconds from a yield until a viewer had its value or a later one. */
export interface Heard {
  readonly median: number;
  readonly p99: number;
  readonly most: number;
  /** yields of which a viewer heard nothing, in all */
  readonly missed: number;
  /** frames a second at one viewer, and bytes of one */
  readonly frames: number;
  readonly bytes: number;
  /** seconds of a processor that this process took, and seconds that it measured */
  readonly cpu: number;
  readonly seconds: number;
}

/** Larger frames are what a page is told first: they are passed over. */
const LARGEST = 1 << 16;
/** Sockets that join at once. */
const JOINING = 20;
const MARK = new TextEncoder().encode("yield ");

let measuring = false, frames = 0, bytes = 0;
const now = () => performance.timeOrigin + performance.now();

class Viewer {
  /** numbers of values, and when they were here */
  readonly values: number[] = [];
  readonly times: number[] = [];
  /** what has come of a frame that is not whole */
  readonly #buffer = new Uint8Array(LARGEST);
  #filled = 0;
  /** bytes that are still to come of a frame that is passed over */
  #over = 0;

  constructor(readonly socket: Deno.TcpConn) {}

  /** Reads until the socket is closed. */
  async read(): Promise<void> {
    for (;;) {
      const got = await this.socket.read(this.#buffer.subarray(this.#filled)).catch(() => null);
      if (got === null) return;
      const at = measuring ? now() : 0;
      const passed = Math.min(this.#over, got);
      this.#over -= passed;
      if (passed > 0) this.#buffer.copyWithin(0, passed, got);
      this.#filled += got - passed;
      this.#frames(at);
    }
  }

  #frames(at: number): void {
    const buffer = this.#buffer;
    let from = 0;
    while (this.#filled - from >= 2) {
      const short = buffer[from + 1] & 127, head = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (this.#filled - from < head) break;
      const view = new DataView(buffer.buffer, from);
      const length = short === 127 ? Number(view.getBigUint64(2)) : short === 126 ? view.getUint16(2) : short;
      const end = from + head + length;
      if (end > this.#filled && head + length <= LARGEST) break;
      if ((buffer[from] & 15) === 9) this.#answer(buffer.subarray(from + head, end));
      else if (measuring && head + length <= LARGEST) this.#stamp(buffer.subarray(from + head, end), at);
      this.#over = Math.max(0, end - this.#filled);
      from = Math.min(end, this.#filled);
    }
    buffer.copyWithin(0, from, this.#filled);
    this.#filled -= from;
  }

  #stamp(frame: Uint8Array, at: number): void {
    frames++;
    bytes += frame.length;
    const found = Buffer.from(frame.buffer, frame.byteOffset, frame.length).indexOf(MARK);
    if (found < 0) return;
    let value = 0;
    for (let i = found + MARK.length; frame[i] >= 48 && frame[i] < 58; i++) {
      value = 10 * value + frame[i] - 48;
    }
    this.values.push(value);
    this.times.push(at);
  }

  /** A ping is answered with its own bytes, masked with zeros. */
  #answer(ping: Uint8Array): void {
    const pong = new Uint8Array(6 + ping.length);
    pong.set([0x8a, 0x80 | ping.length]);
    pong.set(ping, 6);
    this.socket.write(pong).catch(() => {}); // it may be closed: the reader says so
  }
}

/** Opens a socket and shakes hands. Resolves with what reads it from then on. */
async function join({ port, path, cookie }: Crowd): Promise<Viewer> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port });
  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    `Cookie: ${cookie}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
  ];
  await socket.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  let answer = "";
  for (const byte = new Uint8Array(1); !answer.endsWith("\r\n\r\n");) {
    if (await socket.read(byte) === null) break;
    answer += String.fromCharCode(byte[0]);
  }
  if (!answer.startsWith("HTTP/1.1 101")) throw new Error(`no socket: ${answer.split("\r\n")[0]}`);
  return new Viewer(socket);
}

/** Of every yield of the window and every viewer, how long it took; a yield that never came is left out and counted. */
function heard(viewers: readonly Viewer[], { at, first, last }: Window): { times: number[]; missed: number } {
  const times: number[] = [];
  let missed = 0;
  for (const viewer of viewers) {
    let frame = 0;
    for (let value = first; value <= last; value++) {
      while (frame < viewer.values.length && viewer.values[frame] < value) frame++;
      if (frame < viewer.values.length) times.push(viewer.times[frame] - at[value - 1]);
      else missed++;
    }
  }
  return { times, missed };
}

const crowd = JSON.parse(Deno.args[0]) as Crowd;
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
let said = "";
async function line(): Promise<string> {
  while (!said.includes("\n")) {
    const { value, done } = await lines.read();
    if (done) Deno.exit(1); // who asked is gone
    said += value;
  }
  const [first, ...rest] = said.split("\n");
  said = rest.join("\n");
  return first;
}

const viewers: Viewer[] = [];
while (viewers.length < crowd.count) {
  const joined = await Promise.all(
    Array.from({ length: Math.min(JOINING, crowd.count - viewers.length) }, () => join(crowd)),
  );
  for (const viewer of joined) viewer.read();
  viewers.push(...joined);
}
console.log("joined");
await line();
const began = performance.now(), before = process.cpuUsage();
measuring = true;
const asked = await line();
measuring = false;
const seconds = (performance.now() - began) / 1000, used = process.cpuUsage(before);
const { times, missed } = heard(viewers, JSON.parse(asked) as Window);
console.log(JSON.stringify(
  {
    median: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    most: percentile(times, 1),
    missed,
    frames: frames / viewers.length / seconds,
    bytes: bytes / frames,
    cpu: (used.user + used.system) / 1e6,
    seconds,
  } satisfies Heard,
));
for (const { socket } of viewers) socket.close();
Deno.exit(0);
