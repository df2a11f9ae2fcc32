/** A sum of counts. */
export function total(counts: Uint32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i];
  return sum;
}
