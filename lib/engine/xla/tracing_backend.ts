/**
 * A backend of TensorFlow.js that computes nothing: while something is traced its kernels write StableHLO. Its tensors
 * are values of that program, buffers on a device, or numbers of JavaScript's.
 */
import { NotRecordable } from "../programs/not_recordable.ts";
import { tf } from "../tf.ts";
import type { DeviceType, DeviceValues, PjrtBuffer } from "./pjrt_buffer.ts";
import type { PjrtClient } from "./pjrt_client.ts";
import { Book, type ElementType, type Value } from "./stablehlo.ts";

/** One of the three. */
type Held =
  & { references: number }
  & (
    | { readonly value: Value }
    | { readonly buffer: PjrtBuffer }
    | { readonly numbers: tf.BackendValues; readonly shape: readonly number[]; readonly dtype: tf.DataType }
  );

export const BACKEND = "xla";

/** @throws NotRecordable for strings and complex numbers */
function typeOf(dtype: tf.DataType): ElementType {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new NotRecordable(`xla has no tensors of ${dtype}`, "encode them as numbers");
}

export class TracingBackend extends tf.KernelBackend {
  /** where kernels write; null when nothing is traced */
  book: Book | null = null;
  readonly #held: tf.DataStorage<Held> = new tf.DataStorage<Held>(this, tf.engine());

  override write(numbers: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const id = {};
    this.#held.set(id, { references: 1, numbers, shape, dtype });
    return id;
  }
  override move(
    id: object,
    numbers: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.#held.set(id, { references, numbers, shape, dtype });
  }
  override readSync(id: object): tf.BackendValues {
    const held = this.#held.get(id);
    if ("numbers" in held) return held.numbers;
    if ("buffer" in held) return held.buffer.readNow();
    throw new NotRecordable("the values of a tensor are read while it is computed", "use tensor operations");
  }
  override async read(id: object): Promise<tf.BackendValues> {
    const held = this.#held.get(id);
    return "buffer" in held ? await held.buffer.read() : this.readSync(id);
  }

  override disposeData(id: object, force = false): boolean {
    if (!this.#held.has(id)) return true;
    const held = this.#held.get(id);
    held.references--;
    if (!force && held.references > 0) return false;
    if ("buffer" in held) held.buffer.free();
    this.#held.delete(id);
    return true;
  }
  override incRef(id: object): void {
    this.#held.get(id).references++;
  }
  decRef(id: object): void {
    if (this.#held.has(id)) this.#held.get(id).references--;
  }
  override refCount(id: object): number {
    return this.#held.has(id) ? this.#held.get(id).references : 0;
  }
  override numDataIds(): number {
    return this.#held.numDataIds();
  }
  override memory() {
    return { unreliable: true, reasons: [] };
  }
  override timerAvailable(): boolean {
    return false;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {}

  /** The book of the trace that is under way. */
  get writing(): Book {
    if (this.book === null) throw new Error("xla runs compiled programs alone: trace what is to run");
    return this.book;
  }

  /** A tensor of a value. */
  made(value: Value): tf.Tensor {
    return this.#tensor({ references: 1, value }, value.shape, value.type as tf.DataType);
  }

  /** A tensor that owns a buffer. */
  kept(buffer: PjrtBuffer): tf.Tensor {
    return this.#tensor({ references: 1, buffer }, buffer.shape, buffer.type);
  }

  #tensor(held: Held, shape: readonly number[], dtype: tf.DataType): tf.Tensor {
    const id = {};
    this.#held.set(id, held);
    return tf.engine().makeTensorFromDataId(id, [...shape], dtype, this);
  }

  /** What a tensor is in the program; one that was there before is a constant of it. */
  traceOf(tensor: tf.TensorInfo): Value {
    const held = this.#held.get(tensor.dataId); // brings tensors of other backends here
    if ("value" in held) return this.writing.reshape(held.value, tensor.shape);
    const numbers = "buffer" in held ? held.buffer.readNow() : held.numbers;
    return constantOf(this.writing, numbers, tensor.shape, typeOf(tensor.dtype));
  }

  /** Which of these tensors nobody else holds. */
  unshared(tensors: readonly tf.Tensor[]): number[] {
    const count = (dataId: object) => tensors.filter((tensor) => tensor.dataId === dataId).length;
    return tensors.flatMap(({ dataId }, i) => this.refCount(dataId) === 1 && count(dataId) === 1 ? [i] : []);
  }

  /** Whether a tensor is a value of a program, and no number yet. */
  isTraced({ dataId }: tf.Tensor): boolean {
    return this.#held.has(dataId) && "value" in this.#held.get(dataId);
  }

  /** The buffer that holds a tensor; its values move to the device the first time, and stay there. */
  bufferOf({ dataId, shape, dtype }: tf.Tensor, client: PjrtClient): PjrtBuffer {
    const held = this.#held.get(dataId), type = typeOf(dtype) as DeviceType;
    if ("buffer" in held) return held.buffer;
    if ("value" in held) {
      throw new NotRecordable("a traced tensor is no input of a program", "trace all of it");
    }
    const buffer = client.buffer(deviceValues(held.numbers, type), shape, type);
    this.#held.delete(dataId); // it would count twice
    this.#held.set(dataId, { references: held.references, buffer });
    return buffer;
  }
}

/** Numbers as the device has them. */
export function deviceValues(numbers: tf.BackendValues, type: ElementType): DeviceValues {
  const kind = type === "float32" ? Float32Array : type === "int32" ? Int32Array : Uint8Array;
  return numbers instanceof kind ? numbers : kind.from(numbers as ArrayLike<number>);
}

/** A constant of a program; one number where all of them are it. */
function constantOf(
  book: Book,
  numbers: tf.BackendValues,
  shape: readonly number[],
  type: ElementType,
): Value {
  const values = deviceValues(numbers, type),
    bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const width = values.BYTES_PER_ELEMENT;
  const same = bytes.every((byte, i) => byte === bytes[i % width]);
  // MLIR packs the bits of several
  if (type === "bool" && !same) return book.convert(constantOf(book, numbers, shape, "int32"), type);
  return book.constant((same ? bytes.subarray(0, width) : bytes).slice(), shape, type);
}
