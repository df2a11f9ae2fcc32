/** JSON-RPC as a language server speaks it on its stdin and stdout: `Content-Length: n`, an empty line, n bytes of JSON. */
import { joinedBytes } from "../joined_bytes.ts";

/** What goes either way: a request has id and method, an answer an id, a notice a method. */
export interface RpcMessage {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Longest message that is taken, in bytes. */
const LIMIT = 1 << 26;
const HEADER = /^(?:[^\r\n]*\r\n)*?Content-Length: *(\d+)\r\n(?:[^\r\n]*\r\n)*?\r\n/i;
const HEADER_LIMIT = 1024;

/** A message as the bytes to send. */
export function framedRpc(message: RpcMessage): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", ...message }));
  return joinedBytes([new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

/**
 * The messages in a stream of bytes, however they are cut.
 * @throws Error for bytes that are no message
 */
export async function* rpcMessages(stream: AsyncIterable<Uint8Array>): AsyncGenerator<RpcMessage> {
  let waiting: Uint8Array[] = [], size = 0, needed = 1;
  for await (const part of stream) {
    waiting.push(part);
    size += part.length;
    if (size < needed) continue;
    let rest = joinedBytes(waiting);
    for (let next = headerOf(rest);; next = headerOf(rest)) {
      needed = next ? next.end : rest.length + 1;
      if (rest.length < needed) break;
      yield JSON.parse(new TextDecoder().decode(rest.subarray(next!.begin, next!.end)));
      rest = rest.subarray(next!.end);
    }
    [waiting, size] = [[rest], rest.length];
  }
}

/** Where the first message lies; undefined until its header is whole. */
function headerOf(bytes: Uint8Array): { begin: number; end: number } | undefined {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, HEADER_LIMIT)), header = HEADER.exec(text);
  if (!header) {
    if (text.length < HEADER_LIMIT) return undefined;
    throw new Error("invalid message: no Content-Length");
  }
  const length = Number(header[1]);
  if (length > LIMIT) throw new Error(`invalid message: ${length} bytes (at most ${LIMIT})`);
  return { begin: header[0].length, end: header[0].length + length };
}
