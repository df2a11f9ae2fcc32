/** The devices of a plug-in, and what they hold: buffers and executables. */
import { compileOptions, type XlaFlags } from "./compile_options.ts";
import { type ClientOptions, namedValues } from "./named_values.ts";
import { type DeviceType, deviceTypes, type DeviceValues, PjrtBuffer } from "./pjrt_buffer.ts";
import { PjrtError } from "./pjrt_error.ts";
import { PjrtExecutable } from "./pjrt_executable.ts";
import { bytesOf, Fields, textFrom, wordsFrom, wordsOf } from "./pjrt_memory.ts";
import type { PjrtPlugin } from "./pjrt_plugin.ts";

export interface Device {
  readonly handle: bigint;
  /** as programs are assigned to it */
  readonly id: number;
  /** as `cpu`, `NVIDIA H100 80GB HBM3` */
  readonly kind: string;
}
/** Bytes on a device. Plain data. */
export interface DeviceMemory {
  readonly used: number;
  /** most that was ever used; null where the plug-in tells none */
  readonly peak: number | null;
  /** null where the plug-in tells none */
  readonly limit: number | null;
}

/** How full a device is, as `59.1 of its 60.0 GB are in use`; null where its plug-in does not tell. */
export const heldText = (memory: DeviceMemory | null): string | null =>
  memory === null || memory.limit === null
    ? null
    : `${(memory.used / 1e9).toFixed(1)} of its ${(memory.limit / 1e9).toFixed(1)} GB are in use`;

/** A number that no device of a plug-in has. */
export class NoDevice extends Error {
  override readonly name = "NoDevice";
  constructor(readonly number: number, readonly numbers: readonly number[]) {
    super(`no device ${number} (has ${numbers.join(", ")})`);
  }
}

/** One process' use of a plug-in. */
export class PjrtClient {
  readonly plugin: PjrtPlugin;
  /** as `cpu`, `cuda` */
  readonly platform: string;
  readonly platformVersion: string;
  readonly devices: readonly Device[];
  /** the one that programs and buffers are for */
  readonly device: Device;
  readonly #handle: bigint;

  /**
   * @param number of the device that it is for
   * @throws NoDevice; PjrtError where the plug-in finds no device, or does not know an option
   */
  constructor(plugin: PjrtPlugin, options: ClientOptions = {}, number = 0) {
    this.plugin = plugin;
    const { list, held } = namedValues(options);
    const made = plugin.call("PJRT_Client_Create", [list, list.length / 7, 0, 0, 0, 0, 0, 0, 0]);
    held.length = 0; // the structs pointed to them until now
    this.#handle = made.at(6);
    const told = (name: "PJRT_Client_PlatformName" | "PJRT_Client_PlatformVersion") => {
      const answer = plugin.call(name, [this.#handle, 0, 0]);
      return textFrom(answer.at(1), answer.at(2));
    };
    this.platform = told("PJRT_Client_PlatformName");
    this.platformVersion = told("PJRT_Client_PlatformVersion");
    const listed = plugin.call("PJRT_Client_AddressableDevices", [this.#handle, 0, 0]);
    this.devices = wordsFrom(listed.at(1), Number(listed.at(2))).map((handle) => {
      const description = plugin.call("PJRT_Device_GetDescription", [handle, 0]).at(1);
      const kind = plugin.call("PJRT_DeviceDescription_Kind", [description, 0, 0]);
      const id = Number(BigInt.asIntN(32, plugin.call("PJRT_DeviceDescription_Id", [description, 0]).at(1)));
      return { handle, id, kind: textFrom(kind.at(1), kind.at(2)) };
    });
    if (this.devices.length === 0) {
      throw new PjrtError("PJRT_Client_AddressableDevices", 9, "no device is there");
    }
    if (number >= this.devices.length) throw new NoDevice(number, [...this.devices.keys()]);
    this.device = this.devices[number];
    plugin.held = () => heldText(this.memory());
  }

  /** What a device holds; null where its plug-in does not tell, as those of CPUs. */
  memory(device: Device = this.device): DeviceMemory | null {
    try {
      const answer = this.plugin.call("PJRT_Device_MemoryStats", [device.handle, ...new Array(22).fill(0)]);
      const told = (at: number) => Number(answer.at(at)) > 0 ? Number(answer.at(at)) : null;
      return { used: Number(answer.at(1)), peak: told(2), limit: told(8) };
    } catch (error) {
      if (error instanceof PjrtError) return null;
      throw error;
    }
  }

  /**
   * Compiles StableHLO, as text or bytecode, beside the event loop.
   * @throws PjrtError with what is wrong in it
   */
  async compile(program: Uint8Array, flags: XlaFlags = {}): Promise<PjrtExecutable> {
    const format = bytesOf("mlir"), options = compileOptions(this.device.id, flags);
    const code = new Fields([program, program.length, format, format.length], 0);
    const fields = [this.#handle, code.memory, options, options.length, 0];
    const made = await this.plugin.callAside("PJRT_Client_Compile", fields, [code]);
    return new PjrtExecutable(this.plugin, made.at(4));
  }

  /**
   * What `PjrtExecutable.bytes` gave, beside the event loop. A plug-in does not check that they are its own and this machine's: the caller does.
   * @throws PjrtError for bytes that are no executable
   */
  async load(bytes: Uint8Array): Promise<PjrtExecutable> {
    const fields = [this.#handle, bytes, bytes.length, 0, 0, 0];
    const made = await this.plugin.callAside("PJRT_Executable_DeserializeAndLoad", fields);
    return new PjrtExecutable(this.plugin, made.at(3));
  }

  /** Values on a device, its owner's to free. The array may change afterwards. */
  buffer(
    values: DeviceValues,
    shape: readonly number[],
    type: DeviceType,
    device: Device = this.device,
  ): PjrtBuffer {
    const dimensions = wordsOf(shape), place = [device.handle, 0, 0, 0, 0];
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const made = this.plugin.call("PJRT_Client_BufferFromHostBuffer", [
      this.#handle,
      bytes,
      deviceTypes[type],
      dimensions,
      shape.length,
      0, // no strides
      0,
      0, // kImmutableOnlyDuringCall
      ...place,
    ]);
    const buffer = new PjrtBuffer(this.plugin, made.at(12), shape, type);
    try {
      this.plugin.doneNow(made.at(11));
    } catch (error) {
      buffer.free();
      throw error;
    }
    return buffer;
  }

  close(): void {
    this.plugin.call("PJRT_Client_Destroy", [this.#handle]);
  }
}
