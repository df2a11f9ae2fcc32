/**
 * What an owner is asked to allow, and the tickets by which the answer comes back. A notebook's own scripts run in the
 * owner's pages, so neither a cookie nor a click proves that a person agreed: a ticket does, which only a page that
 * no script can read has held.
 */
import { secret } from "./auth.ts";

/** A file or folder that the kernel of a notebook shall be allowed to read. */
export interface Grant {
  readonly notebook: string;
  readonly path: string;
}

export interface Grants {
  /** a new ticket, good for one answer within ten minutes */
  ask(grant: Grant): string;
  /** spends a ticket; null when it is unknown, was spent or is too old */
  redeem(ticket: string): Grant | null;
}

/** Whether a page shows a path as it is: with nothing that is not drawn, or that changes the order of what is. */
export const isPlainToSee = (path: string): boolean => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(path);

const LIFE_MS = 600_000;
/** Questions that may be open at once; the oldest gives way. */
const OPEN = 100;

/** @param now clock in milliseconds */
export function createGrants(now: () => number = Date.now): Grants {
  const open = new Map<string, { readonly grant: Grant; readonly since: number }>();
  return {
    ask(grant) {
      if (open.size >= OPEN) open.delete(open.keys().next().value!);
      const ticket = secret();
      open.set(ticket, { grant, since: now() });
      return ticket;
    },
    redeem(ticket) {
      const asked = open.get(ticket); // 256 random bits: what the time of a lookup says leads nowhere
      open.delete(ticket);
      return asked && now() - asked.since < LIFE_MS ? asked.grant : null;
    },
  };
}
