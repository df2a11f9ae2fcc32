/** What is trained in comparisons: networks, the same for every system. Python reads the same file. */
import definitions from "./workloads.json" with { type: "json" };

/**
 * S: logistic regression. M: a small network. L: a wide one. C: a convolutional one, of 3 × 3 filters and 2 × 2 maximum
 * pooling.
 */
export const workloadNames = ["S", "M", "L", "C"] as const;
/**
 * For a GPU, the four and what keeps one busy. W: a network 4096 wide. B: a convolutional one of three channels at
 * batch 256. T: a small transformer.
 */
export const ladderNames = [...workloadNames, "W", "B", "T"] as const;
/** The same ladder where there is no GPU: w, b and t are small W, B and T. */
export const smallLadderNames = [...workloadNames, "w", "b", "t"] as const;
export const allWorkloadNames = [...ladderNames, "w", "b", "t"] as const;
export type WorkloadName = typeof allWorkloadNames[number];

/** Encoder blocks of a transformer: attention and a network four times as wide, each after layer normalisation. */
export interface Attention {
  readonly blocks: number;
  /** of what each place of the sequence is mapped to first */
  readonly width: number;
  readonly heads: number;
}

export interface Workload {
  /** shape of one example */
  readonly shape: readonly number[];
  /** filters of each convolution, before the dense layers */
  readonly filters: readonly number[];
  /** of a transformer, whose examples are sequences: `shape` is places and features; default none */
  readonly attention?: Attention;
  /** units of each hidden dense layer, relu */
  readonly hidden: readonly number[];
  /** 10 classes by softmax cross entropy; 1: a logit by sigmoid cross entropy */
  readonly outputs: number;
  /** examples of one update */
  readonly batch: number;
  /** updates of one call, where many are compiled into one */
  readonly chunk: number;
}

/** Training examples; examples evaluated on, where a system evaluates; Adam's learning rate. */
export const { examples, heldOut, rate } = definitions;
export const workloads: Readonly<Record<WorkloadName, Workload>> = definitions.workloads;

export function features({ shape }: Workload): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Updates of one pass over the training examples. */
export function updatesPerEpoch({ batch }: Workload): number {
  return examples / batch;
}
