/** What installing the native engine would bring here, and whether it can be installed. */
import { findLibrary, userCache } from "../libraries/library.ts";
import { bytesToDownload, packFor } from "./wheel.ts";

/** What an offer says. Plain data. */
export interface NativeOffer {
  /** how many times faster a small network trains */
  readonly times: number;
  /** to download */
  readonly megabytes: number;
}

/**
 * Milliseconds of one update of a 64-128-128-10 network by Adam at batch 32, on 21 November 2026 on two cores of an
 * AMD EPYC: on wasm by `deno task bench`, and compiled by XLA in chunks of 500 updates.
 */
const MEASURED = { wasm: 1.08, compiled: 0.089 } as const;

/**
 * The offer for this machine; null when a libtensorflow is here already, is named but not there, or has no wheel
 * for this platform.
 *
 * @example
 * ```ts ignore
 * import { nativeOffer } from "./native_offer.ts";
 * const offer = await nativeOffer(); // { times: 12, megabytes: 274 }
 * ```
 */
export async function nativeOffer(): Promise<NativeOffer | null> {
  const pack = packFor(Deno.build.os, Deno.build.arch);
  if (pack === null || userCache() === null) return null;
  const wished = await findLibrary().catch(() => "a path that is wrong" as const);
  return wished === null ? offerOf(bytesToDownload(pack)) : null;
}

/** The offer of so many bytes to download. */
export function offerOf(bytes: number): NativeOffer {
  return { times: Math.round(MEASURED.wasm / MEASURED.compiled), megabytes: Math.round(bytes / 1e6) };
}

/** The offer as a line for the terminal: `the native engine trains small networks about 12× faster (274 MB): deno task native`. */
export function offerText({ times, megabytes }: NativeOffer): string {
  return `the native engine trains small networks about ${times}× faster (${megabytes} MB): deno task native`;
}
