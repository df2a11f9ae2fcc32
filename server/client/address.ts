/** Addresses on this server: all begin with the path that a reverse proxy passes on to it. */

/** The whole path of a page, socket or answer; `path` begins with a slash. */
export const address = (path: string): string => `${document.documentElement.dataset.base ?? ""}${path}`;
