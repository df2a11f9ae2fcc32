/** Programs of XLA through a plug-in: traced as StableHLO, compiled for its device. */
import type { Programs } from "../programs/programs.ts";
import type { tf } from "../tf.ts";
import { rowsAt } from "./kernels/gathers.ts";
import { tracedDraws } from "./philox.ts";
import type { PjrtClient } from "./pjrt_client.ts";
import { targetOf, type XlaTarget } from "./target.ts";
import { trace, tracingBackend } from "./trace.ts";
import { xlaProgram } from "./xla_program.ts";

/** @param target what is written for, by default the client's platform with all bits of its numbers */
export const xlaPrograms = (
  client: PjrtClient,
  target: XlaTarget = targetOf(client.platform, false),
): Programs => ({
  bounded: false,
  record: (inputs, work) => trace(inputs, work, target),
  draws: tracedDraws,
  rows(table, places) {
    const backend = tracingBackend();
    const rows = rowsAt(backend.writing, backend.traceOf(table), backend.traceOf(places));
    return backend.made(rows) as tf.Tensor2D;
  },
  program: (parts) => xlaProgram(client, parts),
  unrefused: async (_, run) => ({ result: await run("xla"), mode: "xla", refused: null }),
});
