/** The examples of a workload: seeded normal noise, labelled by a random linear map, so that there is something to learn. */
import { normals } from "../../../lib/random.ts";
import { features, type Workload } from "./workload.ts";

export interface LabelledNoise {
  readonly count: number;
  /** row by row */
  readonly x: Float32Array;
  /** class of each row; 0 or 1 where there is one output */
  readonly labels: Int32Array;
}

export function labelledNoise(workload: Workload, count: number): LabelledNoise {
  const width = features(workload), { outputs } = workload;
  const x = normals(0, "examples", 0, count * width), map = normals(0, "labels", 0, width * outputs);
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const scores = new Float64Array(outputs);
    for (let i = 0; i < width; i++) {
      for (let k = 0; k < outputs; k++) scores[k] += x[row * width + i] * map[i * outputs + k];
    }
    return outputs === 1 ? Number(scores[0] > 0) : scores.indexOf(Math.max(...scores));
  });
  return { count, x, labels };
}

/** What losses compare with: one-hot rows; for one output the label itself. */
export function targets({ outputs }: Workload, { count, labels }: LabelledNoise): Float32Array {
  const values = new Float32Array(count * outputs);
  labels.forEach((label, row) => {
    if (outputs === 1) values[row] = label;
    else values[row * outputs + label] = 1;
  });
  return values;
}
