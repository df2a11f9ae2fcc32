/** A recording from its part of a file. Runs in browsers too. */
import { decode, DecodeError } from "../notebook/codec.ts";
import { fromPlanes, fromSteps, WIDTHS } from "./byte_planes.ts";
import { joinFrame } from "./frame_parts.ts";

/** A frame by its head and its arrays, each a place among the pieces; what is itself a frame is one again. */
export type FrameTree = number | readonly FrameTree[];

/** What a file has of a recording: the frames that the codec makes of it, with everything that is in them once. */
export interface PackedRecording {
  readonly tree: FrameTree;
  /** bytes of each piece */
  readonly lengths: Uint32Array;
  /** of each piece: bytes of its elements where it lies in planes; 1 where it lies as it is */
  readonly widths: Uint8Array;
  /** of each piece: 1 where it has what each element adds to the one before */
  readonly steps: Uint8Array;
  /** the pieces, one after the other */
  readonly bytes: Uint8Array;
}

/** Bytes that all frames may have: a piece that is named often takes little in a file, and much in memory. */
const MOST = 1024 * 2 ** 20;

/**
 * What `packRecording` of pack_recording.ts was given.
 *
 * @param most bytes that its frames may have, each counted with those in it; default 1 GB
 * @throws DecodeError for bytes that are none of its
 */
export function unpackRecording(packed: Uint8Array, most = MOST): unknown {
  const { tree, ...written } = packedOf(decode(packed));
  const pieces = piecesOf(written);
  let size = 0;
  const bytesOf = (node: FrameTree): Uint8Array => {
    if (typeof node === "number") {
      if (!Object.hasOwn(pieces, node)) throw new DecodeError(`bad piece ${node}`);
      return pieces[node];
    }
    if (!Array.isArray(node) || node.length === 0) throw new DecodeError("bad tree");
    const [head, ...arrays] = node.map((each) => {
      const bytes = bytesOf(each);
      if ((size += bytes.length) > most) throw new DecodeError(`more than ${most} bytes`);
      return bytes;
    });
    return joinFrame(head, arrays);
  };
  return decode(bytesOf(tree));
}

function packedOf(value: unknown): PackedRecording {
  const { lengths, widths, steps, bytes } = (value ?? {}) as Partial<PackedRecording>;
  if (
    !(lengths instanceof Uint32Array && widths instanceof Uint8Array && steps instanceof Uint8Array &&
      bytes instanceof Uint8Array && widths.length === lengths.length && steps.length === lengths.length)
  ) throw new DecodeError("no packed recording");
  return value as PackedRecording;
}

function piecesOf({ lengths, widths, steps, bytes }: Omit<PackedRecording, "tree">): Uint8Array[] {
  let at = 0;
  const pieces = [...lengths].map((length, i) => {
    const width = widths[i], piece = bytes.subarray(at, at += length);
    if (piece.length < length) throw new DecodeError(`piece ${i} is cut`);
    if (!WIDTHS.includes(width) || length % width !== 0) throw new DecodeError(`piece ${i}: ${width} wide`);
    if (width === 1) return piece;
    const plain = fromPlanes(piece, width);
    return steps[i] === 1 ? fromSteps(plain, width) : plain;
  });
  if (at !== bytes.length) throw new DecodeError(`${bytes.length - at} bytes too many`);
  return pieces;
}
