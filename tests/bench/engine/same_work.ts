/** Whether everybody does the same work: the same data, network and optimizer bring the loss about as far in one epoch. */
import { median } from "../interleave.ts";

/** Share of the median that random numbers of other generators may make; other work makes more. */
const MOST = 0.25;

/** A line for each system whose loss after a workload's first epoch is off the median of all. */
export function strangers(workload: string, losses: Readonly<Record<string, number>>): string[] {
  const middle = median(Object.values(losses));
  return Object.entries(losses)
    .filter(([, loss]) => !(Math.abs(loss - middle) <= MOST * middle))
    .map(([system, loss]) =>
      `${workload}: ${system} has a mean loss of ${loss.toPrecision(3)} in its first epoch, others ${
        middle.toPrecision(3)
      }: is it the same work?`
    );
}
