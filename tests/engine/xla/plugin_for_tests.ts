/** The plug-in that tests of XLA run on. */
import type { Library } from "../../../lib/engine/libraries/library.ts";
import { PjrtClient } from "../../../lib/engine/xla/pjrt_client.ts";
import { PjrtPlugin } from "../../../lib/engine/xla/pjrt_plugin.ts";
import { findPlugin } from "../../../lib/engine/xla/plugin.ts";

/** null where there is none: such tests are ignored. */
export const pluginForTests: Library | null = await findPlugin("cpu");

/** Why such a test is ignored, for its name. */
const ignored = pluginForTests ? "" : " (no plug-in: deno task native --device cpu)";

/** Registers a test that needs the plug-in. */
export function xlaTest(name: string, fn: () => void | Promise<void>): void {
  // the plug-in keeps its threads and its file open for the length of the process
  const ignore = pluginForTests === null;
  Deno.test({ name: name + ignored, ignore, fn, sanitizeOps: false, sanitizeResources: false });
}

let opened: PjrtClient | null = null;

/** A client of the plug-in, shared: an own one for each test would cost more than the tests. */
export const clientForTests = (): PjrtClient =>
  opened ??= new PjrtClient(new PjrtPlugin(pluginForTests!.file));
