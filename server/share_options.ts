/** What `plateau share`, `shares` and `unshare` take on their command lines. Light: it is read whichever command is asked for. */

/** Options of `plateau share`, as `parseArgs` takes them. */
export const SHARE_OPTIONS = {
  expires: { type: "string", default: "7d" },
  at: { type: "string" },
} as const;

/** One line for each option. */
export const SHARE_HELP: Readonly<Record<keyof typeof SHARE_OPTIONS, string>> = {
  expires: "how long the link is open: 30m, 12h, 7d (default 7d, at most 365d)",
  at: "where others reach the server, with its base path (default the one that runs here)",
};

export const SHARE_USAGE = "<notebook.ts | run:id>";

export const SHARE_NOTES = `
  Prints an address. Who has it sees this notebook or run, as it is and as it changes, until the link expires or is revoked;
  moves what the page itself computes; starts nothing, and sees nothing else. The address is shown this once.

examples
  plateau share notebooks/digits.ts --expires 30d
  plateau share run:3f9a --at https://lab.example.org/plateau

exit codes
  0  done
  1  there is no such run, or the links cannot be kept
  2  used wrongly`;

/** Options of `plateau shares`. */
export const SHARES_OPTIONS = { json: { type: "boolean", default: false } } as const;

export const SHARES_HELP: Readonly<Record<keyof typeof SHARES_OPTIONS, string>> = {
  json: "print one JSON object instead of text",
};

export const UNSHARE_USAGE = "<id …>";

export const UNSHARE_NOTES = `
  Links that are open are listed by plateau shares. Whoever is looking is hung up on within a second.

exit codes
  0  done
  1  there is no such link, or the links cannot be kept`;
