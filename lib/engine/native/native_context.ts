/** TensorFlow's eager context: threads, GPU memory, and the devices it found. */
import { textAt } from "../libraries/c_text.ts";
import type { NativeCalls, Status } from "./native_symbols.ts";

/** Threads of one engine: inside an op, and between ops. */
export interface Threads {
  readonly intra: number;
  readonly inter: number;
}
export interface NativeDevice {
  /** as `/job:localhost/replica:0/task:0/device:GPU:0` */
  readonly name: string;
  /** `CPU` or `GPU` */
  readonly type: string;
  readonly bytes: number;
}
export interface NativeContext {
  readonly handle: Deno.PointerValue;
  readonly devices: readonly NativeDevice[];
}

/** A protobuf varint: seven bits a byte, lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value;; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

/**
 * A serialised ConfigProto (tensorflow/core/protobuf/config.proto): intra_op_parallelism_threads (field 2),
 * inter_op_parallelism_threads (5), gpu_options.allow_growth (6.4), so that a GPU is shared, not taken whole.
 * Threads are always set: the bits of a convolution depend on their number, so a run records them.
 */
export function configProto(threads: Threads): Uint8Array<ArrayBuffer> {
  return new Uint8Array([
    0x10,
    ...varint(threads.intra),
    0x28,
    ...varint(threads.inter),
    ...[0x32, 0x02, 0x20, 0x01],
  ]);
}

/** Makes the context. Its one owner deletes it with TFE_DeleteContext. */
export function openContext(calls: NativeCalls, status: Status, threads: Threads): NativeContext {
  const options = calls.TFE_NewContextOptions();
  try {
    const config = configProto(threads);
    calls.TFE_ContextOptionsSetConfig(options, config, BigInt(config.length), status.handle);
    status.check("TFE_ContextOptionsSetConfig");
    const handle = calls.TFE_NewContext(options, status.handle);
    status.check("TFE_NewContext");
    return { handle, devices: listDevices(calls, status, handle) };
  } finally {
    calls.TFE_DeleteContextOptions(options);
  }
}

function listDevices(calls: NativeCalls, status: Status, context: Deno.PointerValue): NativeDevice[] {
  const list = calls.TFE_ContextListDevices(context, status.handle);
  status.check("TFE_ContextListDevices");
  try {
    return Array.from({ length: calls.TF_DeviceListCount(list) }, (_, index) => {
      const name = textAt(calls.TF_DeviceListName(list, index, status.handle));
      const type = textAt(calls.TF_DeviceListType(list, index, status.handle));
      const bytes = Number(calls.TF_DeviceListMemoryBytes(list, index, status.handle));
      status.check("TF_DeviceList");
      return { name, type, bytes };
    });
  } finally {
    calls.TF_DeleteDeviceList(list);
  }
}

/** The first GPU, or null: what trains, when there is one. */
export function firstGpu(devices: readonly NativeDevice[]): NativeDevice | null {
  return devices.find((device) => device.type === "GPU") ?? null;
}

/** `CPU`, or `GPU:0, 79 GB` from the list of devices. */
export function deviceText(devices: readonly NativeDevice[]): string {
  const gpu = firstGpu(devices);
  if (gpu === null) return "CPU";
  return `${gpu.name.slice(gpu.name.lastIndexOf("device:") + 7)}, ${Math.round(gpu.bytes / 1e9)} GB`;
}
