/** Bounds on what comes in, so that one request cannot fill the memory. */
import { bodyLimit } from "hono/body-limit";

/** Bytes of a request body, and of one frame on a socket. */
export const MAX_BODY = 1_000_000;
/** Pages of the owner that may be connected to one server at once. */
export const MAX_SOCKETS = 200;
/** Pages of viewers; they are counted apart, so that no crowd keeps the owner out. */
export const MAX_VIEWERS = 2000;

/** Refuses a body over 1 MB with 413, chunked ones included. */
export const limitBody = bodyLimit({
  maxSize: MAX_BODY,
  onError: (c) => c.text("body too large: 1 MB at most", 413),
});
