/**
 * What TensorFlow.js' native backend asks of its addon (the interface TFJSBinding of
 * `@tensorflow/tfjs-node-gpu`), answered by FFI calls to a libtensorflow. No compiler, no prebuilt addon.
 *
 * A tensor is known to JavaScript by a number; the number owns one TFE_TensorHandle until `deleteTensor`.
 */
import { keepCompiled } from "../libraries/compile_cache.ts";
import { cName, textAt } from "../libraries/c_text.ts";
import { type NativeCalls, nativeSymbols, Status } from "./native_symbols.ts";
import { steadyMemory } from "../libraries/steady_memory.ts";
import { deviceText, firstGpu, type NativeContext, openContext, type Threads } from "./native_context.ts";
import { dtypes, type NativeValues, readTensor, writeTensor } from "./native_tensor.ts";
import { attributeTypes, type OpAttribute, setAttribute } from "./op_attributes.ts";

/** A tensor that an op made. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** Who is told of every tensor and op, as they are made: a recording listens. */
export interface Listener {
  /** a tensor of values that JavaScript made */
  created(id: number, shape: readonly number[], dtype: number, values: NativeValues): void;
  executed(
    op: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputs: readonly TensorMetadata[],
  ): void;
  /** asked before values go to JavaScript: what throws here ends the read */
  reading(id: number): void;
}

/** The binding over one opened library. Its members' names are the addon's. */
export class NativeBinding {
  readonly TF_FLOAT = dtypes.float32;
  readonly TF_INT32 = dtypes.int32;
  readonly TF_INT64 = dtypes.int64;
  readonly TF_BOOL = dtypes.bool;
  readonly TF_COMPLEX64 = dtypes.complex64;
  readonly TF_STRING = dtypes.string;
  readonly TF_RESOURCE = 20;
  readonly TF_UINT8 = dtypes.uint8;
  readonly TF_ATTR_STRING = attributeTypes.string;
  readonly TF_ATTR_INT = attributeTypes.int;
  readonly TF_ATTR_FLOAT = attributeTypes.float;
  readonly TF_ATTR_BOOL = attributeTypes.bool;
  readonly TF_ATTR_TYPE = attributeTypes.type;
  readonly TF_ATTR_SHAPE = attributeTypes.shape;
  readonly TF_ATTR_RESOURCE = attributeTypes.resource;
  readonly TF_Version: string;
  /** `CPU`, or the GPU's name and memory */
  readonly device: string;
  readonly threads: Threads;
  /** default null: nobody listens */
  listener: Listener | null = null;

  readonly #calls: NativeCalls;
  readonly #status: Status;
  readonly #context: NativeContext;
  readonly #gpu: Uint8Array<ArrayBuffer> | null;
  readonly #handles = new Map<number, Deno.PointerValue>();
  #nextId = 1;
  #outputs = new BigUint64Array(16);
  readonly #outputCount = new Int32Array(1);

