/** Files as they should never be: samples with bytes flipped, cut, repeated, put in, spliced, and lengths made huge. */
import fc from "fast-check";

/** Longer ones are cut, so that one mutation cannot make the next ones slow. */
const LONGEST = 12_000;

/** Text that parsers stumble over. */
const TOKENS = [
  "NaN",
  "-Infinity",
  "1e999",
  "-1e-999",
  "0x10",
  "null",
  "true",
  "--",
  "{",
  "}",
  "[[[[[[[[",
  "]",
  '"',
  "'",
  "\\u0000",
  ",",
  ";",
  "\t",
  "\n",
  "\r",
  "\r\n\r\n",
  "\0",
  "\u{feff}",
  "\u{1f600}",
  "\x1b[31m",
  "__proto__",
  "constructor",
  "step",
  "epoch",
  ":",
  "- ",
  "#",
  "%",
  " ",
].map((text) => new TextEncoder().encode(text));

/** Lengths that no file has: in four and eight bytes of either order, as varints, and as digits. */
const LENGTHS = [
  [0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0x7f],
  [0x7f, 0xff, 0xff, 0xff],
  [0, 0, 0, 0, 1, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0, 0, 0, 0],
  [...new TextEncoder().encode("99999999999999999999")],
  [...new TextEncoder().encode("-9007199254740993")],
].map((bytes) => Uint8Array.from(bytes));

type Change = readonly [kind: number, at: number, length: number, choice: number];

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.tuple(fc.nat(8), fc.nat(0xffff), fc.nat(0xff), fc.nat(0xffff)),
  { minLength: 1, maxLength: 4 },
);

function spliced(file: Uint8Array, from: number, to: number, put: Uint8Array): Uint8Array {
  const whole = new Uint8Array(from + put.length + file.length - to);
  whole.set(file.subarray(0, from));
  whole.set(put, from);
  whole.set(file.subarray(to), from + put.length);
  return whole;
}

function changed(
  file: Uint8Array,
  [kind, at, length, choice]: Change,
  others: readonly Uint8Array[],
): Uint8Array {
  // of a small file only a small part is cut: a file of nothing tells nothing
  const from = at % (file.length + 1),
    to = Math.min(file.length, from + 1 + length % (1 + (file.length >> 3)));
  const put = (bytes: Uint8Array, over: number) =>
    spliced(file, from, Math.min(file.length, from + over), bytes);
  const other = others[choice % others.length], token = TOKENS[choice % TOKENS.length];
  const huge = LENGTHS[choice % LENGTHS.length];
  switch (kind) {
    case 0:
      return put(Uint8Array.of((file[from] ?? 0) ^ (1 << (choice % 8))), 1);
    case 1:
      return put(
        Uint8Array.from({ length: 1 + length % 16 }, (_, i) => choice * (i + 1) >> 3),
        1 + length % 16,
      );
    case 2:
      return spliced(file, from, to, new Uint8Array(0));
    case 3:
      return spliced(file, to, to, file.subarray(from, to));
    case 4:
      return put(Uint8Array.from({ length: 1 + length }, (_, i) => (choice * (i + 7)) >> (i % 5)), 0);
    case 5: {
      const start = choice % other.length;
      return put(other.subarray(start, start + to - from), choice % 2 === 0 ? 0 : to - from);
    }
    case 6:
      return put(huge, length % 2 === 0 ? huge.length : 0);
    case 7:
      return put(token, length % 2 === 0 ? token.length : 0);
    default:
      return file.subarray(0, Math.max(from, file.length >> 1));
  }
}

/**
 * Mutated samples.
 * @param samples whole files
 * @param others what is spliced in; default the samples
 */
export const mutated = (
  samples: readonly Uint8Array[],
  others: readonly Uint8Array[] = samples,
): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.nat(samples.length - 1), changes).map(([i, changes]) =>
    changes.reduce((file, change) => changed(file, change, others).subarray(0, LONGEST), samples[i]).slice()
  );

/**
 * Bytes of typed arrays that something makes, while it makes them: also those that it lets go of again. Views of a
 * buffer that there is already cost nothing.
 */
export function allocatedBy(act: () => void): number {
  const kinds = ["Float64Array", "Uint8Array", "Uint32Array", "Int32Array", "Float32Array"] as const;
  const scope = globalThis as unknown as Record<string, new (...args: never[]) => ArrayBufferView>;
  const plain = kinds.map((kind) => scope[kind]);
  let bytes = 0;
  kinds.forEach((kind, i) => {
    scope[kind] = new Proxy(plain[i], {
      construct(target, given, made) {
        const array = Reflect.construct(
          target,
          given,
          made === scope[kind] ? target : made,
        ) as ArrayBufferView;
        if (!(given[0] instanceof ArrayBuffer)) bytes += array.byteLength;
        return array;
      },
    });
  });
  try {
    act();
  } finally {
    kinds.forEach((kind, i) => scope[kind] = plain[i]);
  }
  return bytes;
}
