/** From short rounds to the long run: how long each is, what goes from one to the next, and how its schedule is made. */
import { batchPlan, toSteps } from "../../batch_plan.ts";
import { countedText, countText, steps as inSteps } from "../../durations.ts";
import { whole } from "../../option_checks.ts";
import { extendedFor, type Extension } from "./extended_for.ts";
import type { Finding } from "./finding.ts";
import { type Grade, type Transfer, transferOf } from "./transfer.ts";
import { asSampler } from "../sampler.ts";
import { drawn } from "../drawn.ts";
import { somePoints } from "../some_points.ts";
import type { Study } from "../study.ts";

export interface PlanRoundsOptions {
  /** updates of the long run, whole */
  readonly production: number;
  /** how many rounds, the last of which is the long run; whole, at least 2; default 2 */
  readonly rounds?: number;
  /** trials of the last round; default 3 */
  readonly last?: number;
}
/** One round. Plain data, but for the spec's data. */
export interface Round {
  readonly round: number;
  /** updates of each trial */
  readonly steps: number;
  /** settings that are tried */
  readonly points: number;
  /** the study to run. From the second round on its spec takes what transfers from the best of the round before */
  readonly study: Study;
  /** parameters whose best values are taken over from the round before; none in the first */
  readonly takenOver: readonly Transfer[];
  /** parameters that are searched again, as they do not transfer surely */
  readonly searchedAgain: readonly Transfer[];
  /** how its schedule was made of that of the round before; null in the first */
  readonly extension: Extension | null;
}
export interface RoundsPlan {
  readonly rounds: readonly Round[];
  readonly findings: readonly Finding<"tinyRate", Extension>[];
}

/**
 * Plans rounds of growing length, of which the study is the first and the long run the last: each is longer than the one
 * before by the same factor, and has fewer trials. What transfers very likely or likely is fixed at the best of the round
 * before; what transfers perhaps is searched once more while there is a further round, and what is unlikely to, always.
 * The schedule is extended by its kind. About a tenth of the production length is the usual first round.
 *
 * Source: Tuning Playbook (Godbole et al. 2023), on deciding how long to train when training is compute-bound.
 * @param study the first round, whose schedule is made for its budget
 * @throws RangeError `invalid production: 100 (more than the 200 steps of the first round)`, and for a schedule that has
 * no extension
 * @example
 * ```ts
 * import type { Study } from "../study.ts";
 * const rounds = (study: Study) => planRounds(study, { production: 20_000 }).rounds;
 * ```
 */
export function planRounds(study: Study, options: PlanRoundsOptions): RoundsPlan {
  const { production, rounds = 2, last = 3 } = options;
  whole("production", production, 2);
  whole("rounds", rounds, 2);
  whole("last", last, 1);
  const { data, batch, remainder = "train", accumulate } = study.spec;
  const batches = batchPlan(data.training.count, batch, remainder, accumulate);
  const first = toSteps(study.budget, batches), points = pointsOf(study, last);
  if (first >= production) {
    throw new RangeError(
      `invalid production: ${production} (more than the ${first} steps of the first round)`,
    );
  }
  const at = (from: number, to: number, round: number) =>
    Math.round(from * (to / from) ** (round / (rounds - 1)));
  const planned: Round[] = [{
    round: 1,
    steps: first,
    points,
    study,
    takenOver: [],
    searchedAgain: [],
    extension: null,
  }];
  for (let round = 1; round < rounds; round++) {
    const before = planned[round - 1], steps = at(first, production, round);
    const extension = extendedFor(before.study.spec.schedule, before.steps, steps, batches);
    const paths = Object.keys(before.study.space).map(transferOf);
    const takenOver = paths.filter(({ grade }) => isTakenOver(grade, round === rounds - 1));
    const searchedAgain = paths.filter((path) => !takenOver.includes(path));
    const space = Object.fromEntries(searchedAgain.map(({ path }) => [path, study.space[path]]));
    const drawing = somePoints({ ...study, space }, at(Math.max(last, points), last, round));
    planned.push({
      round: round + 1,
      steps,
      points: drawing.trials,
      study: {
        ...study,
        name: `${study.name}: round ${round + 1}`,
        spec: { ...before.study.spec, schedule: extension.schedule },
        space,
        budget: inSteps(steps),
        ...drawing,
      },
      takenOver,
      searchedAgain,
      extension,
    });
  }
  return { rounds: planned, findings: planned.flatMap(({ extension }) => tinyRateFinding(extension) ?? []) };
}

/** Whether a parameter goes over as it is: into the long run also what transfers perhaps. */
const isTakenOver = (grade: Grade, isLast: boolean): boolean =>
  grade === "very likely" || grade === "likely" || grade === "perhaps" && isLast;

/** How many points the first round tries. */
const pointsOf = ({ space, sampler, trials }: Study, last: number): number =>
  sampler?.kind === "grid" ? drawn(space, asSampler(sampler), null).length : trials ?? last;

/** More updates at a tiny rate than this share are worth a word. */
const MUCH = 0.25;

/** What the extension avoids, or does not: extra steps that all train at a tiny rate. */
function tinyRateFinding(extension: Extension | null): Finding<"tinyRate", Extension> | null {
  if (extension === null || extension.tiny <= MUCH) return null;
  const { to, tiny } = extension;
  return {
    kind: "tinyRate",
    text: `Of the ${countText(to)} steps ${
      Math.round(tiny * 100)
    }% would train below a tenth of the peak rate.`,
    evidence: extension,
    action: "Choose a schedule whose constant part grows, or whose horizon ends with the training.",
  };
}

/**
 * A round in a sentence.
 * @example
 * ```ts
 * import type { Round } from "./plan_rounds.ts";
 * const lines = (rounds: Round[]) => rounds.map(roundText);
 * ```
 */
export function roundText({ round, steps, points, takenOver, searchedAgain, extension }: Round): string {
  const named = (transfers: readonly Transfer[]) =>
    transfers.map(({ path, grade }) => `${path} (${grade})`).join(", ");
  const parts = [
    `round ${round}: ${countedText(points, "trial")} of ${countText(steps)} steps`,
    ...(takenOver.length > 0 ? [`takes over ${named(takenOver)}`] : []),
    ...(searchedAgain.length > 0 ? [`searches again ${named(searchedAgain)}`] : []),
    ...(extension === null ? [] : [
      `${extension.how}, ${
        Math.round(extension.tiny * 100)
      }% of its updates below a tenth of the peak rate (${
        Math.round(extension.tinyUnchanged * 100)
      }% had it merely gone on)`,
    ]),
  ];
  return parts.join("; ");
}
