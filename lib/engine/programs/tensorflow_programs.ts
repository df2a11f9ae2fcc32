/** Programs of TensorFlow: recorded from its operations, compiled by its XLA or run as its graphs. */
import type { NativeBinding } from "../native/binding.ts";
import { nativeBackend } from "../native/native_ids.ts";
import type { tf } from "../tf.ts";
import { loopProgram } from "./loop_program.ts";
import { programMode } from "./program_mode.ts";
import type { Programs } from "./programs.ts";
import { record } from "./record.ts";
import { recordedDraws } from "./recorded_draws.ts";
import { unrefused } from "./unrefused.ts";

/** Only where the native engine is current. */
export const tensorflowPrograms = (binding: NativeBinding): Programs => ({
  bounded: true,
  record: (inputs, work) => record(binding, inputs, work),
  draws: recordedDraws,
  // Gather, not GatherV2: places in the table are ours, and in range
  rows: (table, places) => nativeBackend().executeSingleOutput("Gather", [], [table, places]) as tf.Tensor2D,
  program: (parts, mode) => loopProgram(binding, parts, mode),
  unrefused: (recordings, run) => unrefused(programMode(recordings, binding.isUsingGpuDevice()), run),
});
