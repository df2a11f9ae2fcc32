import type { Modules } from "./modules.ts";

/** The folder of the nearest deno.json above a file, else of its work tree, and its import map. */
export interface Project {
  /** ends with a slash */
  readonly root: string;
  readonly imports: Readonly<Record<string, string>>;
  /** its deno.json; undefined when there is none */
  readonly config?: string;
}

/** What a specifier means. */
export type Resolved =
  | { readonly kind: "file"; readonly url: string }
  /** target: as Deno resolves it, npm:name@version/path; path: as bundlers do, name/path */
  | { readonly kind: "package"; readonly name: string; readonly target: string; readonly path: string }
  | { readonly kind: "builtin"; readonly name: string }
  | { readonly kind: "remote"; readonly url: string }
  | { readonly kind: "unknown"; readonly message: string };

/** This library's own folders: what notebooks of any project may import. */
export const OWN_ROOT = new URL("../../", import.meta.url).href;
export const OWN_LIBRARY = new URL("lib/", OWN_ROOT).href;
const OWN_SURFACE = new URL("mod.ts", OWN_LIBRARY).href;

/** Finds the project of a file; without a deno.json it is the work tree of git that it is in, else its own folder. */
export function projectOf(url: string, modules: Modules): Project {
  let tree: string | undefined;
  for (let folder = new URL(".", url);; folder = new URL("..", folder)) {
    for (const file of ["deno.json", "deno.jsonc"]) {
      const text = modules.text(new URL(file, folder).href);
      if (text === undefined) continue;
      const { imports = {} } = JSON.parse(withoutComments(text)) as { imports?: Record<string, string> };
      return { root: folder.href, imports, config: new URL(file, folder).href };
    }
    if ([".git/HEAD", ".git"].some((file) => modules.text(new URL(file, folder).href) !== undefined)) {
      tree ??= folder.href;
    }
    if (folder.pathname === "/") return { root: tree ?? new URL(".", url).href, imports: {} };
  }
}

/**
 * Resolves a specifier written in the file `from` by the project's import map. "plateau" always means something:
 * this very library, where the map does not say otherwise.
 */
export function resolve(specifier: string, from: string, project: Project): Resolved {
  if (/^\.{0,2}\//.test(specifier)) return file(new URL(specifier, from).href, project);
  const target = mapped(specifier, project);
  if (target === undefined) {
    if (specifier === "plateau") return { kind: "file", url: OWN_SURFACE };
    if (/^[a-z]+:/i.test(specifier)) return direct(specifier, project);
    const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
    return { kind: "unknown", message: `unknown package: ${name} is not in deno.json: deno add npm:${name}` };
  }
  return direct(/^[a-z]+:/i.test(target) ? target : new URL(target, project.root).href, project);
}

/** Folders end with a slash, so a sibling whose name only begins alike is outside. */
function file(url: string, { root }: Project): Resolved {
  if (url.startsWith(root) || url.startsWith(OWN_ROOT)) return { kind: "file", url };
  const path = decodeURIComponent(new URL(url).pathname);
  return {
    kind: "unknown",
    message: `outside the project: ${path} (a notebook imports from its own project)`,
  };
}

function mapped(specifier: string, { imports }: Project): string | undefined {
  if (specifier in imports) return imports[specifier];
  const prefixes = Object.keys(imports).filter((key) =>
    key.endsWith("/") ? specifier.startsWith(key) : specifier.startsWith(key + "/") && isPackage(imports[key])
  ).sort((a, b) => b.length - a.length);
  return prefixes.length > 0 ? imports[prefixes[0]] + specifier.slice(prefixes[0].length) : undefined;
}

const isPackage = (target: string): boolean => target.startsWith("npm:");

function direct(target: string, project: Project): Resolved {
  if (target.startsWith("file:")) return file(target, project);
  if (target.startsWith("node:")) return { kind: "builtin", name: target };
  const npm = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)(?:@[^/]+)?(\/.*)?$/.exec(target);
  if (npm) return { kind: "package", name: npm[1], target, path: npm[1] + (npm[2] ?? "") };
  return { kind: "remote", url: target };
}

/** JSON with comments to JSON; quotes are respected. */
function withoutComments(text: string): string {
  return text.replace(
    /("(?:[^"\\]|\\.)*")|\/\/.*|\/\*[\s\S]*?\*\//g,
    (_match, quoted) => quoted ?? "",
  ).replace(/,(\s*[}\]])/g, "$1");
}
