/** Namespace `models`. */
export { mlp } from "./mlp.ts";
