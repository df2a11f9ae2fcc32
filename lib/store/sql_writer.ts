/** Writes one run of a store, as long as it is this writer's. */
import type { LogWarning } from "../curves/logged.ts";
import type { EndReason, EvaluationRow } from "../curves/trajectory.ts";
import { endRun, leaveRun } from "./run_statements.ts";
import { appendSeries, seriesOf, type Tails, tailsOf } from "./series_tables.ts";
import { all, type Database, type Durability, one, type Sql } from "./sql.ts";
import type { RunWriter, SeriesRows } from "./store.ts";
import { UnknownRun } from "./store_fault.ts";

const TOUCHED = "UPDATE runs SET updated = now_ms(), version = version + 1";

export class SqlWriter implements RunWriter {
  readonly #own: string;
  /** what the last append knew of the series; null: to be read */
  #tails: Tails | null = null;

  /** Another writer that has gone on with the run keeps this one out. */
  constructor(readonly db: Database, readonly number: number, readonly id: string) {
    this.#own = db.own();
  }

  async recorded(): Promise<Readonly<Record<string, number>>> {
    const rows = await this.db.read(() => seriesOf(this.number));
    return Object.fromEntries(rows.flatMap(({ tag, last }) => last === null ? [] : [[tag, last]]));
  }

  async append(rows: SeriesRows): Promise<void> {
    const { number } = this, taken = () => this.#takeTails();
    this.#tails = await this.#write("quick", `${TOUCHED}, ended = NULL`, function* () {
      const tails = taken() ?? (yield* tailsOf(number));
      yield* appendSeries(number, tails, rows);
      return tails;
    });
  }

  /** Of an append that throws nothing stands, and one that is done again reads anew. */
  #takeTails(): Tails | null {
    const tails = this.#tails;
    this.#tails = null;
    return tails;
  }

  async checkpoint(step: number, path: string, sha256: string): Promise<void> {
    await this.#write("durable", TOUCHED, () =>
      all(
        `INSERT INTO checkpoints (run, step, path, sha256) VALUES (?, ?, ?, ?)
          ON CONFLICT (run, step) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256`,
        ...[this.number, step, path, sha256],
      ));
  }

  async end(state: EndReason, because: string, final: EvaluationRow | null): Promise<void> {
    await this.#write("durable", TOUCHED, () => endRun(this.number, { state, because, final }));
  }

  async release(): Promise<void> {
    await this.#write("durable", TOUCHED, () => leaveRun(this.number));
  }

  async warn(warnings: readonly LogWarning[]): Promise<void> {
    const { number } = this;
    await this.#write("durable", TOUCHED, function* () {
      const before = yield* one("SELECT warnings FROM runs WHERE number = ?", number);
      const text = JSON.stringify([...JSON.parse(before!.warnings), ...warnings]);
      yield* all("UPDATE runs SET warnings = ? WHERE number = ?", text, number);
    });
  }

  #write<T>(how: Durability, touch: string, act: () => Sql<T>): Promise<T> {
    const { number, id } = this, own = this.#own;
    return this.db.write(how, function* () {
      const held = yield* one(`${touch} WHERE number = ? AND writer = ? RETURNING number`, number, own);
      if (held !== null) return yield* act();
      const there = yield* one("SELECT 1 AS one FROM runs WHERE number = ?", number);
      throw new UnknownRun(id, there ? "it is no longer written here" : "it was removed");
    });
  }
}
