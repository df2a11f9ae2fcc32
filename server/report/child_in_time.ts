import { endChild } from "../../lib/notebook/end_child.ts";

export interface ChildLimits {
  /** seconds that it has */
  readonly seconds: number;
  /** what is thrown when they are over */
  readonly late: () => Error;
  /** ends it: the reason is thrown. Default: nothing does */
  readonly signal?: AbortSignal;
}

/**
 * Waits for what a process gives, and no longer than it has. The process is gone afterwards, whatever came of it.
 * @param given what it writes, or its end; left alone once it is too late
 * @throws what `late` gives, or the signal's reason
 * @example
 * ```ts ignore
 * import { childInTime } from "./child_in_time.ts";
 * const child = new Deno.Command("date", { stdout: "piped" }).spawn();
 * const text = await childInTime(child, new Response(child.stdout).text(), {
 *   seconds: 1,
 *   late: () => new Error("date is late"),
 * });
 * ```
 */
export async function childInTime<T>(
  child: Deno.ChildProcess,
  given: Promise<T>,
  { seconds, late, signal }: ChildLimits,
): Promise<T> {
  const over = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    over.reject(reason);
    endChild(child);
  };
  const timer = setTimeout(() => end(late()), 1000 * seconds);
  const abort = () => end(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  try {
    return await Promise.race([given, over.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    endChild(child);
    await child.status;
  }
}
