/** Who is compared on one device, and how each is told to use it. */
import type { System, SystemName } from "../engine/systems.ts";
import type { PeerDevice } from "../peers/environment.ts";

/** An engine's device as the peers name it: `xla:cuda` is `cuda:0`. */
export function deviceOf(engine: string): string {
  const [, platform, number = "0"] = engine.split(":");
  return platform === "cpu" ? "cpu" : `${platform}:${number}`;
}

const COMMANDS = "FUSION,CUBLAS,CUBLASLT,CUDNN,CUSTOM_CALL,DYNAMIC_SLICE_FUSION,CONDITIONAL";
/**
 * What XLA does on a GPU unless it is told otherwise, told otherwise: it records launches as command buffers (CUDA
 * graphs), but no loops; it tries several algorithms for a product; it writes some products itself, by Triton.
 */
const FLAGS: readonly [SystemName, string][] = [
  [
    "plateau xla, loops in command buffers",
    `--xla_gpu_enable_command_buffer=${COMMANDS},WHILE --xla_gpu_graph_min_graph_size=1`,
  ],
  ["plateau xla, no command buffers", "--xla_gpu_enable_command_buffer="],
  ["plateau xla, no autotuning", "--xla_gpu_autotune_level=0"],
  ["plateau xla, no Triton", "--xla_gpu_enable_triton_gemm=false"],
];

/** The project's engine by itself, as XLA is and with other flags. */
export function flaggedSystems(engine: string): System[] {
  const [ours] = gpuSystems(engine, false);
  return [ours, ...FLAGS.map(([system, flags]) => ({ ...ours, system, env: { XLA_FLAGS: flags } }))];
}

/** Which builds of the peers are for an engine's device. */
export const peerDeviceOf = (engine: string): PeerDevice => deviceOf(engine) === "cpu" ? "cpu" : "cuda13";

/**
 * The project's engine, PyTorch in three ways and JAX.
 *
 * @param engine of XLA's, as `xla:cuda`
 * @param tf32 whether all of them may round products of float32 to TF32
 */
export function gpuSystems(engine: string, tf32: boolean): System[] {
  const device = deviceOf(engine), told = [`--device=${device}`, ...tf32 ? ["--tf32"] : []];
  const pytorch = (mode: "eager" | "compile" | "graph"): System => ({
    system: `pytorch ${mode}`,
    peer: "pytorch",
    program: ["pytorch_peer.py", mode, ...told],
  });
  return [
    { system: "plateau xla", peer: null, program: ["bare_contestant.ts", engine, ...tf32 ? ["--tf32"] : []] },
    pytorch("eager"),
    pytorch("compile"),
    ...device === "cpu" ? [] : [pytorch("graph")],
    { system: "jax scan", peer: "jax", program: ["jax_peer.py", ...told] },
  ];
}
