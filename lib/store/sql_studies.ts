/** Studies in a database that does statements. */
import type { Database } from "./sql.ts";
import { all, type Given } from "./sql.ts";
import { canClaim, claimTrial, finishTrial, releaseTrial, tellTrial } from "./claim_statements.ts";
import { workerRow } from "./study_rows.ts";
import {
  addStudy,
  listStudies,
  pauseStudy,
  removeStudy,
  retryFailed,
  studyNumber,
  trialsOf,
} from "./study_statements.ts";
import type { StudyStore } from "./study_store.ts";
import { pidOf } from "./writers.ts";

/** Milliseconds for which a worker that is gone is still told of. */
const REMEMBERED = 24 * 3600 * 1000;
const WORKERS =
  `SELECT w.*, CASE WHEN gone(w.name) THEN 1 ELSE 0 END AS is_gone, s.name AS study, t.number AS trial
  FROM workers w LEFT JOIN trials t ON t.worker = w.name AND t.state = 'running'
  LEFT JOIN studies s ON s.number = t.study WHERE w.seen >= now_ms() - ? ORDER BY is_gone, w.since DESC, w.name`;

/**
 * @example
 * ```ts ignore
 * const studies = sqlStudies(database);
 * const claim = await studies.claim(null);
 * ```
 */
export function sqlStudies(db: Database): StudyStore {
  return {
    add: (study) => db.write("durable", () => addStudy(study)),
    list: () => db.read(() => listStudies()),
    get: async (name) => (await db.read(() => listStudies(name)))[0] ?? null,
    trials: (name, { from = 0, count } = {}) =>
      db.read(function* () {
        return yield* trialsOf(yield* studyNumber(name), from, count ?? null);
      }),
    async claim(study, trial) {
      const { number, any } = await db.read(function* () {
        const number = study === null ? null : yield* studyNumber(study);
        return { number, any: yield* canClaim(number) };
      });
      // who asks again and again while nothing waits changes nothing
      return any ? await db.write("durable", () => claimTrial(db.own(), number, trial)) : null;
    },
    tell: (claim, progress) => db.write("quick", () => tellTrial(db.own(), claim, progress)),
    finish: (claim, end) => db.write("durable", () => finishTrial(db.own(), claim, end)),
    release: (claim) => db.write("durable", () => releaseTrial(db.own(), claim)),
    pause: (name, paused) => db.write("durable", () => pauseStudy(name, paused)),
    retry: (name) => db.write("durable", () => retryFailed(name)),
    remove: (name) => db.write("durable", () => removeStudy(name)),
    enrol: ({ host, engine }) =>
      db.write("durable", function* () {
        const own = db.own(), given: Given[] = [own, host, pidOf(own), engine];
        yield* all("DELETE FROM workers WHERE seen < now_ms() - ? AND gone(name)", REMEMBERED);
        yield* all(
          `INSERT INTO workers (name, host, pid, engine, since, seen, ended, failed)
            VALUES (?, ?, ?, ?, now_ms(), now_ms(), 0, 0)
            ON CONFLICT (name) DO UPDATE SET host = excluded.host, engine = excluded.engine, seen = now_ms()`,
          ...given,
        );
      }),
    workers: async () => (await db.read(() => all(WORKERS, REMEMBERED))).map(workerRow),
  };
}
