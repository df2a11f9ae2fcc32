/** The notebook's speed, beside marimo where that can be installed. */
import type { Figure } from "./interleave.ts";
import { notebookChain } from "./notebook_chain.ts";
import { notebookKernel } from "./notebook_kernel.ts";
import { openMarimo } from "./notebook_marimo.ts";
import { notebookPage } from "./notebook_page.ts";
import { notebookStart } from "./notebook_start.ts";

export async function notebook(): Promise<Figure[]> {
  const marimo = await openMarimo();
  try {
    return [
      ...await notebookStart(marimo),
      ...await notebookChain(marimo),
      ...await notebookKernel(),
      ...await notebookPage(),
    ];
  } finally {
    await marimo?.close();
  }
}
