/** The open notebooks of one server: at most one session for each file, opened by the first page that needs it. */
import type { Session } from "../lib/notebook/session.ts";

/** Cells that need a word in the index. */
export interface States {
  readonly running: number;
  readonly stale: number;
  readonly error: number;
}

export interface Sessions {
  /** the session of a notebook, opened and started if need be; `path` is its real path */
  open(file: string, path: string): Promise<Session>;
  /** the session of a notebook, opened if need be but not started: it shows what its log says */
  look(file: string, path: string): Promise<Session>;
  /** the session of a notebook that is open */
  get(file: string): Promise<Session> | undefined;
  /** null when the notebook is not open */
  states(file: string): States | null;
  closeAll(): Promise<void>;
}

/**
 * @param begin opens a session for a notebook at a real path, and starts it where that is asked for
 * @param ready settles when sessions may start; a rejection is that of `open`
 */
export function createSessions(
  begin: (file: string, path: string, start: boolean) => Promise<Session>,
  ready: () => Promise<unknown> = () => Promise.resolve(),
): Sessions {
  const opening = new Map<string, Promise<Session>>();
  const open = new Map<string, Session>();
  function session(file: string, path: string, start: boolean): Promise<Session> {
    let found = opening.get(file);
    if (found === undefined) {
      found = begin(file, path, start);
      opening.set(file, found);
      found.then((ready) => open.set(file, ready), () => opening.delete(file));
    }
    return found;
  }
  return {
    async open(file, path) {
      const [found] = await Promise.all([session(file, path, true), ready()]);
      return found; // one that was only looked at starts when its page attaches
    },
    look: (file, path) => session(file, path, false),
    get: (file) => opening.get(file),
    states(file) {
      const session = open.get(file);
      if (session === undefined) return null;
      const { running = 0, stale = 0, error = 0 } = session.state().cells;
      return { running, stale, error };
    },
    async closeAll() {
      const all = await Promise.allSettled(opening.values());
      opening.clear();
      open.clear();
      await Promise.all(all.map((each) => each.status === "fulfilled" ? each.value.close() : undefined));
    },
  };
}