  constructor(calls: NativeCalls, threads: Threads) {
    this.#calls = calls;
    this.#status = new Status(calls);
    this.#context = openContext(calls, this.#status, threads);
    const gpu = firstGpu(this.#context.devices);
    this.#gpu = gpu === null ? null : cName(gpu.name);
    this.TF_Version = textAt(calls.TF_Version());
    this.device = deviceText(this.#context.devices);
    this.threads = threads;
  }

  isUsingGpuDevice(): boolean {
    return this.#gpu !== null;
  }
  /** Tensors alive, for leak tests. */
  getNumOfTensors(): number {
    return this.#handles.size;
  }

  /** A tensor with a copy of the values. */
  createTensor(shape: number[], dtype: number, values: NativeValues): number {
    const given = asInt64(dtype, values);
    const tensor = writeTensor(this.#calls, shape, dtype, given);
    let handle: Deno.PointerValue;
    try {
      handle = this.#calls.TFE_NewTensorHandle(tensor, this.#status.handle);
      this.#status.check("TFE_NewTensorHandle");
    } finally {
      this.#calls.TF_DeleteTensor(tensor);
    }
    const id = this.#own(this.#onDevice(handle, dtype));
    this.listener?.created(id, shape, dtype, given);
    return id;
  }

  deleteTensor(id: number): void {
    this.#calls.TFE_DeleteTensorHandle(this.#handle(id));
    this.#handles.delete(id);
  }

  /** A copy of the values. */
  tensorDataSync(id: number): NativeValues {
    this.listener?.reading(id);
    const handle = this.#handle(id);
    const elements = this.#shape(handle).reduce((product, length) => product * length, 1);
    return readTensor(this.#calls, this.#status, handle, elements);
  }

  /**
   * Runs one op eagerly.
   *
   * @throws TensorflowError with the op's name, TensorFlow's code and its first line
   */
  executeOp(name: string, attributes: OpAttribute[], inputIds: number[], outputs: number): TensorMetadata[] {
    const status = this.#status;
    const op = this.#calls.TFE_NewOp(this.#context.handle, cName(name), status.handle);
    status.check(name);
    try {
      for (const id of inputIds) {
        this.#calls.TFE_OpAddInput(op, this.#handle(id), status.handle);
        status.check(name);
      }
      for (const attribute of attributes) setAttribute(this.#calls, status, op, name, attribute);
      if (outputs > this.#outputs.length) this.#outputs = new BigUint64Array(outputs);
      this.#outputCount[0] = outputs;
      this.#calls.TFE_Execute(op, this.#outputs, this.#outputCount, status.handle);
      status.check(name);
    } finally {
      this.#calls.TFE_DeleteOp(op);
    }
    const made = Array.from(
      this.#outputs.subarray(0, this.#outputCount[0]),
      (address) => this.#metadata(address),
    );
    try {
      this.listener?.executed(name, attributes, inputIds, made);
    } catch (error) {
      for (const { id } of made) this.deleteTensor(id); // nobody else will know of them
      throw error;
    }
    return made;
  }

  /** Shape and dtype of a tensor; `id` is its own. */
  describe(id: number): TensorMetadata {
    const handle = this.#handle(id);
    return { id, shape: this.#shape(handle), dtype: this.#calls.TFE_TensorHandleDataType(handle) };
  }

  /**
   * Makes a function known: a serialised FunctionDef (tensorflow/core/framework/function.proto).
   *
   * @throws TensorflowError for another function of the same name
   */
  addFunction(definition: Uint8Array<ArrayBuffer>): void {
    const length = BigInt(definition.length);
    this.#calls.TFE_ContextAddFunctionDef(this.#context.handle, definition, length, this.#status.handle);
    this.#status.check("TFE_ContextAddFunctionDef");
  }

  /**
   * Runs a function on a thread of its own. Its inputs may be deleted as soon as this has returned its promise: the
   * op holds them.
   *
   * @throws TensorflowError with TensorFlow's code and its first line
   */
  async call(name: string, inputIds: readonly number[], outputs: number): Promise<TensorMetadata[]> {
    const calls = this.#calls, status = new Status(calls);
    try {
      const op = calls.TFE_NewOp(this.#context.handle, cName(name), status.handle);
      status.check("compiled program");
      const addresses = new BigUint64Array(outputs), count = Int32Array.of(outputs);
      try {
        if (this.#gpu !== null) {
          calls.TFE_OpSetDevice(op, this.#gpu, status.handle);
          status.check("compiled program");
        }
        for (const id of inputIds) {
          calls.TFE_OpAddInput(op, this.#handle(id), status.handle);
          status.check("compiled program");
        }
        await calls.executeAside(op, addresses, count, status.handle);
        status.check("compiled program");
      } finally {
        calls.TFE_DeleteOp(op);
      }
      return Array.from(addresses.subarray(0, count[0]), (address) => this.#metadata(address));
    } finally {
      status.close();
    }
  }

  /** A serialised OpList (tensorflow/core/framework/op_def.proto) of every op that the library has. */
  opList(): Uint8Array<ArrayBuffer> {
    const buffer = this.#calls.TF_GetAllOpList();
    try {
      // TF_Buffer { const void* data; size_t length; … }
      const view = new Deno.UnsafePointerView(buffer!);
      const data = Deno.UnsafePointer.create(view.getBigUint64(0));
      return new Uint8Array(
        Deno.UnsafePointerView.getArrayBuffer(data!, Number(view.getBigUint64(8))).slice(0),
      );
    } finally {
      this.#calls.TF_DeleteBuffer(buffer);
    }
  }

  getNumOfSavedModels(): number {
    return 0;
  }
  loadSavedModel(directory: string): never {
    throw new Error(`cannot load saved model: ${directory} (this engine runs ops, not saved models)`);
  }

  /** Frees every tensor and the context; the binding is of no use afterwards. */
  close(): void {
    for (const id of [...this.#handles.keys()]) this.deleteTensor(id);
    this.#calls.TFE_DeleteContext(this.#context.handle);
  }

  #own(handle: Deno.PointerValue): number {
    const id = this.#nextId++;
    this.#handles.set(id, handle);
    return id;
  }
  #handle(id: number): Deno.PointerValue {
    const handle = this.#handles.get(id);
    if (handle === undefined) throw new Error(`unknown tensor: ${id} (deleted, or of another engine)`);
    return handle;
  }
  #shape(handle: Deno.PointerValue): number[] {
    const rank = this.#calls.TFE_TensorHandleNumDims(handle, this.#status.handle);
    const shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) {
      shape[axis] = Number(this.#calls.TFE_TensorHandleDim(handle, axis, this.#status.handle));
    }
    return shape;
  }
  #metadata(address: bigint): TensorMetadata {
    const handle = Deno.UnsafePointer.create(address);
    const dtype = this.#calls.TFE_TensorHandleDataType(handle);
    return { id: this.#own(handle), shape: this.#shape(handle), dtype };
  }

  /** Moves values to the GPU at once, when there is one. GPU kernels want int32 and strings in host memory. */
  #onDevice(handle: Deno.PointerValue, dtype: number): Deno.PointerValue {
    if (this.#gpu === null || dtype === dtypes.int32 || dtype === dtypes.string) return handle;
    try {
      const context = this.#context.handle;
      const copy = this.#calls.TFE_TensorHandleCopyToDevice(handle, context, this.#gpu, this.#status.handle);
      this.#status.check("TFE_TensorHandleCopyToDevice");
      return copy;
    } finally {
      this.#calls.TFE_DeleteTensorHandle(handle);
    }
  }
}

/** TensorFlow.js passes an int64 scalar as two int32 halves, lowest first; they are its bytes already. */
function asInt64(dtype: number, values: NativeValues): NativeValues {
  const halves = dtype === dtypes.int64 && values instanceof Int32Array;
  return halves ? new BigInt64Array(values.slice().buffer) : values;
}

/**
 * Opens a libtensorflow and makes the binding. Needs `--allow-ffi` in full.
 *
 * @param file path of libtensorflow_cc.so.2 (or libtensorflow.so.2, or the dylib)
 * @param threads recorded in the engine's line
 * @throws TypeError from Deno.dlopen when the file is no such library; TensorflowError when no context can be made
 * @example
 * ```ts ignore
 * import { openBinding } from "./binding.ts";
 * const binding = openBinding("/opt/tensorflow/libtensorflow_cc.so.2", { intra: 2, inter: 2 });
 * console.log(binding.TF_Version, binding.device);
 * ```
 */
export function openBinding(file: string, threads: Threads): NativeBinding {
  steadyMemory();
  const calls = Deno.dlopen(file, nativeSymbols).symbols;
  keepCompiled(textAt(calls.TF_Version()));
  return new NativeBinding(calls, threads);
}
