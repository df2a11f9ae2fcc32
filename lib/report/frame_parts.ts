/** A frame of the codec as its head and its arrays, and back: nothing in it is decoded. Runs in browsers too. */
import { BINARY, padded } from "../notebook/codec_format.ts";

/** One array of a frame. */
export interface FrameArray {
  /** as the codec names it: `Float64Array` */
  readonly kind: string;
  /** bytes of an element */
  readonly width: number;
  readonly bytes: Uint8Array;
}

/**
 * @returns null for bytes that `joinFrame` would not give again: they are no frame, or not one that `encode` made
 * @example
 * ```ts
 * import { encode } from "../notebook/codec.ts";
 * import { joinFrame, splitFrame } from "./frame_parts.ts";
 * const { head, arrays } = splitFrame(encode({ loss: Float64Array.of(0.7, 0.5) }))!;
 * joinFrame(head, arrays.map(({ bytes }) => bytes));
 * ```
 */
export function splitFrame(frame: Uint8Array): { head: Uint8Array; arrays: FrameArray[] } | null {
  if (frame.length < 8) return null;
  const length = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  if (length > frame.length - 4) return null;
  const head = frame.subarray(4, 4 + length), blocks = frame.subarray(padded(4 + length));
  let nodes: unknown;
  try {
    nodes = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(head));
  } catch {
    return null;
  }
  const arrays = arraysIn(nodes, blocks);
  return sameBytes(joinFrame(head, arrays.map(({ bytes }) => bytes)), frame) ? { head, arrays } : null;
}

/** The frame of a head and its arrays, in their order. */
export function joinFrame(head: Uint8Array, arrays: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const begin = padded(4 + head.length);
  const frame = new Uint8Array(arrays.reduce((sum, { length }) => sum + padded(length), begin));
  new DataView(frame.buffer).setUint32(0, head.length, true);
  frame.set(head, 4);
  let at = begin;
  for (const bytes of arrays) {
    frame.set(bytes, at);
    at += padded(bytes.length);
  }
  return frame;
}

function arraysIn(node: unknown, blocks: Uint8Array): FrameArray[] {
  if (node === null || typeof node !== "object") return [];
  if (!Array.isArray(node) || node[0] !== "t") {
    return Object.values(node).flatMap((each) => arraysIn(each, blocks));
  }
  const [, kind, at, length] = node;
  const width = BINARY.get(kind)?.BYTES_PER_ELEMENT ?? 1;
  return [{ kind, width, bytes: blocks.subarray(at, at + length) }];
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
