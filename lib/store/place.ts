/** Places of stores. */
import { StoreRefused } from "./store_fault.ts";

/** Whether a store's place is a database that many machines share. */
export const isAddress = (place: string): boolean => /^postgres(ql)?:\/\//.test(place);

/**
 * The parts of a database's address.
 * @throws StoreRefused for what is none, without a word of it: a password may be anywhere in it
 */
export function addressOf(place: string): URL {
  const url = URL.parse(place);
  if (url !== null) return url;
  throw new StoreRefused(
    "postgres://…",
    "no address: in a user or a password / is written %2F, # is %23, ? is %3F, @ is %40",
  );
}
