/** The policies between which regret is traded for compute. */

/** What a policy costs and saves; null where it could not be judged. */
export interface TradeOff {
  readonly regret: number | null;
  readonly computeSaved: number | null;
}

/**
 * Those that no other beats: none has as little regret and saves as much, and is better in one of the two. Sorted by
 * regret; of equals all are kept.
 * @example
 * ```ts
 * const best = frontier([{ regret: 0, computeSaved: 0.1 }, { regret: 0.2, computeSaved: 0 }]); // the first alone
 * ```
 */
export function frontier<Point extends TradeOff>(points: readonly Point[]): Point[] {
  const judged = points.filter(({ regret, computeSaved }) => regret !== null && computeSaved !== null);
  const sorted = judged.toSorted((a, b) => a.regret! - b.regret! || b.computeSaved! - a.computeSaved!);
  let most = -Infinity, at = NaN;
  return sorted.filter(({ regret, computeSaved }) => {
    const stays = computeSaved! > most || (computeSaved === most && regret === at);
    if (stays) most = computeSaved!, at = regret!;
    return stays;
  });
}
