/** Every file that a module imports, and what those import in turn: all that a bundler may open. */
import type { ModuleGraph } from "../notebook/modules_reach.ts";
import { moduleSyntax, SyntaxFault } from "../notebook/parse_syntax.ts";
import { OWN_LIBRARY } from "../notebook/modules_project.ts";

/**
 * Addresses of the files, the module's own first. Of this library those that are named, not what they import; packages
 * and what is missing are left out.
 * @example
 * ```ts
 * import { moduleFiles } from "./module_files.ts";
 * import { ModuleGraph } from "../notebook/modules_reach.ts";
 * import { memoryModules } from "../notebook/modules.ts";
 * const modules = memoryModules({ "file:///a.ts": `import { b } from "./b.ts";`, "file:///b.ts": "" });
 * moduleFiles("file:///a.ts", new ModuleGraph(modules)); // ["file:///a.ts", "file:///b.ts"]
 * ```
 */
export function moduleFiles(url: string, graph: ModuleGraph): string[] {
  const files = new Set([url]);
  for (const file of files) {
    const text = graph.modules.text(file);
    if (text === undefined) files.delete(file);
    else if (!file.startsWith(OWN_LIBRARY)) {
      for (const specifier of specifiersIn(text, file)) {
        const target = graph.resolve(specifier, file);
        if (target.kind === "file") files.add(target.url);
      }
    }
  }
  return [...files];
}

function specifiersIn(text: string, url: string): string[] {
  if (!/\.[mc]?[jt]sx?$/.test(new URL(url).pathname)) return [];
  const asked = [...text.matchAll(/\bimport\s*\(\s*["'`]([^"'`$\n]+)["'`]/g)].map(([, specifier]) =>
    specifier
  );
  try {
    const named = moduleSyntax(text).body.flatMap((node) =>
      "source" in node && node.source ? [String((node.source as { value?: unknown }).value)] : []
    );
    return [...named, ...asked];
  } catch (error) {
    if (error instanceof SyntaxFault) return asked; // the notebook says itself that it cannot be read
    throw error;
  }
}
