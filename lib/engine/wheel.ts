/** The wheels that Plateau unpacks, one for each engine and platform that it knows, and who downloads them. */
import { nativeFolder, nativeVersion } from "./library.ts";
import { platforms } from "./xla/platforms.ts";

/** What a wheel is for: TensorFlow's own library, or a plug-in of XLA for a kind of device. */
export type WheelDevice = "tensorflow" | "cpu";

export interface Wheel {
  /** as `libtensorflow 2.21.0` */
  readonly title: string;
  /** in the cache */
  readonly folder: string;
  /** what installing takes for a while, as `1.2 GB` */
  readonly room: string;
  readonly requirement: string;
  /** pip's name of the platform that the wheel is for */
  readonly platform: string;
  readonly bytes: number;
  readonly sha256: string;
  /** the libraries inside, the one to load first; they find each other side by side */
  readonly members: readonly string[];
}

const tensorflow = { title: `libtensorflow ${nativeVersion}`, folder: nativeFolder(""), room: "1.2 GB" };

const linux: Wheel = {
  ...tensorflow,
  requirement: `tensorflow-cpu==${nativeVersion}`,
  platform: "manylinux_2_27_x86_64",
  bytes: 273_829_956,
  sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
  members: ["tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"],
};
/** Written for, and never tried: no such machine was at hand. */
const macos: Wheel = {
  ...tensorflow,
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
const [cpu] = platforms.cpu.packs;
const cpuPlugin: Wheel = {
  title: `${cpu.title} ${cpu.version}`,
  folder: cpu.folder,
  room: "0.4 GB",
  requirement: `${cpu.pack}==${cpu.version}`,
  platform: "manylinux_2_27_x86_64",
  bytes: 63_200_622,
  sha256: "88b1c430b341b4bea40a37420311c9c75db6e22b46d2ff95b6986577bee6afe9",
  members: [`${cpu.pack}/${cpu.file}`],
};

/** The wheel of a platform, or null. `os` and `arch` as in Deno.build. */
export function wheelFor(os: string, arch: string, device: WheelDevice = "tensorflow"): Wheel | null {
  if (device === "cpu") return os === "linux" && arch === "x86_64" ? cpuPlugin : null;
  if (os === "linux" && arch === "x86_64") return linux;
  if (os === "darwin" && arch === "aarch64") return macos;
  return null;
}

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
