/** A PostgreSQL database that does a store's statements, over however many connections, and waits while it is away. */
import { setTimeout as delay } from "node:timers/promises";
import { type PostgresClient, postgresClient } from "./postgres_client.ts";
import { isAway, isBusy, isClash, placeText, postgresFault } from "./postgres_fault.ts";
import { leaveWriters, type PostgresWriter, postgresWriter } from "./postgres_writer.ts";
import type { Database, Durability, Sql } from "./sql.ts";

export interface PostgresOptions {
  /** milliseconds that a call waits for a database that is away. Default 30,000 */
  readonly patience?: number;
  /** milliseconds for which this one may be silent before others take it for gone. Default 30,000 */
  readonly silence?: number;
}

/** Milliseconds between two words of a writer, and between two tries to reach a database. */
const BEAT = 1000, FIRST_WAIT = 50, LONGEST_WAIT = 2000;
/** Connections for reading. */
const READERS = 4;

export class PostgresDatabase implements Database {
  readonly fault = null;
  readonly place: string;
  readonly #name = `${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  readonly #patience: number;
  readonly #silence: number;
  #writer: PostgresWriter | null = null;
  #writes = false;
  #closed = false;
  /** changes that are known to stand */
  #changes = 0;
  #beat: ReturnType<typeof setInterval> | null = null;
  #lastWord = 0;
  /** one change after another, so that a lost answer is one change's alone */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #idle: PostgresClient[] = [];
  readonly #waiting: (() => void)[] = [];
  #readers = 0;

  constructor(readonly address: string, { patience = 30_000, silence = 30_000 }: PostgresOptions) {
    this.place = placeText(address);
    this.#patience = patience;
    this.#silence = silence;
  }

  own(): string {
    this.#writes = true;
    return this.#name;
  }

  get writes(): boolean {
    return this.#writes;
  }

  read<T>(act: () => Sql<T>): Promise<T> {
    return this.#patiently(async () => {
      const client = await this.#reader();
      try {
        const [, result] = await Promise.all([
          client.exec("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
          client.steps(act()),
        ]);
        await client.exec("COMMIT");
        this.#giveBack(client);
        return result;
      } catch (error) {
        await this.#undo(client, error);
        this.#giveBack(client);
        throw error;
      }
    });
  }

  /** Both kinds wait for the disk: whoever trains lives on when the database falls, and would write on past a gap. */
  write<T>(_: Durability, act: () => Sql<T>): Promise<T> {
    return this.#inTurn(async () => {
      let unsure: { readonly result: T; readonly changes: number } | null = null;
      return await this.#patiently(async () => {
        const writer = await this.#session();
        // the answer to the last commit was lost, not what it was about
        if (unsure !== null && writer.changes === unsure.changes) return unsure.result;
        unsure = null;
        return await this.#change(writer, act, (result) => unsure = { result, changes: this.#changes + 1 });
      });
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#inTurn(async () => {
      this.#closed = true;
      if (this.#beat !== null) clearInterval(this.#beat);
      const writer = this.#writer;
      if (writer && !writer.client.lost) await leaveWriters(writer).catch(() => {});
      await Promise.all([writer?.client, ...this.#idle].map((client) => client?.end()));
    });
  }

  /** @param sure called when nothing but the commit is left */
  async #change<T>(writer: PostgresWriter, act: () => Sql<T>, sure: (result: T) => void): Promise<T> {
    const { client, number } = writer;
    try {
      const [, result] = await Promise.all([client.exec("BEGIN"), client.steps(act())]);
      sure(result);
      const counted = {
        sql: "UPDATE writers SET changes = changes + 1, seen = clock_timestamp() WHERE number = ?",
        given: [number],
      };
      await Promise.all([client.ask(counted), client.exec("COMMIT")]);
      this.#changes++;
      this.#lastWord = performance.now();
      return result;
    } catch (error) {
      await this.#undo(client, error);
      throw error;
    }
  }

  async #session(): Promise<PostgresWriter> {
    this.#checkOpen();
    if (this.#writer && !this.#writer.client.lost) return this.#writer;
    await this.#writer?.client.end();
    this.#writer = null;
    this.#writer = await postgresWriter(this.address, this.#name, this.#silence);
    this.#changes = this.#writer.changes;
    if (this.#beat === null) this.#beat = setInterval(() => void this.#sayHere(), BEAT);
    return this.#writer;
  }

  /** Says that it is there, also while nothing is written; a lost connection is opened again. */
  async #sayHere(): Promise<void> {
    if (this.#closed || performance.now() - this.#lastWord < BEAT / 2) return;
    this.#lastWord = performance.now();
    await this.#inTurn(async () => {
      if (this.#closed) return;
      const { client, number } = await this.#session();
      await client.ask({
        sql: "UPDATE writers SET seen = clock_timestamp() WHERE number = ?",
        given: [number],
      });
    }).catch(() => {}); // who writes next hears of it
  }

  /** A connection that cannot even take back is given up. */
  async #undo(client: PostgresClient, error: unknown): Promise<void> {
    if (isAway(error)) client.drop();
    else await client.exec("ROLLBACK").catch(() => client.drop());
  }

  async #reader(): Promise<PostgresClient> {
    for (;;) {
      this.#checkOpen();
      const idle = this.#idle.pop();
      if (idle && !idle.lost) return idle;
      if (idle) {
        this.#readers--;
        await idle.end();
      } else if (this.#readers < READERS) {
        this.#readers++;
        try {
          return await postgresClient(this.address);
        } catch (error) {
          this.#readers--;
          this.#waiting.shift()?.();
          throw error;
        }
      } else await new Promise<void>((free) => this.#waiting.push(free));
    }
  }

  #giveBack(client: PostgresClient): void {
    if (this.#closed) void client.end();
    else this.#idle.push(client);
    this.#waiting.shift()?.();
  }

  /** A connection that is opened after the others were closed would stay, and say that this writer lives. */
  #checkOpen(): void {
    if (this.#closed) throw new Error(`database is not open: ${this.place} (its store was closed)`);
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act, act);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Again while the database is away, and where two changes met. */
  async #patiently<T>(act: () => Promise<T>): Promise<T> {
    const until = performance.now() + this.#patience;
    for (let wait = FIRST_WAIT;; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        return await act();
      } catch (error) {
        const again = isClash(error) || (isAway(error) || isBusy(error)) && performance.now() < until;
        if (!again) throw postgresFault(this.place, error);
      }
      await delay(wait * (0.5 + Math.random()));
    }
  }
}
