/** The ways from one rate to another. */

/** `linear`, half a `cosine`, or `1-sqrt` (Hägele et al. 2024: fast at first, slow at the end). */
export type Shape = "linear" | "cosine" | "1-sqrt";
export const shapes: readonly Shape[] = ["linear", "cosine", "1-sqrt"];

const covered: Readonly<Record<Shape, (share: number) => number>> = {
  linear: (share) => share,
  cosine: (share) => (1 - Math.cos(Math.PI * share)) / 2,
  "1-sqrt": Math.sqrt,
};

/** The rate at a share of the time, 0 to 1, on the way `from` one rate `to` another; both ends are met exactly. */
export function fall(shape: Shape, from: number, to: number, share: number): number {
  if (share <= 0) return from;
  return share >= 1 ? to : to + (from - to) * (1 - covered[shape](share));
}

/** The same way seen from its end: a warm-up is a decay run backwards. */
export const rise = (shape: Shape, from: number, to: number, share: number): number =>
  fall(shape, to, from, 1 - share);
