/** One connection to PostgreSQL that does statements. */
// @ts-types="./pg.d.ts"
import pg from "pg";
import { kept, type Row, type Sql, type Statement } from "./sql.ts";

/** Types of PostgreSQL that come as texts and are numbers here: bigint, numeric. */
const NUMBERS = [20, 1700];
const types = {
  getTypeParser: (type: number, format?: string) =>
    NUMBERS.includes(type) ? Number : pg.types.getTypeParser(type, format),
};
/** Milliseconds: to connect, until an answer comes, and for which a transaction may stand still and keep others waiting. */
const CONNECT = 10_000, ANSWER = 60_000, IDLE = 10_000;
/** Longer statements are not prepared: they bring in many rows, and seldom as many again. */
const PREPARED = 1500;

export interface PostgresClient {
  /** sent at once; answered in turn */
  ask(statement: Statement): Promise<readonly Row[]>;
  /** does steps, one after another */
  steps<T>(steps: Sql<T>): Promise<T>;
  /** statements without parameters */
  exec(sql: string): Promise<void>;
  readonly lost: boolean;
  /** gives it up where it cannot be relied on: its answers may never come */
  drop(): void;
  end(): Promise<void>;
}

/** @throws as pg does */
export async function postgresClient(address: string): Promise<PostgresClient> {
  const client = new pg.Client({
    connectionString: address,
    application_name: "plateau",
    options: `-c search_path=plateau -c idle_in_transaction_session_timeout=${IDLE}`,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT,
    query_timeout: ANSWER,
    pipeline: true,
    types,
  });
  let lost = false;
  client.on("error", () => lost = true);
  await client.connect();
  const names = new Map<string, { readonly text: string; readonly name?: string }>();
  const prepared = (sql: string) => {
    const known = names.get(sql);
    if (known) return known;
    let place = 0;
    const text = sql.replaceAll("?", () => `$${++place}`);
    const statement = text.length > PREPARED ? { text } : { text, name: `s${names.size}` };
    if (statement.name) names.set(sql, statement);
    return statement;
  };
  const ask = async ({ sql, given }: Statement) =>
    (await client.query({ ...prepared(sql), values: given.map(kept) })).rows as readonly Row[];
  return {
    ask,
    async steps(steps) {
      let step = steps.next();
      while (!step.done) step = steps.next(await ask(step.value));
      return step.value;
    },
    async exec(sql) {
      await client.query(sql);
    },
    get lost() {
      return lost;
    },
    drop() {
      lost = true;
      client.connection.stream.destroy();
    },
    async end() {
      // one that is lost has nobody to say goodbye to
      if (lost) client.connection.stream.destroy();
      else await client.end().catch(() => {});
    },
  };
}
