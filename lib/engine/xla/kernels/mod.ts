/** Registers all kernels of the tracing backend. */
import "./convolutions.ts";
import "./gathers.ts";
import "./matrix.ts";
import "./pointwise.ts";
import "./pools.ts";
import "./reductions.ts";
import "./resizes.ts";
import "./shapes.ts";
