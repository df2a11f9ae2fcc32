/** Runs and studies in a PostgreSQL database, for processes of any number of machines at once. */
import { LOCKS, POSTGRES_MIGRATIONS } from "./postgres_schema.ts";
import { type PostgresClient, postgresClient } from "./postgres_client.ts";
import { PostgresDatabase, type PostgresOptions } from "./postgres_database.ts";
import { placeText, postgresFault } from "./postgres_fault.ts";
import { SqlStore } from "./sql_store.ts";
import type { Store } from "./store.ts";
import { DamagedStore, LaterStore } from "./store_fault.ts";

/**
 * Opens a database's store, and makes it where there is none, in the schema `plateau`.
 *
 * What a call has resolved for outlives this process and the database's. While the database is away, calls wait for it.
 * @param address as `postgres://user:password@host:5432/database`
 * @throws LaterStore; StoreRefused; StorageFault; DamagedStore where the schema is another program's
 */
export async function openPostgresStore(address: string, options: PostgresOptions = {}): Promise<Store> {
  const place = placeText(address);
  try {
    const client = await postgresClient(address);
    try {
      await migratePostgres(client, place);
    } finally {
      await client.end();
    }
    return new SqlStore(new PostgresDatabase(address, options));
  } catch (error) {
    throw postgresFault(place, error);
  }
}

/** Brings a store to the last version: all steps or none, and one process at a time. */
async function migratePostgres(client: PostgresClient, place: string): Promise<void> {
  if (await schemaVersion(client, place) === POSTGRES_MIGRATIONS.length) return;
  // before the transaction: one that has begun may go by what it knew of the tables before it waited
  await client.exec(`SELECT pg_advisory_lock(${LOCKS}, 0)`);
  await client.exec("BEGIN");
  try {
    const version = await schemaVersion(client, place);
    if (version === 0) {
      await client.exec("CREATE SCHEMA IF NOT EXISTS plateau; CREATE TABLE plateau.schema (version INTEGER)");
      await client.exec("INSERT INTO schema VALUES (0)");
    }
    for (const step of POSTGRES_MIGRATIONS.slice(version)) await client.exec(step);
    await client.ask({ sql: "UPDATE schema SET version = ?", given: [POSTGRES_MIGRATIONS.length] });
    await client.exec("COMMIT");
  } catch (error) {
    await client.exec("ROLLBACK");
    throw error;
  }
}

/** @throws LaterStore */
async function schemaVersion(client: PostgresClient, place: string): Promise<number> {
  const [{ there }] = await client.ask({
    sql: "SELECT to_regclass('plateau.schema') IS NOT NULL AS there",
    given: [],
  });
  if (!there) return 0;
  const version = (await client.ask({ sql: "SELECT version FROM schema", given: [] }))[0]?.version;
  if (!Number.isSafeInteger(version)) throw new DamagedStore(place, "it is not a store of runs");
  if (version > POSTGRES_MIGRATIONS.length) throw new LaterStore(place, version, POSTGRES_MIGRATIONS.length);
  return version;
}
