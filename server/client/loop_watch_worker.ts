/** The worker behind `loop_watch.ts`: it asks the page for a beat, and raises the flag when none comes. */
import { LOOP_SECONDS } from "../../lib/notebook/loop_seconds.ts";

const EVERY_MS = 250;
/** A longer gap between two of its own turns means that the machine slept, or page and worker were frozen. */
const SLEPT_MS = 2_000;

onmessage = ({ data }: MessageEvent<Int32Array>) => {
  let beat = data[1];
  let since = performance.now();
  let last = since;
  setInterval(() => {
    const now = performance.now();
    if (data[1] !== beat || now - last > SLEPT_MS) {
      beat = data[1];
      since = now;
    } else if (now - since > LOOP_SECONDS * 1000) Atomics.store(data, 0, 1);
    last = now;
    postMessage(0);
  }, EVERY_MS);
};
