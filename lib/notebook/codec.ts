/**
 * Values as bytes, structured-clone style, the same in Deno and the browser:
 * `[u32 head length][head: JSON][padding to 8][bytes of typed arrays, each padded to 8]`.
 * In the head a string, boolean, null or finite number stands for itself, a plain object for itself,
 * and everything else is an array that begins with a tag. Composites are numbered in the order in which
 * they are met, so that a shared reference is `["ref", number]`; one to what contains it is refused.
 */

export { decode, DecodeError } from "./codec_decode.ts";
export { encode, EncodeError } from "./codec_encode.ts";
export { type Path, pathText } from "./codec_path.ts";
export { sameData } from "./same_data.ts";
