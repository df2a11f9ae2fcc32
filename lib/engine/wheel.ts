/** The one wheel of TensorFlow that Plateau unpacks, for each platform that it knows, and who downloads it. */
import { nativeVersion } from "./library.ts";

export interface Wheel {
  readonly requirement: string;
  /** pip's name of the platform that the wheel is for */
  readonly platform: string;
  readonly bytes: number;
  readonly sha256: string;
  /** the two libraries inside; they find each other side by side */
  readonly members: readonly string[];
}

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

/** The wheel of a platform, or null. `os` and `arch` as in Deno.build. */
export function wheelFor(os: string, arch: string): Wheel | null {
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
