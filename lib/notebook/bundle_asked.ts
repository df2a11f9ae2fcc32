import { exportLine } from "./bundle_entry.ts";
import type { ModuleGraph } from "./modules_reach.ts";

/** Who imports what: address of the file, and the specifier that it writes. */
export interface Asking {
  readonly from: string;
  readonly specifier: string;
}

/**
 * The text of a module for the page that stands in for one which cannot go there whole, as `"plateau"`: it gives what
 * the importing file asks, each name from the file that defines it, and of a namespace the members that are read.
 * Undefined: the module itself can go.
 *
 * A name that needs the server and is only exported again is `undefined` in it: a cell that reads such a name runs on
 * the server.
 */
export function askedModule({ from, specifier }: Asking, modules: ModuleGraph): string | undefined {
  const resolved = modules.resolve(specifier, from);
  if (resolved.kind !== "file") return undefined;
  const { url } = resolved;
  if (!modules.reach([{ kind: "namespace", url }]).server) return undefined;
  const names = wanted({ from, specifier }, modules, modules.exportsOf(url));
  if (!names) return undefined;
  const lines = [...names].map(([name, members], i) => {
    const target = modules.target(specifier, name, from);
    if (needsServer(target, members, modules)) return `const $${i} = undefined; export {$${i} as ${name}};`;
    return exportLine({ local: name, imported: name, specifier }, target, members, {
      from,
      modules,
      side: "browser",
    });
  });
  return [...lines, "export {};"].join("\n");
}

type Members = readonly string[] | undefined;

const needsServer = (target: ReturnType<ModuleGraph["target"]>, members: Members, modules: ModuleGraph) =>
  modules.reach([{ ...target, members }]).server !== undefined;

/** Names with the members read of them, undefined for all; undefined: the module is run for what it does. */
function wanted(
  { from, specifier }: Asking,
  modules: ModuleGraph,
  exported: readonly string[],
): Map<string, Members> | undefined {
  const { used, passedOn, star } = modules.asksOf(specifier, from);
  if (used.some(({ name }) => name === "")) return undefined;
  const names = new Map<string, Members>();
  const add = (name: string, members: Members) => {
    const all = !members || (names.has(name) && !names.get(name));
    names.set(name, all ? undefined : [...new Set([...names.get(name) ?? [], ...members])]);
  };
  for (const { name, members } of used) {
    if (name !== "*") add(name, members);
    else for (const member of members ?? exported) add(member, undefined);
  }
  const whole = passedOn.includes("*");
  for (const name of whole || star ? exported : passedOn) {
    if (name === "default" && star && !whole) continue;
    // what this file uses of a name stays, where the whole of it could not go
    if (names.has(name) && needsServer(modules.target(specifier, name, from), undefined, modules)) continue;
    add(name, undefined);
  }
  return names;
}
