/** A PJRT plug-in: a library that compiles StableHLO and runs it on the devices that it knows. */
import { exitsAtOnce } from "../libraries/exits_at_once.ts";
import { pin } from "../libraries/pinned.ts";
import { quietly } from "../libraries/quietly.ts";
import { factsFrom } from "./named_values.ts";
import { PjrtError } from "./pjrt_error.ts";
import { type PjrtFunction, pjrtFunctions } from "./pjrt_functions.ts";
import { Fields, type Slot, textFrom } from "./pjrt_memory.ts";

/** Where the table has its version, and its first function. */
const MAJOR = 32, MINOR = 36, FIRST = 40;
/** absl's codes */
const EXHAUSTED = 8, UNIMPLEMENTED = 12;
/** Bytes that are read of a message. */
const LONGEST = 65536n;

/** What trainings do without. */
const dispensable: readonly PjrtFunction[] = [
  ...["PJRT_Plugin_Attributes", "PJRT_Device_MemoryStats"] as const,
  ...["PJRT_Executable_Serialize", "PJRT_Executable_DeserializeAndLoad"] as const, // then nothing is kept
  ...["PJRT_Buffer_Device", "PJRT_Buffer_UnsafePointer"] as const, // where a buffer is
];

/** The line that says something: some begin with a line that ends in a colon. */
function firstLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const last = lines.findIndex((line) => !line.endsWith(":"));
  return lines.slice(0, last + 1).join(" ");
}

const now = { parameters: ["buffer"], result: "pointer" } as const;
/** On a thread of its own: the event loop lives while it runs. */
const aside = { parameters: ["buffer"], result: "pointer", nonblocking: true } as const;

type Now = Deno.UnsafeFnPointer<typeof now>;
type Aside = Deno.UnsafeFnPointer<typeof aside>;

/** A loaded plug-in and its table of functions. */
export class PjrtPlugin {
  readonly file: string;
  /** of its interface, as `0.106` */
  readonly version: string;
  /** how full the device is, where there is one that tells: what lacks memory says so */
  held: () => string | null = () => null;
  readonly #table: Deno.UnsafePointerView;
  readonly #size: number;
  readonly #now = new Map<PjrtFunction, Now>();
  readonly #aside = new Map<PjrtFunction, Aside>();
  /** calls beside the event loop, so that nothing collects what they read and write */
  readonly #underWay = new Set<unknown>();

  /**
   * Loads a plug-in for the rest of the process. Needs `--allow-ffi`.
   *
   * @throws Error of the loader for a file that is no library of this machine; PjrtError for one that is no plug-in
   */
  constructor(file: string) {
    this.file = file;
    const api = quietly(() => {
      pin(file); // XLA's threads run to the end of the process
      return Deno.dlopen(file, { GetPjrtApi: { parameters: [], result: "pointer" } }).symbols.GetPjrtApi();
    });
    if (api === null) throw new PjrtError("GetPjrtApi", UNIMPLEMENTED, "it has no table of functions");
    this.#table = new Deno.UnsafePointerView(api);
    this.#size = Number(this.#table.getBigUint64(0));
    const major = this.#table.getInt32(MAJOR);
    this.version = `${major}.${this.#table.getInt32(MINOR)}`;
    if (major !== 0) {
      throw new PjrtError("GetPjrtApi", UNIMPLEMENTED, `interface ${this.version} (0.x is known)`);
    }
    for (const name of Object.keys(pjrtFunctions) as PjrtFunction[]) {
      if (!dispensable.includes(name)) this.#pointer(name);
    }
    this.call("PJRT_Plugin_Initialize", []);
    exitsAtOnce();
  }

  /** What it says of itself, as `{ cuda_version: 13000 }`; nothing where it does not say. */
  facts(): Readonly<Record<string, number | string>> {
    try {
      const told = this.call("PJRT_Plugin_Attributes", [0, 0]);
      return factsFrom(told.at(0), Number(told.at(1)));
    } catch (error) {
      if (error instanceof PjrtError) return {};
      throw error;
    }
  }

  /**
   * Calls a function; its results stand in the fields that come back.
   * @throws PjrtError
   */
  call(name: PjrtFunction, fields: readonly Slot[]): Fields {
    const given = new Fields(fields);
    const known = this.#now.get(name) ?? new Deno.UnsafeFnPointer(this.#pointer(name), now);
    this.#now.set(name, known);
    this.#check(name, known.call(given.memory));
    return given;
  }

  /**
   * The same beside the event loop.
   * @param held what the fields point to, kept until the call is over
   * @throws PjrtError
   */
  async callAside(
    name: PjrtFunction,
    fields: readonly Slot[],
    held: readonly unknown[] = [],
  ): Promise<Fields> {
    const given = new Fields(fields);
    const known = this.#aside.get(name) ?? new Deno.UnsafeFnPointer(this.#pointer(name), aside);
    this.#aside.set(name, known);
    const call = { given, held };
    this.#underWay.add(call);
    try {
      this.#check(name, await known.call(given.memory));
    } finally {
      this.#underWay.delete(call);
    }
    return given;
  }

  /** Waits for an event of the plug-in's, beside the event loop, and frees it; none is done at once. */
  async done(event: bigint): Promise<void> {
    if (event === 0n) return;
    try {
      await this.callAside("PJRT_Event_Await", [event]);
    } finally {
      this.call("PJRT_Event_Destroy", [event]);
    }
  }

  /** The same, while everything waits. */
  doneNow(event: bigint): void {
    if (event === 0n) return;
    try {
      this.call("PJRT_Event_Await", [event]);
    } finally {
      this.call("PJRT_Event_Destroy", [event]);
    }
  }

  // deno-lint-ignore no-explicit-any
  #pointer(name: PjrtFunction): Deno.PointerObject<any> {
    const at = FIRST + 8 * pjrtFunctions[name];
    const pointer = at + 8 <= this.#size ? this.#table.getPointer(at) : null;
    if (pointer === null) throw new PjrtError(name, UNIMPLEMENTED, `interface ${this.version} lacks it`);
    return pointer;
  }

  #check(name: PjrtFunction, error: Deno.PointerValue): void {
    if (error === null) return;
    const address = BigInt(Deno.UnsafePointer.value(error));
    const ask = (each: PjrtFunction, fields: readonly Slot[]) => {
      const given = new Fields([address, ...fields]);
      new Deno.UnsafeFnPointer(this.#pointer(each), now).call(given.memory);
      return given;
    };
    const told = ask("PJRT_Error_Message", [0, 0]), length = told.at(2) < LONGEST ? told.at(2) : LONGEST;
    const reason = firstLine(textFrom(told.at(1), length));
    const code = Number(BigInt.asUintN(32, ask("PJRT_Error_GetCode", [0]).at(1)));
    ask("PJRT_Error_Destroy", []);
    const held = code === EXHAUSTED ? this.held() : null;
    throw new PjrtError(name, code, held === null ? reason : `${reason}; ${held}`);
  }
}
