/** How a study that nobody trains any more came out, for a command line: its exit code and what a person should know. */
import { countedText, countText } from "../durations.ts";
import { shellWord } from "../shell_word.ts";
import { numberText } from "../store/runs_text.ts";
import type { StudyRow, TrialRow } from "../store/study_store.ts";
import type { Space } from "./space.ts";

export interface StudyEnd {
  /** 1 where trials failed, or none came to a result */
  readonly code: 0 | 1;
  /** one line each */
  readonly lines: readonly string[];
}

/**
 * @param space what was searched
 * @example
 * ```ts ignore
 * const { code, lines } = studyEnd(row, trials, space);
 * ```
 */
export function studyEnd(row: StudyRow, trials: readonly TrialRow[], space: Space): StudyEnd {
  const { counts, name, paused } = row, all = trials.length;
  if (paused) return { code: 0, lines: [`paused: plateau study resume ${shellWord(name)} goes on`] };
  if (counts.diverged === all) {
    return {
      code: 1,
      lines: [
        `all ${countedText(all, "trial")} of ${name} diverged: rates that are too high are the usual cause${
          rangeText(space)
        }; search lower ones, warm up, or clip gradients`,
      ],
    };
  }
  const failed = trials.filter(({ state }) => state === "failed");
  if (failed.length === 0) return { code: 0, lines: [] };
  return {
    code: 1,
    lines: [
      `${countText(failed.length)} of ${countedText(all, "trial")} failed, ${failed[0].name} by: ${
        failed[0].because
      } (plateau study retry ${shellWord(name)} lets them wait again)`,
    ],
  };
}

/** Which rates were searched. */
function rangeText(space: Space): string {
  const found = Object.entries(space).find(([path]) => /^schedule\.(\w+\.)*(rate|peak)$/.test(path));
  if (found === undefined) return "";
  const [path, parameter] = found;
  const ends = parameter.kind === "choice"
    ? parameter.values.map(String).join(", ")
    : `${numberText(parameter.min)} to ${numberText(parameter.max)}`;
  return ` (${path} was ${ends})`;
}
