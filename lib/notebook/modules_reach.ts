import type { Modules } from "./modules.ts";
import { type Ask, type ModuleFacts, moduleFacts } from "./modules_exports.ts";
import { type Project, projectOf, resolve, type Resolved } from "./modules_project.ts";
import { nearest } from "../nearest.ts";

/** Where a name is defined, re-exports followed. */
export type Target =
  | { readonly kind: "name"; readonly url: string; readonly name: string }
  | { readonly kind: "namespace"; readonly url: string }
  | Exclude<Resolved, { kind: "file" }>
  | { readonly kind: "missing"; readonly message: string };

/** What one file asks of another. */
export interface Asked {
  readonly used: readonly Ask[];
  /** names of re-exports; "*" is the namespace */
  readonly passedOn: readonly string[];
  /** `export * from` */
  readonly star: boolean;
}

/** All that a set of names pulls in. */
export interface Reach {
  /** defining files, and what they import by name, in order of discovery */
  readonly files: readonly string[];
  /** packages and built-ins, as Deno resolves them */
  readonly packages: readonly string[];
  /** why it needs the server, as "train.ts uses Deno"; undefined: it does not */
  readonly server?: string;
  /** why it cannot be loaded at all */
  readonly missing?: string;
}

/** Packages that need files, processes or native code: [name or scope, …]. */
const SERVER_PACKAGES = [
  "@tensorflow/",
  "@duckdb/",
  "@napi-rs/",
  "@prisma/",
  "@img/",
  "@serialport/",
  "better-sqlite3",
  "bcrypt",
  "canvas",
  "duckdb",
  "esbuild",
  "fsevents",
  "hdf5",
  "isolated-vm",
  "keytar",
  "leveldown",
  "node-gyp",
  "node-pty",
  "onnxruntime-node",
  "pg-native",
  "playwright",
  "playwright-core",
  "puppeteer",
  "puppeteer-core",
  "re2",
  "robotjs",
  "rocksdb",
  "serialport",
  "sharp",
  "sqlite3",
  "usb",
  "webgpu",
  "zeromq",
];

export const isServerPackage = (name: string): boolean =>
  SERVER_PACKAGES.some((each) => each.endsWith("/") ? name.startsWith(each) : name === each);

/** Follows imports from module to module by name. One for each notebook kept open: it remembers what it has read. */
export class ModuleGraph {
  readonly #read: (url: string) => ModuleFacts | undefined;
  readonly #known = new Map<string, ModuleFacts | undefined>();
  readonly #stamps = new Map<string, string>();
  readonly #projects = new Map<string, Project>();

  constructor(readonly modules: Modules) {
    this.#read = moduleFacts(modules);
  }

  /** Looks at the files anew from here on: until then, one look at each is enough. */
  refresh(): void {
    this.#known.clear();
    this.#stamps.clear();
    this.#projects.clear();
  }

  /** The project whose import map holds for a file. */
  project(url: string): Project {
    const folder = new URL(".", url).href;
    let project = this.#projects.get(folder);
    if (!project) this.#projects.set(folder, project = projectOf(url, this.modules));
    return project;
  }

  /** The stamp of a file at the first look. */
  stamp(url: string): string {
    let stamp = this.#stamps.get(url);
    if (stamp === undefined) this.#stamps.set(url, stamp = this.modules.stamp(url));
    return stamp;
  }

  resolve(specifier: string, from: string): Resolved {
    return resolve(specifier, from, this.project(from));
  }

  /** Where `name`, imported from `specifier` in the file `from`, is defined. "*" is the namespace. */
  target(specifier: string, name: string, from: string): Target {
    const resolved = this.resolve(specifier, from);
    if (resolved.kind !== "file") return resolved;
    return name === "*" ? this.#namespace(resolved.url, from) : this.#define(resolved.url, name, from);
  }

  /** What a file asks of `specifier`: names that it uses, and those that it only exports again. */
  asksOf(specifier: string, from: string): Asked {
    const facts = this.#facts(from);
    const same = (ask: { specifier: string }) => ask.specifier === specifier;
    return {
      used: facts?.asks.filter(same) ?? [],
      passedOn: [...facts?.exports.values() ?? []].flatMap((ask) => ask && same(ask) ? [ask.name] : []),
      star: facts?.stars.includes(specifier) ?? false,
    };
  }

  /** The names that a module exports, its stars included. */
  exportsOf(url: string, seen = new Set<string>()): string[] {
    if (seen.has(url)) return [];
    seen.add(url);
    const facts = this.#facts(url);
    if (!facts) return [];
    const stars = facts.stars.flatMap((specifier) => {
      const resolved = this.resolve(specifier, url);
      return resolved.kind === "file"
        ? this.exportsOf(resolved.url, seen).filter((n) => n !== "default")
        : [];
    });
    return [...new Set([...facts.exports.keys(), ...stars])];
  }

