/** From `plateau serve` to the address on stdout, on an installed checkout. */
import { servedCheckout } from "../browser/served.ts";
import { type Figure, median } from "./interleave.ts";

const ROUNDS = 7;

export async function startTime(): Promise<Figure[]> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const server = await servedCheckout(18500, "auto");
    await server.stop();
    if (round > 0) times.push(server.startedIn);
  }
  const value = median(times) / 1000;
  return [{ bench: "start", what: "address printed after", value, unit: "s", goal: "at most 2" }];
}
