/** Quasi-random sequences. */
import { halton } from "../../lib/studies/halton.ts";
import { sobol } from "../../lib/studies/sobol.ts";
import { assertClose, type Check } from "./vectors.ts";

export const quasiCheck: Check = (file, golden) => {
  const sequence = { Sobol: sobol, Halton: halton }[golden.name];
  if (file.name !== "quasi-scipy" || sequence === undefined) return null;
  const { dimensions, start } = golden.params as Record<string, number>;
  return () => {
    const points = sequence(dimensions, 0);
    (golden.all.points as readonly (readonly number[])[]).forEach((expected, i) => {
      const found = points(start + i);
      expected.forEach((value, axis) =>
        assertClose(file, found[axis], value, `${golden.id}: ${start + i}.${axis}`)
      );
    });
  };
};
