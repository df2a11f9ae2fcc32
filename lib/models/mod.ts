/** The namespace `models` of a notebook: what is trained. */
export { convnet } from "./convnet.ts";
export { fromLayers } from "./from_layers.ts";
export { logistic } from "./logistic.ts";
export { mlp } from "./mlp.ts";
