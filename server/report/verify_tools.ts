import { isMadeHere } from "../../lib/report/made_here.ts";
import type { VerifyOptions } from "../../lib/report/verify.ts";
import { createAssets } from "../assets.ts";
import { chooseEngine } from "../engine_process.ts";
import { redrawReport } from "./draw_report.ts";
import { exportCommandLine } from "./export_command_line.ts";
import { minified } from "./minified.ts";

/** What a check of a report is done with. */
export type VerifyTools = Required<
  Pick<VerifyOptions, "findEngine" | "madeHere" | "commandLine" | "draw" | "shorten">
>;

/**
 * What this Plateau checks reports with: its engines, its list of those that it made, and its own pages.
 * @param home its folder, without a slash at its end
 * @example
 * ```ts ignore
 * const { line } = await verifyReport(html, verifyTools(Deno.cwd()));
 * ```
 */
export function verifyTools(home: string): VerifyTools {
  const assets = createAssets(`${home}/.plateau/assets.json`);
  return {
    findEngine: (choice, gpu) => chooseEngine(choice, `${home}/.plateau/engines.json`, gpu),
    madeHere: (seal) => isMadeHere(home, seal),
    commandLine: exportCommandLine,
    draw: async (report, signal) => redrawReport(report, await assets.report(), signal),
    shorten: minified,
  };
}
