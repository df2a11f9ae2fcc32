/** Values on a device. */
import { PjrtError } from "./pjrt_error.ts";
import type { PjrtPlugin } from "./pjrt_plugin.ts";

/** What tensors hold, by TensorFlow.js' names. */
export type DeviceType = "float32" | "int32" | "bool";
export type DeviceValues = Float32Array | Int32Array | Uint8Array;

/** PJRT_Buffer_Type */
export const deviceTypes: Readonly<Record<DeviceType, number>> = { bool: 1, int32: 4, float32: 11 };
const arrays = { bool: Uint8Array, int32: Int32Array, float32: Float32Array } as const;

/** Values on a device, its owner's to free. */
export class PjrtBuffer {
  #handle: bigint;
  #holders = 1;
  readonly #plugin: PjrtPlugin;
  readonly shape: readonly number[];
  readonly type: DeviceType;

  constructor(plugin: PjrtPlugin, handle: bigint, shape: readonly number[], type: DeviceType) {
    this.#plugin = plugin;
    this.#handle = handle;
    this.shape = shape;
    this.type = type;
  }

  /** @throws PjrtError when it was freed or donated */
  get handle(): bigint {
    if (this.#handle === 0n) throw new PjrtError("PJRT_Buffer", 9, "it was freed or donated");
    return this.#handle;
  }

  /** Reads while everything waits. @throws PjrtError */
  readNow(): DeviceValues {
    const { values, event } = this.#reading();
    this.#plugin.doneNow(event);
    return values;
  }

  /** Reads beside the event loop. @throws PjrtError */
  async read(): Promise<DeviceValues> {
    const { values, event } = this.#reading();
    await this.#plugin.done(event);
    return values;
  }

  #reading(): { readonly values: DeviceValues; readonly event: bigint } {
    const size = this.shape.reduce((product, length) => product * length, 1), kind = arrays[this.type];
    const values = new kind(new ArrayBuffer(size * kind.BYTES_PER_ELEMENT));
    const into = new Uint8Array(values.buffer);
    const given = [this.handle, 0, into, into.length, 0];
    const event = this.#plugin.call("PJRT_Buffer_ToHostBuffer", given).at(4);
    return { values, event };
  }

  /** Who reads it beside the event loop holds it until then. */
  hold(): void {
    this.#holders++;
  }

  /** Its memory is freed when its owner and all who hold it have let it go. */
  free(): void {
    if (this.#holders === 0 || --this.#holders > 0) return;
    this.#plugin.call("PJRT_Buffer_Destroy", [this.#handle]);
    this.#handle = 0n;
  }
}
