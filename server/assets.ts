/** Style and scripts of the pages, built once, kept in memory and on disk, and named by what is in them. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Built, keptBuild } from "./kept_build.ts";
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
  /** what a report carries inside; builds on the first call */
  report(): Promise<ReportTexts>;
}

/** Style and script of a report, minified. */
export interface ReportTexts {
  readonly style: string;
  readonly script: string;
}

const client = (file: string) => fileURLToPath(new URL(`./client/${file}`, import.meta.url));
/** What packages and bundler are is said there, and here how they are built. */
const ALWAYS = ["../deno.json", "../deno.lock", "./assets.ts"].map((file) =>
  fileURLToPath(new URL(file, import.meta.url))
);
const STYLES = [
  "tokens.css",
  "page.css",
  "notebook.css",
  "overlay.css",
  "runs.css",
  "studies.css",
  "share.css",
];
/** A report shows no runs. */
const REPORT_STYLES = ["tokens.css", "page.css", "notebook.css", "report.css"];
const SCRIPT = "text/javascript; charset=UTF-8";

/** Bundles one browser entry. The bundler is loaded late: the server listens before it is needed. */
async function bundle(entry: string): Promise<{ text: string; inputs: string[] }> {
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [client(entry)],
    metafile: true,
    bundle: true,
    minify: true,
    write: false,
    format: entry === "theme.ts" ? "iife" : "esm",
    target: "es2023",
    legalComments: "none",
    logLevel: "silent",
  });
  return {
    text: result.outputFiles[0].text,
    inputs: Object.keys(result.metafile.inputs).map((path) => resolve(path)),
  };
}

const ENTRIES = {
  theme: "theme.ts",
  script: "main.ts",
  runs: "runs.ts",
  studies: "studies.ts",
  loops: "loop_watch_worker.ts",
} as const;

async function buildAll(): Promise<Built> {
  const names = Object.keys(ENTRIES) as (keyof typeof ENTRIES)[];
  const [styles, ...bundles] = await Promise.all([
    Promise.all(STYLES.map((file) => Deno.readTextFile(client(file)))),
    ...names.map((name) => bundle(ENTRIES[name])),
  ]);
  return {
    texts: {
      style: styles.join("\n"),
      ...Object.fromEntries(names.map((name, i) => [name, bundles[i].text])),
    },
    inputs: [...new Set([...ALWAYS, ...STYLES.map(client), ...bundles.flatMap(({ inputs }) => inputs)])],
  };
}

/** The style of a report names no address, so that there is nothing to resolve. */
async function buildReport(): Promise<Built> {
  const { transform } = await import("esbuild");
  const styles = await Promise.all(REPORT_STYLES.map((file) => Deno.readTextFile(client(file))));
  const [style, script] = await Promise.all([
    transform(styles.join("\n"), { loader: "css", minify: true, legalComments: "none" }),
    bundle("report.ts"),
  ]);
  return {
    texts: { style: style.code, script: script.text },
    inputs: [...ALWAYS, ...REPORT_STYLES.map(client), ...script.inputs],
  };
}

async function reportTexts(keep?: string): Promise<ReportTexts> {
  const { style, script } = keep === undefined
    ? (await buildReport()).texts
    : await keptBuild(keep, buildReport);
  return { style, script };
}

/**
 * @param keep where the build is kept for the next start; default: nowhere
 * @param base path that every page begins with; default none
 * @example
 * ```ts
 * import { createAssets } from "./assets.ts";
 * const { style } = await createAssets().addresses(); // "/assets/page.3f9a….css"
 * ```
 */
export function createAssets(keep?: string, base = ""): AssetStore {
  let built: Promise<{ addresses: Assets; files: Map<string, Asset> }> | undefined;
  let report: Promise<ReportTexts> | undefined;

  async function putAll() {
    const texts = keep === undefined ? (await buildAll()).texts : await keptBuild(keep, buildAll);
    const files = new Map<string, Asset>();
    const put = (name: string, extension: string, type: string, text: string) => {
      const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
      const file = `${name}.${hash}.${extension}`;
      files.set(file, { type, bytes: new TextEncoder().encode(text) });
      return `${base}/assets/${file}`;
    };
    return {
      files,
      addresses: {
        base,
        style: put("page", "css", "text/css; charset=UTF-8", texts.style),
        theme: put("theme", "js", SCRIPT, texts.theme),
        script: put("page", "js", SCRIPT, texts.script),
        runs: put("runs", "js", SCRIPT, texts.runs),
        studies: put("studies", "js", SCRIPT, texts.studies),
        loops: put("loops", "js", SCRIPT, texts.loops),
      },
    };
  }

  const all = () =>
    built ??= putAll().catch((error) => {
      built = undefined; // a failed build is tried again at the next page
      throw error;
    });
  return {
    addresses: async () => (await all()).addresses,
    get: async (name) => (await all()).files.get(name),
    report: () =>
      report ??= reportTexts(keep?.replace(/(?:\.json)?$/, ".report.json")).catch((error) => {
        report = undefined;
        throw error;
      }),
  };
}
