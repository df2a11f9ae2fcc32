/** How a kernel of the tracing backend is registered: a function of values. */
import { tf } from "../tf.ts";
import type { Book, Value } from "./stablehlo.ts";
import { BACKEND, type TracingBackend } from "./tracing_backend.ts";

/** Attributes of a kernel, as TensorFlow.js' own files name them. */
// deno-lint-ignore no-explicit-any
export type Attributes = any;
export type Inputs = Readonly<Record<string, Value>>;
export type Write = (book: Book, inputs: Inputs, attributes: Attributes) => Value | readonly Value[];

/** Registers a kernel that writes what makes its outputs. */
export function traced(kernelName: string, write: Write): void {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const xla = backend as TracingBackend;
      const given = Object.entries(inputs).filter(([, tensor]) => tensor !== null && tensor !== undefined);
      const values = Object.fromEntries(
        given.map(([name, tensor]) => [name, xla.traceOf(tensor as tf.TensorInfo)]),
      );
      const made = write(xla.writing, values, attrs ?? {});
      return Array.isArray(made) ? made.map((value) => xla.made(value)) : xla.made(made as Value);
    },
  });
}

/** The axes of an attribute, each from 0. */
export const axesOf = (axis: unknown, { shape }: Value): number[] =>
  tf.util.parseAxisParam(axis as number | number[], [...shape]);
