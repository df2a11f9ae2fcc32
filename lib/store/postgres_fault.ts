/** What goes wrong with a database that is waited for, by what it means. */
import { StorageFault } from "../checkpoints/storage_fault.ts";
import { addressOf } from "./place.ts";
import { DamagedStore, StoreRefused } from "./store_fault.ts";

type Coded = Error & { readonly code?: string };

/** The database is not there now, or let go of the connection: it may come back. */
const AWAY =
  /^(E(CONNREFUSED|CONNRESET|CONNABORTED|TIMEDOUT|PIPE|NOENT|NOTFOUND|HOSTUNREACH|NETUNREACH|AI_AGAIN)|57P0[1235]|08...|53300|25P03)$/;
const AWAY_WORDS =
  /Connection terminated|timeout expired|Query read timeout|not queryable|Connection ended|connection error|timeout exceeded/;
/** What PostgreSQL refuses, by its code: a name, a password, a database, a right. */
const REFUSED = /^(28...|3D000|42501|0LP01)$/;
/** The server gave up waiting, for a lock or for the statement's end: nothing of it stands, and later it may go. */
const BUSY = /^(57014|55P03)$/;
const STORAGE: Readonly<Record<string, string>> = {
  ...{ "53100": "ENOSPC", "53200": "ENOMEM", "25006": "EROFS", "58030": "EIO" },
  ...{ "57014": "EBUSY", "55P03": "EBUSY" },
};
/** Statements are sound, so the tables are not: dropped, another program's, or damaged on the disk. */
const DAMAGED = /^(42P01|42P07|42703|42804|42883|3F000|XX00[12])$/;
/** What the driver says where it was asked for a password and has none. */
const UNASKED = /client password must be a string/;

/** Whether the same may be asked again once the database is back. */
export const isAway = (error: unknown): boolean => {
  const { code = "", message } = error as Coded;
  return AWAY.test(code) || AWAY_WORDS.test(message);
};

/** Whether two changes met, and one of them is to be done again. */
export const isClash = (error: unknown): boolean => /^40(001|P01)$/.test((error as Coded).code ?? "");

/** Whether the same may be asked again on the same connection after a while. */
export const isBusy = (error: unknown): boolean => BUSY.test((error as Coded).code ?? "");

/** Whether it may go well another time: the database is away, full, a standby, or busy with another change. */
export const isPassing = (error: unknown): boolean =>
  error instanceof StorageFault || isAway(error) || isClash(error) || (error as Coded).code! in STORAGE;

/**
 * An error of the database as one of the store; every other one as it is.
 * @param place without the password
 */
export function postgresFault(place: string, error: unknown): Error {
  const { code = "", message } = error as Coded;
  if (STORAGE[code]) return new StorageFault(place, STORAGE[code], error as Error);
  if (REFUSED.test(code)) return new StoreRefused(place, message);
  if (UNASKED.test(message)) return new StoreRefused(place, "it asks for a password, and none is given");
  if (isAway(error)) return new StorageFault(place, code || "EPIPE", error as Error);
  if (DAMAGED.test(code)) return new DamagedStore(place, message);
  return /^invalid column/.test(message) ? new DamagedStore(place, message) : error as Error;
}

/**
 * An address as it may be shown.
 * @throws StoreRefused
 */
export function placeText(address: string): string {
  const url = addressOf(address);
  url.password = "";
  url.search = "";
  return url.href;
}
