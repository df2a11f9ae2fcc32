import { pathToFileURL } from "node:url";
import { ChromiumFailed, runChromium } from "./run_chromium.ts";

/** Milliseconds of the page's own time until it is printed: its cells have drawn themselves by then. */
const PAGE_MILLISECONDS = 10_000;

/**
 * A page as PDF, as its style for print says, by the chromium that is installed.
 * @param html of a page that needs no other file
 * @throws ChromiumFailed when there is no browser, or it prints nothing; the reason of `signal`, which ends it
 * @example
 * ```ts ignore
 * await Deno.writeFile("study.pdf", await printPdf(html));
 * ```
 */
export async function printPdf(
  html: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir({ prefix: "plateau-print-" });
  try {
    const page = `${folder}/report.html`, printed = `${folder}/report.pdf`;
    await Deno.writeTextFile(page, html);
    await runChromium([
      "--no-pdf-header-footer",
      `--virtual-time-budget=${PAGE_MILLISECONDS}`,
      `--print-to-pdf=${printed}`,
      pathToFileURL(page).href,
    ], { seconds: 120, signal });
    return await Deno.readFile(printed);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new ChromiumFailed("chromium printed nothing");
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
