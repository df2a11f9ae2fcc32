/** Executables that a client has in memory: equal programs are compiled once, and those of long ago are closed. */
import { flagsFor } from "./compile_options.ts";
import { executablesFolder, keptExecutable } from "./executable_cache.ts";
import type { PjrtClient } from "./pjrt_client.ts";
import type { PjrtExecutable } from "./pjrt_executable.ts";

/** A small network's was measured to take 3 MB; one that was closed comes from the cache in some 10 ms. */
const MOST_OPEN = 64;

interface Open {
  readonly executable: Promise<PjrtExecutable>;
  /** once it is there: whoever waited even for a promise that is kept would begin after what the event loop has to do */
  ready: PjrtExecutable | null;
  users: number;
}
/** By the programs' texts, the one that was used last at the end. */
const known = new WeakMap<PjrtClient, Map<string, Open>>();

/**
 * Lends an executable for the time of its use, which begins at once where the program is open.
 *
 * @param program text of StableHLO
 * @param most that stay open when nobody uses them
 * @throws PjrtError when it is refused: another try compiles anew
 */
export async function withExecutable<T>(
  client: PjrtClient,
  program: string,
  use: (executable: PjrtExecutable) => Promise<T>,
  most: number = MOST_OPEN,
): Promise<T> {
  const all = known.get(client) ?? new Map<string, Open>();
  known.set(client, all);
  const own = all.get(program) ?? opened(client, program);
  all.delete(program);
  all.set(program, own);
  own.users++;
  try {
    own.ready ??= await own.executable.catch((error) => {
      if (all.get(program) === own) all.delete(program); // memory that lacked may be there the next time
      throw error;
    });
    return await use(own.ready);
  } finally {
    own.users--;
    await closeOldest(all, most);
  }
}

const opened = (client: PjrtClient, program: string): Open => ({
  executable: keptExecutable(client, program, executablesFolder(client), flagsFor(client.platform)),
  ready: null,
  users: 0,
});

async function closeOldest(all: Map<string, Open>, most: number): Promise<void> {
  for (const [program, each] of [...all]) {
    if (all.size <= most) return;
    if (each.users > 0 || all.get(program) !== each) continue;
    all.delete(program);
    (await each.executable).close();
  }
}
