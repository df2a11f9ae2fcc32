/** TensorFlow's C API as far as eager execution and functions need it, typed for Deno.dlopen. */
import { textAt } from "../libraries/c_text.ts";
import { ProgramFault } from "../program_fault.ts";

const pointer = "pointer";
const buffer = "buffer";

/** Signatures of `c_api.h`, `eager/c_api.h` and `tf_tstring.h`; the same in TensorFlow 2.12 to 2.21. */
export const nativeSymbols = {
  TF_Version: { parameters: [], result: pointer },
  TF_NewStatus: { parameters: [], result: pointer },
  TF_DeleteStatus: { parameters: [pointer], result: "void" },
  TF_GetCode: { parameters: [pointer], result: "i32" },
  TF_Message: { parameters: [pointer], result: pointer },

  TFE_NewContextOptions: { parameters: [], result: pointer },
  TFE_ContextOptionsSetConfig: { parameters: [pointer, buffer, "usize", pointer], result: "void" },
  TFE_DeleteContextOptions: { parameters: [pointer], result: "void" },
  TFE_NewContext: { parameters: [pointer, pointer], result: pointer },
  TFE_DeleteContext: { parameters: [pointer], result: "void" },
  TFE_ContextListDevices: { parameters: [pointer, pointer], result: pointer },
  TF_DeviceListCount: { parameters: [pointer], result: "i32" },
  TF_DeviceListName: { parameters: [pointer, "i32", pointer], result: pointer },
  TF_DeviceListType: { parameters: [pointer, "i32", pointer], result: pointer },
  TF_DeviceListMemoryBytes: { parameters: [pointer, "i32", pointer], result: "i64" },
  TF_DeleteDeviceList: { parameters: [pointer], result: "void" },

  TFE_NewOp: { parameters: [pointer, buffer, pointer], result: pointer },
  TFE_DeleteOp: { parameters: [pointer], result: "void" },
  TFE_OpAddInput: { parameters: [pointer, pointer, pointer], result: "void" },
  TFE_OpSetAttrType: { parameters: [pointer, buffer, "i32"], result: "void" },
  TFE_OpSetAttrTypeList: { parameters: [pointer, buffer, buffer, "i32"], result: "void" },
  TFE_OpSetAttrBool: { parameters: [pointer, buffer, "u8"], result: "void" },
  TFE_OpSetAttrInt: { parameters: [pointer, buffer, "i64"], result: "void" },
  TFE_OpSetAttrIntList: { parameters: [pointer, buffer, buffer, "i32"], result: "void" },
  TFE_OpSetAttrFloat: { parameters: [pointer, buffer, "f32"], result: "void" },
  TFE_OpSetAttrString: { parameters: [pointer, buffer, buffer, "usize"], result: "void" },
  TFE_OpSetAttrShape: { parameters: [pointer, buffer, buffer, "i32", pointer], result: "void" },
  TFE_OpSetDevice: { parameters: [pointer, buffer, pointer], result: "void" },
  TFE_Execute: { parameters: [pointer, buffer, buffer, pointer], result: "void" },
  // The same on a thread of its own: the event loop lives while it runs.
  executeAside: {
    name: "TFE_Execute",
    parameters: [pointer, buffer, buffer, pointer],
    result: "void",
    nonblocking: true,
  },

  TFE_ContextAddFunctionDef: { parameters: [pointer, buffer, "usize", pointer], result: "void" },
  TF_GetAllOpList: { parameters: [], result: pointer },
  TF_DeleteBuffer: { parameters: [pointer], result: "void" },

  TF_AllocateTensor: { parameters: ["i32", buffer, "i32", "usize"], result: pointer },
  TF_TensorData: { parameters: [pointer], result: pointer },
  TF_TensorByteSize: { parameters: [pointer], result: "usize" },
  TF_DeleteTensor: { parameters: [pointer], result: "void" },
  TF_StringInit: { parameters: [pointer], result: "void" },
  TF_StringCopy: { parameters: [pointer, buffer, "usize"], result: "void" },
  TF_StringGetDataPointer: { parameters: [pointer], result: pointer },
  TF_StringGetSize: { parameters: [pointer], result: "usize" },

  TFE_NewTensorHandle: { parameters: [pointer, pointer], result: pointer },
  TFE_DeleteTensorHandle: { parameters: [pointer], result: "void" },
  TFE_TensorHandleResolve: { parameters: [pointer, pointer], result: pointer },
  TFE_TensorHandleCopyToDevice: { parameters: [pointer, pointer, buffer, pointer], result: pointer },
  TFE_TensorHandleDataType: { parameters: [pointer], result: "i32" },
  TFE_TensorHandleNumDims: { parameters: [pointer, pointer], result: "i32" },
  TFE_TensorHandleDim: { parameters: [pointer, "i32", pointer], result: "i64" },
} as const satisfies Deno.ForeignLibraryInterface;

export type NativeCalls = Deno.DynamicLibrary<typeof nativeSymbols>["symbols"];

/** A C call of TensorFlow that failed. `code` is its TF_Code: 3 invalid argument, 8 out of memory, 12 unimplemented. */
export class TensorflowError extends ProgramFault {
  override readonly name = "TensorflowError";
  constructor(call: string, code: number, reason: string) {
    super("tensorflow", call, code, reason);
  }
}

/** One TF_Status. Synchronous calls share one: nobody else's answer can stand in it; a call aside needs its own. */
export class Status {
  readonly handle: Deno.PointerValue;
  readonly #calls: NativeCalls;
  constructor(calls: NativeCalls) {
    this.#calls = calls;
    this.handle = calls.TF_NewStatus();
  }
  /** Throws what the last call that got this status reports; `call` names it in the message. */
  check(call: string): void {
    const code = this.#calls.TF_GetCode(this.handle);
    if (code === 0) return;
    const [line] = textAt(this.#calls.TF_Message(this.handle)).split("\n");
    const reason = line.replaceAll(/\{\{\w+ [^}]*\}\} ?/g, ""); // names of functions that nobody gave
    throw new TensorflowError(call, code, reason);
  }
  /** Frees it; it is of no use afterwards. */
  close(): void {
    this.#calls.TF_DeleteStatus(this.handle);
  }
}
