/** What another process uses, as Linux counts it. */

/** Bytes of memory that a process has now; shared ones count whole. */
export function residentBytes(pid: number): number {
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))![1]);
}

/** Seconds of processors that a process has taken so far, to the hundredth. */
export function processorSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** @throws Error in one line where this process, and those that it starts, may not open so many files */
export function needFiles(count: number): void {
  const most = Number(/^Max open files +(\d+)/m.exec(Deno.readTextFileSync("/proc/self/limits"))?.[1]);
  if (most < count) throw new Error(`too few open files: ${most} (ulimit -n ${count} before the bench)`);
}
