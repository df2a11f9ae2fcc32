/**
 * The text of a module in fewer letters: a report carries what its notebook imports. Names of functions and classes stay,
 * since cells may show them.
 * @example
 * ```ts ignore
 * await minified("export const twice = (number) => 2 * number;");
 * ```
 */
export async function minified(module: string): Promise<string> {
  const { transform } = await import("esbuild"); // late: who only reads reports needs no bundler
  const { code } = await transform(module, {
    loader: "js",
    format: "esm",
    target: "es2022",
    minify: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "silent",
  });
  return code;
}
