/** The kinds of devices that XLA trains on, and the plug-ins for them: one row more is one platform more. */

/** A plug-in of XLA, as a Python package brings it and `deno task native` unpacks it. Plain data. */
export interface PluginPack {
  /** as `deno task native --device` names it */
  readonly device: string;
  /** as `XLA for CUDA 13` */
  readonly title: string;
  readonly version: string;
  /** its folder among Python's packages */
  readonly pack: string;
  readonly file: string;
  /** its installation's folder in the cache */
  readonly folder: string;
  /** the folder below that one that has its file */
  readonly below: string;
  /** what it opens by name, in the order in which it is opened before it */
  readonly libraries: readonly string[];
  /** the tools and data of its compiler, among Python's packages; null where it brings them along */
  readonly tools: string | null;
}
/** What the system shows of a kind of GPU. Plain data. */
export interface GpuSystem {
  /** files of which one is there where the system knows of such a GPU */
  readonly signs: readonly string[];
  /** the driver's own library, by the name that the loader finds */
  readonly driver: string;
  /** as `install NVIDIA's driver` */
  readonly install: string;
  /** variable that hides devices from programs */
  readonly hides: string;
}
export interface Platform {
  /** what its plug-ins call themselves */
  readonly said: string;
  /** of devices with memory of their own, and units for short products (TF32); null of others */
  readonly gpu: GpuSystem | null;
  /** best first */
  readonly packs: readonly [PluginPack, ...PluginPack[]];
}

/** NVIDIA's libraries that XLA opens, and the versions in their names. */
const nvidia = (cuda: number, cufft: number, cusolver: number) => [
  ...[`libcudart.so.${cuda}`, `libnvrtc.so.${cuda}`, `libcublasLt.so.${cuda}`, `libcublas.so.${cuda}`],
  ...["libnccl.so.2", `libcupti.so.${cuda}`, `libnvJitLink.so.${cuda}`, "libcusparse.so.12"],
  ...[`libcusolver.so.${cusolver}`, `libcufft.so.${cufft}`, "libnvshmem_host.so.3", "libcudnn.so.9"],
];
const cudaFile = "xla_cuda_plugin.so", cudaVersion = "0.12.0.1", rocmVersion = "0.12.0";

export const platforms = {
  cpu: {
    said: "cpu",
    gpu: null,
    packs: [{
      device: "cpu",
      title: "XLA for CPUs",
      version: "2026.6.23",
      pack: "fastatomstruct_xla_cpu",
      file: "libpjrt_cpu.so",
      folder: "xla-cpu-2026.6.23",
      below: "",
      libraries: [],
      tools: null,
    }],
  },
  cuda: {
    said: "cuda",
    gpu: {
      signs: ["/proc/driver/nvidia/version", "/dev/nvidia0"],
      driver: "libcuda.so.1",
      install: "install NVIDIA's driver",
      hides: "CUDA_VISIBLE_DEVICES",
    },
    packs: [
      {
        device: "cuda13",
        title: "XLA for CUDA 13",
        version: cudaVersion,
        pack: "jax_plugins/xla_cuda13",
        file: cudaFile,
        folder: `xla-cuda13-${cudaVersion}`,
        below: "jax_plugins/xla_cuda13",
        libraries: nvidia(13, 12, 12),
        tools: "nvidia/cu13",
      },
      {
        device: "cuda12",
        title: "XLA for CUDA 12",
        version: cudaVersion,
        pack: "jax_plugins/xla_cuda12",
        file: cudaFile,
        folder: `xla-cuda12-${cudaVersion}`,
        below: "jax_plugins/xla_cuda12",
        libraries: nvidia(12, 11, 11),
        tools: "nvidia/cuda_nvcc",
      },
    ],
  },
  rocm: {
    said: "rocm",
    gpu: {
      signs: ["/dev/kfd"],
      driver: "libamdhip64.so.7",
      install: "install AMD's driver and ROCm 7",
      hides: "ROCR_VISIBLE_DEVICES",
    },
    packs: [{
      device: "rocm",
      title: "XLA for ROCm 7",
      version: rocmVersion,
      pack: "jax_plugins/xla_rocm7",
      file: "xla_rocm_plugin.so",
      folder: `xla-rocm7-${rocmVersion}`,
      below: "jax_plugins/xla_rocm7",
      libraries: [], // linked: ROCm is the system's
      tools: null,
    }],
  },
} as const satisfies Readonly<Record<string, Platform>>;

export type PlatformName = keyof typeof platforms;
/** What `deno task native --device` installs. */
export type PluginDevice = typeof platforms[PlatformName]["packs"][number]["device"];
export const platformNames = Object.keys(platforms) as readonly PlatformName[];
export const pluginPacks: readonly PluginPack[] = Object.values<Platform>(platforms).flatMap(({ packs }) =>
  packs
);
export const pluginDevices = pluginPacks.map(({ device }) => device as PluginDevice);

/** The plug-in that is installed by a name. */
export const pluginPack = (device: PluginDevice): PluginPack =>
  pluginPacks.find((pack) => pack.device === device)!;
/** The platform that it is for. */
export const platformOf = (device: PluginDevice): PlatformName =>
  platformNames.find((name) => platforms[name].packs.some((pack) => pack.device === device))!;
