/** A recording as a file holds it: small once it is compressed. */
import { deflateRawSync } from "node:zlib";
import { encode } from "../notebook/codec.ts";
import { toPlanes, toSteps } from "./byte_planes.ts";
import { splitFrame } from "./frame_parts.ts";
import type { Recording } from "./recording.ts";
import { hashOf } from "./seal.ts";
import type { FrameTree, PackedRecording } from "./unpack_recording.ts";

/** Shorter arrays gain nothing by another order. */
const SHORT = 64;

/**
 * The frames of a recording with each array, and each head, once, however many values have the same; arrays of numbers in
 * the order in which they compress best. The same recording gives the same bytes.
 *
 * @throws EncodeError for what is no data
 * @example
 * ```ts ignore
 * const packed = packRecording(await recordNotebook(options));
 * unpackRecording(packed); // the recording again
 * ```
 */
export function packRecording(recording: Recording): Uint8Array<ArrayBuffer> {
  const pieces = new Pieces(), tree = treeOf(encode(recording), pieces);
  return encode(pieces.packed(tree));
}

function treeOf(frame: Uint8Array, pieces: Pieces): FrameTree {
  const parts = splitFrame(frame);
  if (parts === null) return pieces.place(frame, 1);
  const { head, arrays } = parts;
  return [
    pieces.place(head, 1),
    ...arrays.map(({ kind, width, bytes }) =>
      kind === "Uint8Array" ? treeOf(bytes, pieces) : pieces.place(bytes, width)
    ),
  ];
}

interface Piece {
  /** bytes of its elements where it lies in planes; 1 where it lies as it is */
  readonly width: number;
  readonly steps: boolean;
  readonly bytes: Uint8Array;
}

/** What lies in a packed recording, each by its content. */
class Pieces {
  readonly #places = new Map<string, number>();
  readonly #all: Piece[] = [];

  place(bytes: Uint8Array, width: number): number {
    const key = `${width} ${hashOf(bytes)}`, known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.#all.length);
    return this.#all.push(smallest(bytes, width)) - 1;
  }

  packed(tree: FrameTree): PackedRecording {
    const all = this.#all, bytes = new Uint8Array(all.reduce((sum, piece) => sum + piece.bytes.length, 0));
    let at = 0;
    for (const piece of all) {
      bytes.set(piece.bytes, at);
      at += piece.bytes.length;
    }
    return {
      tree,
      lengths: Uint32Array.from(all, (piece) => piece.bytes.length),
      widths: Uint8Array.from(all, (piece) => piece.width),
      steps: Uint8Array.from(all, (piece) => piece.steps ? 1 : 0),
      bytes,
    };
  }
}

/** The order of bytes that compresses best, each tried alone. */
function smallest(bytes: Uint8Array, width: number): Piece {
  const plain = { width: 1, steps: false, bytes };
  if (width === 1 || bytes.length < SHORT) return plain;
  const ways: Piece[] = [
    plain,
    { width, steps: false, bytes: toPlanes(bytes, width) },
    { width, steps: true, bytes: toPlanes(toSteps(bytes, width), width) },
  ];
  const sizes = ways.map((way) => deflateRawSync(way.bytes).length);
  return ways[sizes.indexOf(Math.min(...sizes))];
}
