/** Style and scripts of the pages, built once, kept in memory, and named by what is in them. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Assets } from "./pages/shell.ts";

export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface AssetStore {
  /** where the pages find them; builds on the first call */
  addresses(): Promise<Assets>;
  /** an asset by the name after `/assets/`; undefined when there is none */
  get(name: string): Promise<Asset | undefined>;
}

const client = (file: string) => new URL(`./client/${file}`, import.meta.url);
const STYLES = ["tokens.css", "page.css", "notebook.css", "overlay.css", "runs.css"];
const SCRIPT = "text/javascript; charset=UTF-8";

/** Bundles one browser entry. The bundler is loaded late: the server listens before it is needed. */
async function bundle(entry: string): Promise<string> {
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [fileURLToPath(client(entry))],
    bundle: true,
    minify: true,
    write: false,
    format: entry === "theme.ts" ? "iife" : "esm",
    target: "es2023",
    legalComments: "none",
    logLevel: "silent",
  });
  return result.outputFiles[0].text;
}

/** @example
 * ```ts
 * import { createAssets } from "./assets.ts";
 * const { style } = await createAssets().addresses(); // "/assets/page.3f9a….css"
 * ```
 */
export function createAssets(): AssetStore {
  let built: Promise<{ addresses: Assets; files: Map<string, Asset> }> | undefined;

  async function buildAll() {
    const files = new Map<string, Asset>();
    const put = (name: string, extension: string, type: string, text: string) => {
      const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
      const file = `${name}.${hash}.${extension}`;
      files.set(file, { type, bytes: new TextEncoder().encode(text) });
      return `/assets/${file}`;
    };
    const [styles, theme, script, runs, loops] = await Promise.all([
      Promise.all(STYLES.map((file) => Deno.readTextFile(client(file)))),
      bundle("theme.ts"),
      bundle("main.ts"),
      bundle("runs.ts"),
      bundle("loop_watch_worker.ts"),
    ]);
    return {
      files,
      addresses: {
        style: put("page", "css", "text/css; charset=UTF-8", styles.join("\n")),
        theme: put("theme", "js", SCRIPT, theme),
        script: put("page", "js", SCRIPT, script),
        runs: put("runs", "js", SCRIPT, runs),
        loops: put("loops", "js", SCRIPT, loops),
      },
    };
  }

  const all = () =>
    built ??= buildAll().catch((error) => {
      built = undefined; // a failed build is tried again at the next page
      throw error;
    });
  return {
    addresses: async () => (await all()).addresses,
    get: async (name) => (await all()).files.get(name),
  };
}
