/** Initial weights by the names the field uses. */
import { normals } from "../random.ts";

/**
 * he: variance 2 / fan-in (He et al. 2015); glorot: 2 / (fan-in + fan-out) (Glorot and Bengio 2010); lecun: 1 / fan-in
 * (LeCun et al. 1998); orthogonal: orthonormal columns, or rows where they are fewer (Saxe et al. 2014).
 */
export type Init = "he" | "glorot" | "lecun" | "orthogonal" | "zeros";

export const INITS: readonly Init[] = ["he", "glorot", "lecun", "orthogonal", "zeros"];

/**
 * Weights of a layer `[fanIn, columns]`, normal with the variance that `init` names, or orthogonal.
 *
 * @param index which layer, from 0: layers draw independent numbers
 * @param columns default `fanOut`; a convolution's fan-out also counts the size of its kernel
 *
 * @example
 * ```ts
 * import { initialWeights } from "./init.ts";
 * initialWeights("he", 64, 10, 7, 0).length; // 640
 * ```
 */
export function initialWeights(
  init: Init,
  fanIn: number,
  fanOut: number,
  seed: number,
  index: number,
  columns = fanOut,
): Float32Array {
  if (init === "zeros") return new Float32Array(fanIn * columns);
  const drawn = normals(seed, "weights", index, fanIn * columns);
  if (init === "orthogonal") return orthonormal(drawn, fanIn, columns);
  const variance = { he: 2 / fanIn, glorot: 2 / (fanIn + fanOut), lecun: 1 / fanIn }[init];
  const deviation = Math.sqrt(variance);
  return drawn.map((value) => value * deviation);
}

/**
 * The shorter side's vectors of a matrix, made orthonormal by modified Gram–Schmidt in double precision. Of normal
 * numbers this is a uniformly drawn orthogonal matrix, because the lengths taken off are positive (Mezzadri 2007).
 */
function orthonormal(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const tall = rows >= columns, count = tall ? columns : rows, length = tall ? rows : columns;
  const at = (vector: number, i: number) => tall ? i * columns + vector : vector * columns + i;
  const vectors = Array.from(
    { length: count },
    (_, v) => Float64Array.from({ length }, (_, i) => matrix[at(v, i)]),
  );
  const result = new Float32Array(matrix.length);
  vectors.forEach((vector, v) => {
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < length; i++) result[at(v, i)] = vector[i] /= norm;
    for (let w = v + 1; w < count; w++) {
      const share = dot(vector, vectors[w]);
      for (let i = 0; i < length; i++) vectors[w][i] -= share * vector[i];
    }
  });
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
