/**
 * Whether a page may make a link to it: http, https, mailto, or a place of the same site. A browser drops control
 * characters and spaces before it reads a scheme, and takes `\` for `/`: so they are read here. An address that names a
 * host but no scheme is none: from a file on disk it would ask a computer of the network for a file.
 * @example
 * ```ts
 * import { safeAddress } from "./safe_address.ts";
 * safeAddress("https://example.org"); // true
 * safeAddress(" java\tscript:alert(1)"); // false
 * ```
 */
export function safeAddress(address: string): boolean {
  const plain = address.replace(/[\p{Cc}\s]+/gu, "").replaceAll("\\", "/");
  const scheme = /^([^/?#:]*):/.exec(plain)?.[1];
  return scheme === undefined ? !plain.startsWith("//") : /^(https?|mailto)$/i.test(scheme);
}