  /**
   * Everything that the use of `targets` pulls in. A file counts as a whole: it needs the server if it uses Deno, or
   * if a name that it imports leads to a file that does.
   */
  reach(targets: readonly (Target & { readonly members?: readonly string[] })[]): Reach {
    const files: string[] = [];
    const packages = new Set<string>();
    const visited = new Set<string>();
    const queue = targets.map((target) => ({ target, members: target.members, by: "" }));
    let server: string | undefined;
    let missing: string | undefined;
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { target, members, by } = next;
      const prefix = by === "" ? "" : `${fileName(by)} imports `;
      if (target.kind === "missing" || target.kind === "unknown") {
        missing ??= by === "" ? target.message : `${fileName(by)}: ${target.message}`;
      } else if (target.kind === "builtin" || target.kind === "remote") {
        const name = target.kind === "builtin" ? target.name : target.url;
        packages.add(name);
        server ??= `${prefix}${name}`;
      } else if (target.kind === "package") {
        packages.add(target.target);
        if (isServerPackage(target.name)) server ??= `${prefix}${target.name}`;
      } else if (target.kind === "namespace") {
        for (const name of members ?? this.exportsOf(target.url)) {
          queue.push({ target: this.#define(target.url, name, by || target.url), members: undefined, by });
        }
      } else if (!visited.has(target.url)) {
        visited.add(target.url);
        files.push(target.url);
        const facts = this.#facts(target.url)!;
        if (facts.serverGlobal) server ??= `${fileName(target.url)} uses ${facts.serverGlobal}`;
        if (facts.fault) missing ??= `${fileName(target.url)}: ${facts.fault}`;
        for (const ask of facts.asks) {
          queue.push({
            target: this.#ask(ask.specifier, ask.name, target.url),
            members: ask.members,
            by: target.url,
          });
        }
      }
    }
    return { files, packages: [...packages], server, missing };
  }

  #facts(url: string): ModuleFacts | undefined {
    if (!this.#known.has(url)) this.#known.set(url, this.#read(url));
    return this.#known.get(url);
  }

  #ask(specifier: string, name: string, from: string): Target {
    if (name !== "") return this.target(specifier, name, from);
    const resolved = this.resolve(specifier, from);
    if (resolved.kind !== "file") return resolved;
    return this.#facts(resolved.url) ? { kind: "name", url: resolved.url, name } : noFile(resolved.url, from);
  }

  #namespace(url: string, from: string): Target {
    return this.#facts(url) ? { kind: "namespace", url } : noFile(url, from);
  }

  #define(url: string, name: string, from: string): Target {
    return this.#search(url, name, from, new Set()) ??
      { kind: "missing", message: this.#notExported(url, name) };
  }

  #search(url: string, name: string, from: string, seen: Set<string>): Target | undefined {
    if (seen.has(url)) return undefined;
    seen.add(url);
    const facts = this.#facts(url);
    if (!facts) return noFile(url, from);
    if (facts.fault) return { kind: "name", url, name };
    const origin = facts.exports.get(name);
    if (origin === null) return { kind: "name", url, name };
    if (origin) {
      const resolved = this.resolve(origin.specifier, url);
      if (resolved.kind !== "file") return resolved;
      return origin.name === "*"
        ? this.#namespace(resolved.url, url)
        : this.#search(resolved.url, origin.name, url, seen);
    }
    if (name === "default") return undefined;
    let outside: Target | undefined;
    for (const specifier of facts.stars) {
      const resolved = this.resolve(specifier, url);
      if (resolved.kind !== "file") outside ??= resolved;
      else {
        const found = this.#search(resolved.url, name, url, seen);
        if (found && found.kind !== "missing") return found;
        outside ??= found;
      }
    }
    return outside;
  }

  #notExported(url: string, name: string): string {
    const names = this.exportsOf(url);
    const like = nearest(name, names);
    const hint = like ? `did you mean ${like}?` : `has ${names.slice(0, 12).join(", ")}`;
    return `unknown export: ${name} of ${fileName(url)} (${hint})`;
  }
}

const noFile = (url: string, from: string): Target => ({
  kind: "missing",
  message: `missing file: ${relativeTo(url, from)}`,
});

/** A file's name with its folder, which tells `mod.ts` from `mod.ts`. */
const fileName = (url: string): string => {
  const parts = new URL(url).pathname.split("/");
  const last = decodeURIComponent(parts.at(-1)!);
  return /^(mod|index)\.\w+$/.test(last) ? `${parts.at(-2)}/${last}` : last;
};

function relativeTo(url: string, from: string): string {
  const folder = new URL(".", from).href;
  return url.startsWith(folder) ? `./${url.slice(folder.length)}` : decodeURIComponent(new URL(url).pathname);
}
