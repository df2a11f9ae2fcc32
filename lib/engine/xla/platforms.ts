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
  /** its folder in the cache */
  readonly folder: string;
}
export interface Platform {
  /** what its plug-ins call themselves */
  readonly said: string;
  /** whether its devices have memory of their own, and units for short products (TF32) */
  readonly isGpu: boolean;
  /** best first */
  readonly packs: readonly [PluginPack, ...PluginPack[]];
}

/** Of XLA's authors, who name and lay out their plug-ins alike. */
function ofJax(device: string, title: string, kind: string, version: string): PluginPack {
  const pack = `jax_plugins/xla_${device}`, folder = `xla-${device}-${version}/${pack}`;
  return { device, title, version, pack, file: `xla_${kind}_plugin.so`, folder };
}

export const platforms = {
  cpu: {
    said: "cpu",
    isGpu: false,
    packs: [{
      device: "cpu",
      title: "XLA for CPUs",
      version: "2026.6.23",
      pack: "fastatomstruct_xla_cpu",
      file: "libpjrt_cpu.so",
      folder: "xla-cpu-2026.6.23",
    }],
  },
  cuda: {
    said: "cuda",
    isGpu: true,
    packs: [
      ofJax("cuda13", "XLA for CUDA 13", "cuda", "0.12.0.1"),
      ofJax("cuda12", "XLA for CUDA 12", "cuda", "0.12.0.1"),
    ],
  },
  rocm: {
    said: "rocm",
    isGpu: true,
    packs: [ofJax("rocm7", "XLA for ROCm 7", "rocm", "0.12.0")],
  },
} as const satisfies Readonly<Record<string, Platform>>;

export type PlatformName = keyof typeof platforms;
export const platformNames = Object.keys(platforms) as readonly PlatformName[];
