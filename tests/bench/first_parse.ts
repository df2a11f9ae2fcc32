/** A process that reads one event file, and says how many milliseconds that took: nothing is compiled before. */
import { tensorboard } from "../../lib/curves/readers/tensorboard.ts";

const [path] = Deno.args, began = performance.now();
const parser = tensorboard.parser({ path, head: new Uint8Array(0) });
parser.push(Deno.readFileSync(path));
parser.result();
console.log(performance.now() - began);
