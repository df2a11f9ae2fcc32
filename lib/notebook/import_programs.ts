import type { Program } from "./runtime.ts";

/** Imports a notebook's two modules and makes its cells. */
export async function importPrograms(modules: { vendor: string; code: string }): Promise<Program[]> {
  const [vendor, code] = await Promise.all([import(modules.vendor), import(modules.code)]);
  return code.default(vendor);
}
