/** The header of a safetensors file, read as if its author meant harm. */
import { z } from "zod";
import { repeatedKey } from "./repeated_key.ts";
import type { ByteSource } from "./safetensors.ts";

/** Bytes that are no safetensors, or hold what this reader does not read. */
export class BadSafetensors extends Error {
  override readonly name = "BadSafetensors";
  constructor(readonly reason: string) {
    super(`invalid safetensors: ${reason}`);
  }
}

/** Width of a number, in bytes. */
const WIDTHS = { F64: 8, F32: 4, I32: 4, U8: 1 } as const;

/** A tensor by its place: bytes from the end of the header. */
export interface Placed {
  readonly name: string;
  readonly dtype: keyof typeof WIDTHS;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  /** in the order of their bytes */
  readonly placed: readonly Placed[];
  /** where the first tensor begins in the file */
  readonly dataAt: number;
}

/** As the format's own reader has it. */
const LONGEST_HEADER = 100_000_000;

const whole = z.int().min(0);
const tensorSchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(whole).max(32),
  data_offsets: z.tuple([whole, whole]),
});

/** @throws BadSafetensors; nothing past the header is read */
export function readHeader(source: ByteSource): Header {
  if (source.size < 8) throw new BadSafetensors(`${source.size} bytes, shorter than the length of a header`);
  const { buffer } = source.read(0, 8);
  const length = new DataView(buffer).getBigUint64(0, true);
  if (length > LONGEST_HEADER) {
    throw new BadSafetensors(`header of ${length} bytes (at most ${LONGEST_HEADER})`);
  }
  const dataAt = 8 + Number(length);
  if (dataAt > source.size) throw new BadSafetensors(`header of ${length} bytes in a file of ${source.size}`);
  const { __metadata__: metadata = {}, ...tensors } = parsed(source.read(8, Number(length)));
  if (!isTextByName(metadata)) throw new BadSafetensors("__metadata__ is not text by name");
  const placed = Object.entries(tensors).map(([name, entry]) => placedTensor(name, entry));
  placed.sort((a, b) => a.from - b.from || a.to - b.to);
  checkTiled(placed, source.size - dataAt);
  return { metadata, placed, dataAt };
}

function parsed(bytes: Uint8Array): Record<string, unknown> {
  let text: string, header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    throw new BadSafetensors("the header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw new BadSafetensors("the header is not an object");
  }
  const repeated = repeatedKey(text);
  if (repeated !== null) throw new BadSafetensors(`${told(repeated)} is named twice`);
  return header as Record<string, unknown>;
}

function placedTensor(name: string, entry: unknown): Placed {
  const { success, data } = tensorSchema.safeParse(entry);
  if (!success) throw new BadSafetensors(`tensor ${told(name)} has no sound dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: [from, to] } = data;
  if (!Object.hasOwn(WIDTHS, dtype)) {
    throw new BadSafetensors(
      `tensor ${told(name)} is of ${told(dtype)} (reads ${Object.keys(WIDTHS).join(", ")})`,
    );
  }
  const needed = shape.reduce((size, length) => size * length, WIDTHS[dtype as Placed["dtype"]]);
  if (to - from !== needed) {
    throw new BadSafetensors(
      `tensor ${told(name)} has ${to - from} bytes, [${shape}] of ${dtype} has ${needed}`,
    );
  }
  return { name, dtype: dtype as Placed["dtype"], shape, from, to };
}

const isTextByName = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === "string");

/** A name in a message: one line, and no more of it than tells it apart. */
const told = (name: string): string => JSON.stringify(name).slice(1, -1).slice(0, 80);

/** Tensors fill the data from end to end. */
function checkTiled(placed: readonly Placed[], size: number): void {
  let at = 0;
  for (const { name, from, to } of placed) {
    if (to > size) throw new BadSafetensors(`tensor ${told(name)} ends at byte ${to} of ${size}`);
    if (from < at) throw new BadSafetensors(`tensor ${told(name)} overlaps the one before it`);
    if (from > at) throw new BadSafetensors(`${from - at} bytes before tensor ${told(name)} belong to none`);
    at = to;
  }
  if (at < size) throw new BadSafetensors(`${size - at} bytes at the end belong to no tensor`);
}
