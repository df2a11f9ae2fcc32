/** How many threads a plug-in for CPUs works with: it reads that from the environment when its client is made. */
import { libc } from "../libraries/libc.ts";
import { cName, textAt } from "../libraries/c_text.ts";

const VARIABLE = cName("PJRT_NPROC");

/** Always, as for TensorFlow and whatever the environment said before: the bits of sums may depend on it. */
export function setCpuThreads(count: number): void {
  libc().setenv(VARIABLE, cName(`${count}`), 1);
}

/** What was set, as text; before an engine was started, what the environment says. */
export const cpuThreads = (): string => textAt(libc().getenv(VARIABLE));
