/**
 * A long frame of the codec in pieces: `[u32 0][u32 bytes in later pieces][bytes]`. No frame begins with a zero, as its
 * head has a length. A server keeps for each socket a buffer as large as the largest message it ever sent there: a
 * crowd of viewers is sent no large ones.
 */
import { joinedBytes } from "../joined_bytes.ts";

const HEAD = 8;
/** Bytes of a piece without its head, and of the longest frame that stays whole. */
export const PIECE = 1 << 14;

/**
 * The pieces of a frame, in order; a short one is its only piece.
 * @example
 * ```ts
 * import { encode } from "./codec.ts";
 * import { FrameJoiner, framePieces } from "./frame_pieces.ts";
 * const joiner = new FrameJoiner();
 * for (const piece of framePieces(encode(new Float64Array(10_000)))) joiner.take(piece);
 * ```
 */
export function framePieces(frame: Uint8Array): Uint8Array[] {
  if (frame.length <= PIECE) return [frame];
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < frame.length; from += PIECE) {
    const bytes = frame.subarray(from, from + PIECE), piece = new Uint8Array(HEAD + bytes.length);
    new DataView(piece.buffer).setUint32(4, frame.length - from - bytes.length, true);
    piece.set(bytes, HEAD);
    pieces.push(piece);
  }
  return pieces;
}

/** Puts the frames of one connection together. */
export class FrameJoiner {
  #parts: Uint8Array[] = [];

  /** What has come; returns the frame that is whole with it. */
  take(message: Uint8Array): Uint8Array | undefined {
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    if (message.length < HEAD || view.getUint32(0, true) !== 0) return message;
    this.#parts.push(message.subarray(HEAD));
    if (view.getUint32(4, true) > 0) return undefined;
    const frame = joinedBytes(this.#parts);
    this.#parts = [];
    return frame;
  }
}
