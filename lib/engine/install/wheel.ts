/** The wheels that Plateau unpacks for each engine and platform that it knows, and who downloads them. */
import { nativeFolder, nativeVersion } from "../libraries/library.ts";
import { type PluginDevice, pluginPack } from "../platforms.ts";
import type { Wheel } from "./pinned_wheel.ts";
import { cuda12Wheels, cuda13Wheels, rocm7Wheels } from "./plugin_wheels.ts";

/** What is installed: TensorFlow's own library, or a plug-in of XLA for a kind of device. */
export type NativeDevice = "tensorflow" | PluginDevice;

/** What one installation consists of. Plain data. */
export interface NativePack {
  /** as `libtensorflow 2.21.0` */
  readonly title: string;
  /** in the cache */
  readonly folder: string;
  /** the beginning of each member's path that the folder stands for */
  readonly inside: string;
  /** what installing takes for a while, as `1.2 GB` */
  readonly room: string;
  /** the first member of the first one is the library to load */
  readonly wheels: readonly Wheel[];
  /** what else it needs, which is the system's. Default: nothing */
  readonly needs?: string;
}

const tensorflow = {
  title: `libtensorflow ${nativeVersion}`,
  folder: nativeFolder(""),
  inside: "tensorflow/",
  room: "1.2 GB",
};
const linux: Wheel = {
  requirement: `tensorflow-cpu==${nativeVersion}`,
  platform: "manylinux_2_27_x86_64",
  bytes: 273_829_956,
  sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
  members: ["tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"],
};
/** Written for, and never tried: no such machine was at hand. */
const macos: Wheel = {
  requirement: `tensorflow==${nativeVersion}`,
  platform: "macosx_12_0_arm64",
  bytes: 223_000_000,
  sha256: "51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88",
  members: ["tensorflow/libtensorflow_cc.2.dylib", "tensorflow/libtensorflow_framework.2.dylib"],
};

/**
 * Built and published by a third party, who says that it is XLA unmodified: XLA's own packages hold no plug-in for CPUs.
 * Its results were equal to TensorFlow 2.21's to the bit.
 */
const cpuWheel: Wheel = {
  requirement: "fastatomstruct_xla_cpu==2026.6.23",
  platform: "manylinux_2_27_x86_64",
  bytes: 63_200_622,
  sha256: "88b1c430b341b4bea40a37420311c9c75db6e22b46d2ff95b6986577bee6afe9",
  members: ["fastatomstruct_xla_cpu/libpjrt_cpu.so"],
};

/** The plug-ins, all for Linux x86_64. */
const plugins: Readonly<Record<PluginDevice, Omit<NativePack, "title" | "folder">>> = {
  cpu: { inside: "fastatomstruct_xla_cpu/", room: "0.4 GB", wheels: [cpuWheel] },
  cuda13: { inside: "", room: "4 GB", wheels: cuda13Wheels },
  cuda12: { inside: "", room: "5 GB", wheels: cuda12Wheels },
  rocm: { inside: "", room: "0.8 GB", wheels: rocm7Wheels, needs: "ROCm 7 of the system (/opt/rocm)" },
};

/** What is installed on a platform; null where there is none for it. `os` and `arch` as in Deno.build. */
export function packFor(os: string, arch: string, device: NativeDevice = "tensorflow"): NativePack | null {
  const isLinux = os === "linux" && arch === "x86_64";
  if (device !== "tensorflow") {
    const { title, version, folder } = pluginPack(device);
    return isLinux ? { title: `${title} ${version}`, folder, ...plugins[device] } : null;
  }
  if (isLinux) return { ...tensorflow, wheels: [linux] };
  return os === "darwin" && arch === "aarch64" ? { ...tensorflow, wheels: [macos] } : null;
}

/** The bytes to download. */
export const bytesToDownload = ({ wheels }: NativePack): number =>
  wheels.reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * The commands that download a wheel, in the order to try them. The wheel's Python need not be the one at hand,
 * so version and platform are named; a dependency, a build or a copy in pip's own cache is of no use.
 */
export function downloadCommands(wheel: Wheel, folder: string): string[][] {
  const flags = ["--no-deps", "--only-binary=:all:", "--python-version", "3.11", "--implementation", "cp"];
  const place = ["--platform", wheel.platform, "--no-cache-dir", "--disable-pip-version-check", "--quiet"];
  const download = ["download", wheel.requirement, ...flags, ...place, "--dest", folder];
  return [
    ["python3", "-m", "pip", ...download],
    ["pip3", ...download],
    ["uv", "tool", "run", "pip", ...download],
  ];
}
