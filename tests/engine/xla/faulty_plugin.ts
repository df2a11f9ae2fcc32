/** Plug-ins that are the real one but for one function, compiled where there is a C compiler. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type PjrtFunction, pjrtFunctions } from "../../../lib/engine/xla/pjrt_functions.ts";
import { pluginForTests } from "./plugin_for_tests.ts";

export interface Fault {
  readonly in: PjrtFunction;
  /** the call from which on it goes wrong; default the first */
  readonly nth?: number;
  /** default: the function answers with an error */
  readonly how?: "CRASHES" | "ABORTS" | "HANGS" | "LACKS";
  /** of the error; default 13 */
  readonly code?: number;
  readonly message?: string;
  /** bytes of a message of one letter */
  readonly huge?: number;
  /** what the table says of itself; default the truth */
  readonly major?: number;
  readonly size?: number;
}

const SOURCE = fileURLToPath(new URL("./faulty_plugin.c", import.meta.url));
const compiler = await new Deno.Command("cc", { args: ["--version"], stdout: "null", stderr: "null" })
  .output()
  .then(({ success }) => success, () => false);
const ignored = pluginForTests === null
  ? " (no plug-in: deno task native --device cpu)"
  : compiler
  ? ""
  : " (no cc: a C compiler makes the plug-in)";

/**
 * Registers a test on a plug-in with a fault, which lies in a folder of its own.
 * @param missing what else the test needs and is not here, for its name
 */
export function faultyTest(
  name: string,
  fault: Fault,
  fn: (file: string) => Promise<void>,
  missing = "",
): void {
  const why = ignored + missing, ignore = why !== "";
  Deno.test({ name: name + why, ignore, sanitizeOps: false, sanitizeResources: false }, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await fn(await compiled(fault, folder));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function compiled(fault: Fault, folder: string): Promise<string> {
  const file = join(folder, "libpjrt_faulty.so");
  const defined = {
    REAL: JSON.stringify(pluginForTests!.file),
    FUNCTION: pjrtFunctions[fault.in],
    NTH: fault.nth,
    CODE: fault.code,
    MESSAGE: fault.message && cText(fault.message),
    HUGE_MESSAGE: fault.huge,
    MAJOR: fault.major,
    TABLE_SIZE: fault.size,
  };
  const given = Object.entries(defined).flatMap(([name, value]) =>
    value === undefined ? [] : [`-D${name}=${value}`]
  );
  const how = fault.how === undefined ? [] : [`-D${fault.how}`];
  const args = ["-shared", "-fPIC", "-O0", ...given, ...how, SOURCE, "-o", file, "-ldl"];
  const { success, stderr } = await new Deno.Command("cc", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return file;
}

/** A text as C writes it: control characters by their octal numbers. */
function cText(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return `"${bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"`;
}
