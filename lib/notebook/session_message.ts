/** What pages may ask of a session: the border at which their messages are judged. */
import { z } from "zod";
import { decode } from "./codec.ts";
import type { FromPage } from "./wire.ts";

const MESSAGE_LIMIT = 1_000_000;

const schema = z.discriminatedUnion("t", [
  z.object({ t: z.literal("set"), name: z.string().max(200), value: z.unknown() }),
  z.object({ t: z.literal("run"), cells: z.array(z.string().max(200)).max(1000).optional() }),
  z.object({ t: z.literal("interrupt") }),
  z.object({ t: z.literal("restart") }),
]);

/** A message of a page, or why it is none: a frame of at most 1 MB, one of the four kinds, names of bounded length. */
export function readMessage(
  frame: Uint8Array | FromPage,
): { ok: true; message: FromPage } | { ok: false; why: string } {
  let asked: unknown = frame;
  if (frame instanceof Uint8Array) {
    if (frame.length > MESSAGE_LIMIT) {
      return { ok: false, why: `invalid message: ${frame.length} bytes (at most ${MESSAGE_LIMIT})` };
    }
    try {
      asked = decode(frame);
    } catch (error) {
      return { ok: false, why: (error as Error).message };
    }
  }
  const parsed = schema.safeParse(asked);
  if (!parsed.success) {
    return { ok: false, why: "invalid message: it is none of set, run, interrupt, restart" };
  }
  return { ok: true, message: parsed.data };
}
