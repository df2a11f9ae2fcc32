/** From `deno task start` to the address on stdout, on an installed checkout. */
import { type Figure, interleave } from "./interleave.ts";
import { startServer } from "../browser/start_server.ts";

export async function startTime(): Promise<Figure[]> {
  const times = await interleave({
    start: async () => {
      const server = await startServer();
      server.stop();
      await server.ended;
    },
  }, 5);
  return [{
    bench: "start",
    what: "address printed after",
    value: times.start / 1000,
    unit: "s",
    goal: "at most 2",
  }];
}
