/** Values on their way, as two runs have them: when they came is each run's own, but what grows only grows. */
import { decode, sameData } from "../notebook/codec.ts";
import { type Path, pathText } from "../notebook/codec_path.ts";
import { type Packed, TailReceiver } from "../notebook/tails.ts";
import { unpackFrame } from "./frames.ts";
import { printable } from "../printable.ts";
import type { Recording } from "./recording.ts";

type Streams = Pick<Recording, "streams" | "events">;
type Numbers = ArrayLike<unknown> & { readonly constructor: unknown };

/**
 * What of a recording's replays cannot be: the last of each is the value itself, and an array that only grows in the run
 * of the sources only grows. Numbers on their way beside those are what the report says.
 *
 * @returns one line; null where nothing speaks against them
 * @throws DecodeError, WrongFrame, TailGap for frames that no recorder made
 */
export function streamFault(was: Streams, is: Streams): string | null {
  for (const [name, frames] of Object.entries(was.streams)) {
    if (frames.length === 0) continue;
    const last = valueOf(was, name), values = frames.map((frame) => unpackFrame(frame, last));
    if (!sameData(values.at(-1), last)) return `replay of ${printable(name)}: its end is not its value`;
    const again = Object.hasOwn(is.streams, name) ? is.streams[name] : [];
    const later = again.length === 0 ? undefined : valueOf(is, name);
    const [grows, grew] = [
      placesThatShrink(values, last),
      placesThatShrink(again.map((frame) => unpackFrame(frame, later)), later),
    ];
    const wrong = [...grows].find((place) => again.length > 0 && !grew.has(place));
    if (wrong !== undefined) {
      return `replay of ${printable(name)} at ${
        printable(wrong, 200)
      }: it is not on its way to what it becomes`;
    }
  }
  return null;
}

function valueOf({ events }: Streams, name: string): unknown {
  const event = events.find((each) => each.t === "value" && each.name === name);
  if (event?.t !== "value") return undefined;
  return new TailReceiver().unpack(decode(event.value) as Packed);
}

/** Places of arrays that once held what they later do not begin with. */
function placesThatShrink(values: readonly unknown[], last: unknown): Set<string> {
  const found = new Set<string>();
  for (const [path, whole] of arraysIn(last, [])) {
    let before: Numbers | undefined;
    for (const value of values) {
      const now = path.reduce<unknown>(member, value);
      if (!isNumbers(now)) continue;
      if (!begins(now, whole) || before !== undefined && before.length > now.length) {
        found.add(pathText(path));
      }
      before = now;
    }
  }
  return found;
}

function* arraysIn(value: unknown, path: Path): Generator<[Path, Numbers]> {
  if (isNumbers(value)) yield [path, value];
  else if (typeof value === "object" && value !== null && path.length < 16) {
    for (const [key, each] of Object.entries(value)) {
      yield* arraysIn(each, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

const member = (of: unknown, key: Path[number]): unknown =>
  typeof of === "object" && of !== null && Object.hasOwn(of, key)
    ? (of as Record<typeof key, unknown>)[key]
    : undefined;

const isNumbers = (value: unknown): value is Numbers =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

function begins(part: Numbers, whole: Numbers): boolean {
  if (part.constructor !== whole.constructor || part.length > whole.length) return false;
  for (let i = 0; i < part.length; i++) if (!Object.is(part[i], whole[i])) return false;
  return true;
}
