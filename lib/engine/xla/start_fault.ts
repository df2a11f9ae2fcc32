/** Why a plug-in does not start, from what it says and what the machine is like. */
import { type XlaDevice, xlaName } from "../engine_choice.ts";
import { gpuFault } from "./gpu_driver.ts";
import type { GpuSurroundings } from "../libraries/gpu_missing.ts";
import type { Missing } from "./missing.ts";
import { NoDevice } from "./pjrt_client.ts";
import { PjrtError } from "./pjrt_error.ts";
import { platforms } from "../platforms.ts";

/** absl's codes */
const INVALID_ARGUMENT = 3, EXHAUSTED = 8;

/** As `deno task native --device cuda13 installs one`. */
const installs = ({ platform }: XlaDevice) =>
  `deno task native --device ${platforms[platform].packs[0].device} installs one`;
/** Where another plug-in comes from: a variable that names this one goes before what is installed. */
const anotherOne = (device: XlaDevice, file: string, { variable }: GpuSurroundings) => {
  if (variable("PJRT_PLUGIN_PATH")) return "name another by PJRT_PLUGIN_PATH, or unset it";
  const environment = variable("VIRTUAL_ENV");
  const isThere = environment && file.startsWith(`${environment}/`);
  return isThere ? "name another by PJRT_PLUGIN_PATH, or unset VIRTUAL_ENV" : installs(device);
};

/**
 * Why an engine does not start with a plug-in, and what to do.
 *
 * @param missing libraries of NVIDIA's that were not found
 */
export function startFault(
  error: unknown,
  device: XlaDevice,
  file: string,
  around: GpuSurroundings,
  missing: readonly string[] = [],
): Missing {
  if (error instanceof NoDevice) {
    const there = error.numbers.map((number) => xlaName({ ...device, number }));
    return { reason: "is no device of this machine", action: `has ${there.join(", ")}` };
  }
  const { gpu } = platforms[device.platform], told = loaderText(error as Error);
  if (!(error instanceof PjrtError) || gpu === null) {
    return { reason: `cannot load ${file}: ${told}`, action: withSystem(device, file, told, around) };
  }
  const said = told.replace(/^xla: /, "");
  const fault = gpuFault(device.platform, around);
  if (fault !== null) return fault;
  if (/no visible gpu|no supported devices|no device/i.test(said)) {
    return { reason: "found no GPU", action: `${gpu.install}, and unset ${gpu.hides}` };
  }
  if (error.code === EXHAUSTED || /out.of.memory/i.test(said)) {
    return {
      reason: `found the GPU's memory taken: ${said}`,
      action: "end what uses it, take another device, or less of it by --device-memory",
    };
  }
  if (error.code === INVALID_ARGUMENT && /option/i.test(said)) {
    return {
      reason: `cannot tell ${file} what it may use: ${said}`,
      action: anotherOne(device, file, around),
    };
  }
  const lacks = missing.length === 0 ? "" : `; not found: ${missing.join(", ")}`;
  return { reason: `cannot use the GPU: ${said}${lacks}`, action: anotherOne(device, file, around) };
}

/** The first line, and of a library that is no plug-in just that. */
const loaderText = ({ message }: Error) =>
  /undefined symbol: GetPjrtApi/.test(message)
    ? "is no plug-in, it lacks GetPjrtApi"
    : message.split("\n")[0];

/** A plug-in that is linked to a library of the system's tells that one when it is not there. */
function withSystem(device: XlaDevice, file: string, told: string, around: GpuSurroundings): string {
  const { gpu } = platforms[device.platform],
    lacks = /^\S*?(lib[\w.+-]+\.so[\w.]*): cannot open shared/.exec(told);
  const of = lacks === null ? file : lacks[1];
  return gpu !== null && lacks !== null && !file.endsWith(of)
    ? gpu.install
    : anotherOne(device, file, around);
}
