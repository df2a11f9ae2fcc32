/** Records what a function of tensors does, as StableHLO: it is run once on the backend that computes nothing. */
import { NotRecordable } from "../programs/not_recordable.ts";
import type { RecordedInput, RecordedResult, Recording } from "../programs/record.ts";
import { tf } from "../tf.ts";
import "./kernels/mod.ts";
import { orNoNumber } from "./required.ts";
import { Book, type ElementType, typeNumber } from "./stablehlo.ts";
import { CPU, type XlaTarget } from "./target.ts";
import { BACKEND, TracingBackend } from "./tracing_backend.ts";

/** The backend that traces; registered when it is first asked for. */
export function tracingBackend(): TracingBackend {
  if (tf.engine().registryFactory[BACKEND] === undefined) {
    tf.registerBackend(BACKEND, () => new TracingBackend());
  }
  return tf.findBackend(BACKEND) as TracingBackend;
}

const MISSING = /^Kernel '(\w+)' not registered|Cannot find registered kernel '(\w+)'/;

/** A kernel that is not there, by its name; any other error as it is. */
function named(error: unknown): unknown {
  const [, first, second] = MISSING.exec((error as Error)?.message ?? "") ?? [];
  const kernel = first ?? second;
  return kernel === undefined
    ? error
    : new NotRecordable(`xla has no kernel for ${kernel}`, "the engine tensorflow has more of them");
}

/**
 * Runs `work` once and records it, as `record` does for TensorFlow. The backend is as before afterwards.
 *
 * @param inputs what the recording takes as arguments, by name; of their values nothing is read
 * @param work a function of these tensors alone; tensors from before are constants of the recording
 * @param target what it is written for, by default a CPU
 * @throws NotRecordable when values of a traced tensor are read, or a kernel is missing
 * @example
 * ```ts
 * import { tf } from "../tf.ts";
 * import { trace } from "./trace.ts";
 * const { nodes } = trace({ x: tf.ones([2]) }, ({ x }) => [tf.square(x)]);
 * nodes[0].op; // "stablehlo.multiply"
 * ```
 */
export function trace<Name extends string>(
  inputs: Readonly<Record<Name, tf.Tensor>>,
  work: (inputs: Readonly<Record<Name, tf.Tensor>>) => readonly tf.Tensor[],
  target: XlaTarget = CPU,
): Recording {
  const backend = tracingBackend(), book = new Book(target), before = tf.getBackend();
  const names = Object.keys(inputs) as Name[];
  const given: RecordedInput[] = names.map((name) => {
    const { shape, dtype } = inputs[name];
    return { name, shape, dtype: typeNumber(dtype as ElementType) };
  });
  tf.setBackend(BACKEND); // it is there at once: only its first use waits
  backend.book = book;
  try {
    let results: RecordedResult[] = [];
    tf.tidy(() => {
      const arguments_ = names.map((name) => {
        const { shape, dtype } = inputs[name];
        return [name, backend.made(book.argument(name, shape, dtype as ElementType))];
      });
      const made = work(Object.fromEntries(arguments_));
      results = made.map((tensor, i) => {
        const { name, shape, type } = orNoNumber(book, backend.traceOf(tensor));
        return { name: `r${i}`, dtype: typeNumber(type), shape, from: name };
      });
      // what the work kept of its results outlives this scope; those from before are somebody's
      const mine = new Set<tf.Tensor>(arguments_.map(([, tensor]) => tensor as tf.Tensor));
      for (const tensor of made) if (backend.isTraced(tensor) && !mine.has(tensor)) tensor.dispose();
    });
    return { nodes: book.nodes, inputs: given, captures: [], results, tensors: book.tensors };
  } catch (error) {
    throw named(error);
  } finally {
    backend.book = null;
    if (before) tf.setBackend(before);
  }
}
