/** What a measurement was made on, and whether others used it at that time. */
import { cpus, loadavg } from "node:os";

/** As `Intel Xeon, 2 cores, load 0.1`. */
export function machineText(): string {
  return `${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}`;
}

/** One line where a quarter of the processors or more had other work; null where times can be believed. */
export function busyText(): string | null {
  const load = loadavg()[0];
  if (load < cpus().length / 4) return null;
  return `others used this machine (load ${load.toFixed(1)}): times and ratios are doubtful, measure again`;
}
