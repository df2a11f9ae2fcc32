/** Who is compared, and the command that starts each. */
import type { PeerName } from "../peers/environment.ts";

export const systemNames = [
  "plateau tensorflow",
  "plateau tensorflow evaluating",
  "plateau train()",
  "plateau xla",
  "plateau xla, loops in command buffers",
  "plateau xla, no command buffers",
  "plateau xla, no autotuning",
  "plateau xla, no Triton",
  "plateau wasm",
  "tfjs fit tensorflow",
  "tfjs fit wasm",
  "pytorch eager",
  "pytorch compile",
  "pytorch graph",
  "jax scan",
  "keras fit",
] as const;
export type SystemName = typeof systemNames[number];

export interface System {
  readonly system: SystemName;
  /** the library that it needs; null: nothing but this checkout */
  readonly peer: PeerName | null;
  /** a program beside this file or in `../peers`, and its arguments */
  readonly program: readonly string[];
  /** variables of its own */
  readonly env?: Readonly<Record<string, string>>;
}

export const systems: readonly System[] = [
  { system: "plateau tensorflow", peer: null, program: ["bare_contestant.ts", "tensorflow"] },
  {
    system: "plateau tensorflow evaluating",
    peer: null,
    program: ["bare_contestant.ts", "tensorflow", "50"],
  },
  { system: "plateau train()", peer: null, program: ["train_contestant.ts"] },
  { system: "plateau xla", peer: null, program: ["bare_contestant.ts", "xla:cpu"] },
  { system: "plateau wasm", peer: null, program: ["bare_contestant.ts", "wasm"] },
  { system: "tfjs fit tensorflow", peer: null, program: ["tfjs_contestant.ts", "tensorflow"] },
  { system: "tfjs fit wasm", peer: null, program: ["tfjs_contestant.ts", "wasm"] },
  { system: "pytorch eager", peer: "pytorch", program: ["pytorch_peer.py"] },
  { system: "pytorch compile", peer: "pytorch", program: ["pytorch_peer.py", "compile"] },
  { system: "jax scan", peer: "jax", program: ["jax_peer.py"] },
  { system: "keras fit", peer: "keras", program: ["keras_peer.py"] },
];
