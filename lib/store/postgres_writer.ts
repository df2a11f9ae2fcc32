/** Who writes a store in PostgreSQL: a row that says when it was last there, and a lock that its session holds. */
import { LOCKS } from "./postgres_schema.ts";
import { type PostgresClient, postgresClient } from "./postgres_client.ts";

export interface PostgresWriter {
  readonly client: PostgresClient;
  readonly number: number;
  /** changes that it has counted, of all its sessions */
  readonly changes: number;
}

/** Milliseconds for which those that are gone are kept, so that they are counted together. */
const KEPT = 24 * 3600 * 1000;

/**
 * A session of a writer. A writer may have several of them: the last is the one that is used, and the lock is shared, since
 * the database may not have noticed yet that the one before is lost.
 * @param silence milliseconds for which it may be silent before it counts as gone
 */
export async function postgresWriter(
  address: string,
  name: string,
  silence: number,
): Promise<PostgresWriter> {
  const client = await postgresClient(address);
  try {
    const [{ number }] = await client.ask({
      sql: `INSERT INTO writers (name, changes, seen, silence) VALUES (?, 0, clock_timestamp(), ?)
        ON CONFLICT (name) DO UPDATE SET seen = clock_timestamp() RETURNING number`,
      given: [name, silence],
    });
    await client.ask({ sql: `SELECT pg_advisory_lock_shared(${LOCKS}, ?)`, given: [number] });
    // waits for what the session before was still about
    const [{ changes }] = await client.ask({
      sql: "SELECT changes FROM writers WHERE number = ? FOR UPDATE",
      given: [number],
    });
    return { client, number, changes };
  } catch (error) {
    await client.end();
    throw error;
  }
}

const FOLDED = (which: string) =>
  `WITH left_ones AS (DELETE FROM writers WHERE ${which} RETURNING changes)
  UPDATE kept_facts SET value = value + (SELECT coalesce(sum(changes), 0) FROM left_ones) WHERE name = 'changes'`;

/** A writer that leaves, and those that are gone for long; what they counted stays counted. */
export async function leaveWriters({ client, number }: PostgresWriter): Promise<void> {
  const old = `number = ? OR seen < clock_timestamp() - ${KEPT} * interval '1 millisecond' AND gone(name)`;
  await client.ask({ sql: FOLDED(old), given: [number] });
}
