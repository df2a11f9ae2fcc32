/** A compiled program on its device. */
import { type DeviceType, PjrtBuffer } from "./pjrt_buffer.ts";
import { addressOf, copied, Fields, words, wordsOf } from "./pjrt_memory.ts";
import type { PjrtPlugin } from "./pjrt_plugin.ts";

/** Frees what the plug-in serialised. */
const deleter = { parameters: ["u64"], result: "void" } as const;

/** Shape and type of what a program makes. */
export interface Made {
  readonly shape: readonly number[];
  readonly type: DeviceType;
}

/** A compiled program. */
export class PjrtExecutable {
  readonly outputs: number;
  readonly #plugin: PjrtPlugin;
  readonly #handle: bigint;
  readonly #program: bigint;

  constructor(plugin: PjrtPlugin, handle: bigint) {
    this.#plugin = plugin;
    this.#handle = handle;
    this.#program = plugin.call("PJRT_LoadedExecutable_GetExecutable", [handle, 0]).at(1);
    this.outputs = Number(plugin.call("PJRT_Executable_NumOutputs", [this.#program, 0]).at(1));
  }

  /**
   * Runs it beside the event loop. What comes of it stays on the device, its owner's to free.
   *
   * @param made what it makes, in its order
   * @param donated inputs whose memory the program takes for its outputs, where it says so (`tf.aliasing_output`): of
   *   no use afterwards. All others stay as they are
   * @throws PjrtError
   */
  async run(
    inputs: readonly PjrtBuffer[],
    made: readonly Made[],
    donated: readonly number[] = [],
  ): Promise<PjrtBuffer[]> {
    const plugin = this.#plugin;
    const handles = wordsOf(inputs.map(({ handle }) => handle)),
      outputs = words(this.outputs),
      event = words(1);
    const kept = wordsOf([...inputs.keys()].filter((i) => !donated.includes(i)));
    const options = new Fields([0, 0, 0, 0, 0, kept, kept.length, 0, 0, 0, 0, 0], 0);
    const given = [
      this.#handle,
      options.memory,
      wordsOf([addressOf(handles)]),
      1,
      inputs.length,
      wordsOf([addressOf(outputs)]),
      event,
      0,
    ];
    for (const input of inputs) input.hold();
    try {
      await plugin.callAside("PJRT_LoadedExecutable_Execute", given, [handles, options]);
    } finally {
      for (const input of inputs) input.free();
    }
    for (const i of donated) inputs[i].free();
    const buffers = Array.from(
      outputs,
      (handle, i) => new PjrtBuffer(this.#plugin, handle, made[i].shape, made[i].type),
    );
    try {
      await plugin.done(event[0]);
    } catch (error) {
      for (const buffer of buffers) buffer.free();
      throw error;
    }
    return buffers;
  }

  /** Its machine code, for `PjrtClient.load` of the same plug-in on the same kind of machine. */
  bytes(): Uint8Array<ArrayBuffer> {
    const plugin = this.#plugin;
    const made = plugin.call("PJRT_Executable_Serialize", [this.#program, 0, 0, 0, 0]);
    const bytes = copied(made.at(1), Number(made.at(2))),
      free = Deno.UnsafePointer.create<typeof deleter>(made.at(4));
    new Deno.UnsafeFnPointer(free!, deleter).call(made.at(3));
    return bytes;
  }

  close(): void {
    this.#plugin.call("PJRT_Executable_Destroy", [this.#program]);
    this.#plugin.call("PJRT_LoadedExecutable_Destroy", [this.#handle]);
  }
}
