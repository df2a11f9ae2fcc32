/** The namespace `optimizers` of a notebook: how gradients become updates. */
export { adam } from "./adam.ts";
export { momentum } from "./momentum.ts";
export { sgd } from "./sgd.ts";
