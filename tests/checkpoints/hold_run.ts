/** Opens a run, saves a state, says so, and holds the run until it is killed. */
import { openRun } from "../../lib/checkpoints/run_folder.ts";
import { KEEPING, stateAt } from "./states.ts";

openRun(Deno.args[0]).write(stateAt(5), KEEPING);
console.log("open");
await new Promise((done) => setTimeout(done, 60_000));
