/**
 * Trials as jobs of a queue in the same database (graphile-worker's), which tells a waiting worker at once. A trial's row
 * says how it stands; its job only brings it to a worker: whatever makes a trial wait adds its job, in one transaction.
 */
import { postgresClient } from "./postgres_client.ts";
import { isPassing } from "./postgres_fault.ts";
import { LOCKS } from "./postgres_schema.ts";

/** What a job's task is called in the queue, and its key begins with: other programs of the database may have theirs. */
export const TRIAL_TASK = "plateau trial";
/** Seconds after which a job that a worker took, and whose trial nobody claimed, is brought anew. */
const UNCLAIMED = 10;
/** Of the functions and triggers below: raised with every change of them, so that a database that has others gets these. */
const VERSION = "1";
/** Trials that are brought anew at a time. */
const TOGETHER = 1000;

/**
 * - deliver_trials: the same key again takes the place of a job that waits; one that a worker holds stays its own
 * - deliver_late: for whoever is idle: trials that wait and whose jobs nobody will ever do: they were lost with their
 *   worker, or done while the study was paused
 */
const DELIVERY = `
CREATE OR REPLACE FUNCTION deliver_trials(wanted BIGINT, numbers BIGINT[]) RETURNS VOID LANGUAGE sql AS $$
  SELECT graphile_worker.add_jobs(array_agg(jsonb_populate_record(NULL::graphile_worker.job_spec, jsonb_build_object(
    'identifier', '${TRIAL_TASK}', 'job_key', '${TRIAL_TASK} ' || wanted || ' ' || each.trial,
    'payload', jsonb_build_object('study', s.name, 'trial', each.trial)))))
  FROM unnest(numbers) AS each(trial) JOIN plateau.studies s ON s.number = wanted
  HAVING count(*) > 0
$$;
CREATE OR REPLACE FUNCTION deliver_waiting(wanted BIGINT) RETURNS VOID LANGUAGE sql AS $$
  SELECT plateau.deliver_trials(wanted, array_agg(number ORDER BY number)) FROM plateau.trials
  WHERE study = wanted AND state = 'waiting' HAVING count(*) > 0
$$;
CREATE OR REPLACE FUNCTION deliver_late() RETURNS VOID LANGUAGE sql AS $$
  SELECT plateau.deliver_trials(study, array_agg(number ORDER BY number)) FROM (
    SELECT t.study, t.number FROM plateau.trials t JOIN plateau.studies s ON s.number = t.study
    WHERE t.state = 'waiting' AND s.paused = 0 AND NOT EXISTS (
      SELECT 1 FROM graphile_worker.jobs j WHERE j.key = '${TRIAL_TASK} ' || t.study || ' ' || t.number
        AND j.attempts < j.max_attempts AND (j.locked_at IS NULL AND j.run_at <= now()
          OR j.locked_at > now() - interval '${UNCLAIMED} seconds'))
    LIMIT ${TOGETHER}) AS late GROUP BY study
$$;
CREATE OR REPLACE FUNCTION added_trials() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
  PERFORM plateau.deliver_trials(study, array_agg(number ORDER BY number)) FROM added GROUP BY study;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION waiting_trial() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
  PERFORM plateau.deliver_trials(NEW.study, ARRAY[NEW.number]);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION resumed_study() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
  PERFORM plateau.deliver_waiting(NEW.number);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER added_trials AFTER INSERT ON trials REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION added_trials();
CREATE OR REPLACE TRIGGER waiting_trial AFTER UPDATE ON trials FOR EACH ROW
  WHEN (NEW.state = 'waiting' AND OLD.state <> 'waiting') EXECUTE FUNCTION waiting_trial();
CREATE OR REPLACE TRIGGER resumed_study AFTER UPDATE ON studies FOR EACH ROW
  WHEN (NEW.paused = 0 AND OLD.paused = 1) EXECUTE FUNCTION resumed_study();
COMMENT ON FUNCTION deliver_late() IS '${VERSION}';
SELECT deliver_waiting(number) FROM studies WHERE paused = 0;
`;

/** Whoever looks after the queue of a store. */
export interface TrialJobs {
  /** brings trials again that wait and whose jobs nobody will do; what the database cannot do now waits for the next call */
  deliverLate(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Sees to it that every trial of a store that waits has a job, from here on.
 * @param address of a store that was opened before, where the queue has its tables
 * @throws as pg does
 */
export async function trialJobs(address: string): Promise<TrialJobs> {
  let client = await postgresClient(address);
  try {
    await client.exec(`SELECT pg_advisory_lock(${LOCKS}, 0)`);
    const [{ version }] = await client.ask({
      sql: "SELECT obj_description(to_regproc('plateau.deliver_late'), 'pg_proc') AS version",
      given: [],
    });
    if (version !== VERSION) await client.exec(`BEGIN; ${DELIVERY}; COMMIT`);
    await client.exec(`SELECT pg_advisory_unlock(${LOCKS}, 0)`);
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    async deliverLate() {
      try {
        if (client.lost) client = await postgresClient(address);
        await client.exec("SELECT deliver_late()");
      } catch (error) {
        client.drop();
        if (!isPassing(error)) throw error;
      }
    },
    close: () => client.end(),
  };
}
