/** Texts as C has them. */

/** The C string at a pointer; empty for null. */
export function textAt(address: Deno.PointerValue): string {
  return address === null ? "" : new Deno.UnsafePointerView(address).getCString();
}

const encoder = new TextEncoder();
const strings = new Map<string, Uint8Array<ArrayBuffer>>();
/** A zero-terminated copy of a name, kept: op and attribute names are few and asked for in every op. */
export function cName(text: string): Uint8Array<ArrayBuffer> {
  const known = strings.get(text);
  if (known) return known;
  const bytes = encoder.encode(text + "\0");
  strings.set(text, bytes);
  return bytes;
}
