import type { AnyNode } from "acorn";
import { isServerGlobal } from "./graph_globals.ts";
import type { Modules } from "./modules.ts";
import { moduleSyntax, SyntaxFault } from "./parse_syntax.ts";
import { references } from "./references.ts";
import { declared } from "./references_declared.ts";

/** A name of another module, as an import or a re-export asks for it; "*" is the whole namespace. */
export interface Ask {
  readonly specifier: string;
  readonly name: string;
  /** members read of it where the module uses nothing else; undefined: all of it */
  readonly members?: readonly string[];
}

/** What a module needs and gives, read once per text. */
export interface ModuleFacts {
  /** global of the server that it uses, as "Deno" */
  readonly serverGlobal?: string;
  readonly asks: readonly Ask[];
  /** exported name → where it comes from; null: from this module */
  readonly exports: ReadonlyMap<string, Ask | null>;
  /** specifiers of `export * from` */
  readonly stars: readonly string[];
  /** why it cannot be read */
  readonly fault?: string;
}

/** Reads module facts, each text once. Undefined: no such file. */
export function moduleFacts(modules: Modules): (url: string) => ModuleFacts | undefined {
  const known = new Map<string, { stamp: string; facts: ModuleFacts }>();
  return (url) => {
    const text = modules.text(url);
    if (text === undefined) return undefined;
    const stamp = modules.stamp(url);
    const kept = known.get(url);
    if (kept?.stamp === stamp) return kept.facts;
    const facts = factsOf(text, url);
    known.set(url, { stamp, facts });
    return facts;
  };
}

const PLAIN: ModuleFacts = { asks: [], exports: new Map([["default", null]]), stars: [] };

function factsOf(text: string, url: string): ModuleFacts {
  if (!/\.[mc]?[jt]sx?$/.test(new URL(url).pathname)) return PLAIN;
  try {
    return read(moduleSyntax(text).body);
  } catch (error) {
    if (error instanceof SyntaxFault) return { ...PLAIN, fault: error.message };
    throw error;
  }
}

function read(body: readonly AnyNode[]): ModuleFacts {
  // an import that is only exported again belongs to whoever asks for it, not to this module
  const { free } = references(body.filter((n) => n.type !== "ExportNamedDeclaration" || n.declaration));
  const own = new Set(declared(body).map((id) => id.name));
  const imported = new Map<string, Ask>();
  const asks: Ask[] = [];
  for (const node of body) {
    if (node.type !== "ImportDeclaration") continue;
    const specifier = String(node.source.value);
    if (node.specifiers.length === 0) asks.push({ specifier, name: "" });
    for (const each of node.specifiers) {
      const name = each.type === "ImportSpecifier"
        ? nameOf(each.imported)
        : each.type === "ImportDefaultSpecifier"
        ? "default"
        : "*";
      imported.set(each.local.name, { specifier, name });
      const use = free.get(each.local.name);
      if (use) asks.push({ specifier, name, members: use.whole ? undefined : [...use.members.keys()] });
    }
  }
  const exports = new Map<string, Ask | null>();
  const stars: string[] = [];
  for (const node of body) readExport(node, { exports, stars, imported });
  const serverGlobal = [...free.values()].find((use) =>
    use.certain && isServerGlobal(use.name) && !own.has(use.name) && !imported.has(use.name)
  )?.name;
  return { serverGlobal, asks, exports, stars };
}

interface Exports {
  readonly exports: Map<string, Ask | null>;
  readonly stars: string[];
  readonly imported: ReadonlyMap<string, Ask>;
}

function readExport(node: AnyNode, { exports, stars, imported }: Exports): void {
  if (node.type === "ExportDefaultDeclaration") exports.set("default", null);
  if (node.type === "ExportAllDeclaration") {
    const specifier = String(node.source.value);
    if (node.exported) exports.set(nameOf(node.exported), { specifier, name: "*" });
    else stars.push(specifier);
  }
  if (node.type !== "ExportNamedDeclaration") return;
  for (const { local, exported } of node.specifiers) {
    const from = node.source
      ? { specifier: String(node.source.value), name: nameOf(local) }
      : imported.get(nameOf(local));
    exports.set(nameOf(exported), from ? { specifier: from.specifier, name: from.name } : null);
  }
  if (node.declaration) { for (const id of declared([node.declaration])) exports.set(id.name, null); }
}

const nameOf = (node: { type: string; name?: string; value?: unknown }): string =>
  node.type === "Identifier" ? node.name! : String(node.value);
