/** The open notebooks of one server: at most one session for each file, opened by the first page that needs it. */
import type { Session } from "../lib/notebook/session.ts";

/** Cells that need a word in the index. */
export interface States {
  readonly running: number;
  readonly stale: number;
  readonly error: number;
}

export interface Sessions {
  /** the session of a notebook, opened if need be; `path` is its real path */
  open(file: string, path: string): Promise<Session>;
  /** the session of a notebook that is open */
  get(file: string): Promise<Session> | undefined;
  /** null when the notebook is not open */
  states(file: string): States | null;
  closeAll(): Promise<void>;
}

/** @param start opens a session for a notebook at a real path */
export function createSessions(start: (file: string, path: string) => Promise<Session>): Sessions {
  const opening = new Map<string, Promise<Session>>();
  const open = new Map<string, Session>();
  return {
    open(file, path) {
      let session = opening.get(file);
      if (session === undefined) {
        session = start(file, path);
        opening.set(file, session);
        session.then((ready) => open.set(file, ready), () => opening.delete(file));
      }
      return session;
    },
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
