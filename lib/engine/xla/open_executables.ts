/** Executables that a client has in memory: equal programs are compiled once, and those of long ago are closed. */
import { flagsFor } from "./compile_options.ts";
import { executablesFolder, keptExecutable } from "./executable_cache.ts";
import type { PjrtClient } from "./pjrt_client.ts";
import type { PjrtExecutable } from "./pjrt_executable.ts";

/** A small network's was measured to take 3 MB; one that was closed comes from the cache in some 10 ms. */
const MOST_OPEN = 64;

interface Open {
  readonly executable: Promise<PjrtExecutable>;
  users: number;
}
/** By the programs' texts, the one that was used last at the end. */
const known = new WeakMap<PjrtClient, Map<string, Open>>();

/**
 * Lends an executable for the time of its use.
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
  const own = all.get(program) ??
    {
      executable: keptExecutable(client, program, executablesFolder(client), flagsFor(client.platform)),
      users: 0,
    };
  all.delete(program);
  all.set(program, own);
  own.users++;
  try {
    const executable = await own.executable.catch((error) => {
      if (all.get(program) === own) all.delete(program); // memory that lacked may be there the next time
      throw error;
    });
    return await use(executable);
  } finally {
    own.users--;
    await closeOldest(all, most);
  }
}

async function closeOldest(all: Map<string, Open>, most: number): Promise<void> {
  for (const [program, each] of [...all]) {
    if (all.size <= most) return;
    if (each.users > 0 || all.get(program) !== each) continue;
    all.delete(program);
    (await each.executable).close();
  }
}
