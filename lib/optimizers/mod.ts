/** The namespace `optimizers` of a notebook: how gradients become updates. */
export { adam } from "./adam.ts";
export { adamw } from "./adamw.ts";
export { lion } from "./lion.ts";
export { momentum } from "./momentum.ts";
export { nesterov } from "./nesterov.ts";
export { rmsprop } from "./rmsprop.ts";
export { sgd } from "./sgd.ts";
