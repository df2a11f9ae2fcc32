/** The compiler of notebooks as sessions and runs use it. */
import { bundle, stopBundler } from "./bundle.ts";
import { program } from "./compile.ts";
import { loadNotebook } from "./load.ts";
import type { Compiler } from "./session_build.ts";
import { withoutTests } from "./test_cell.ts";

export const compiler: Compiler = {
  load: async (url) => withoutTests(await loadNotebook(url)),
  program,
  bundle,
  stop: stopBundler,
};
