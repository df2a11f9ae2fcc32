/** The reports that pages ask for: at most one at a time of each notebook, made while the page goes on. */
import type { Manifest } from "../lib/report/manifest.ts";
import { exportProgressText } from "./report/export_progress.ts";
import type { ExportedReport, ExportOptions } from "./report/export_report.ts";

/** What a page is told of its notebook's report. */
export type ExportState =
  | { readonly state: "none" }
  /** `text`: where it stands, in words */
  | { readonly state: "running"; readonly text: string }
  /** `failed`: cells that did, one line each; `carried`: paths of the data files that lie in it */
  | {
    readonly state: "ready";
    readonly bytes: number;
    readonly failed: readonly string[];
    readonly carried: readonly string[];
  }
  | { readonly state: "failed"; readonly why: string };

export interface Exports {
  state(file: string): ExportState;
  /**
   * Begins one, in the place of an earlier one that is over.
   * @param path real path of the notebook
   * @param values of inputs by name, as the page has them
   * @returns false when one is being made
   */
  begin(file: string, path: string, values: Readonly<Record<string, unknown>>): boolean;
  /** Ends what is being made; false when nothing is. */
  stop(file: string): boolean;
  /** The file that was made last; undefined when there is none. */
  html(file: string): string | undefined;
  /** Ends all of them. */
  close(): Promise<void>;
}

/** How a report is made of what a page asks. */
export type MakeReport = (
  options: Required<Pick<ExportOptions, "file" | "values" | "signal" | "progress">>,
) => Promise<Pick<ExportedReport, "html" | "failed"> & { readonly manifest: Pick<Manifest, "data"> }>;

interface Job {
  readonly stop: AbortController;
  over: Promise<void>;
  now: ExportState;
  html?: string;
}

/**
 * @param make makes a report; it is given the path of the notebook
 * @example
 * ```ts ignore
 * const exports = createExports((asked) => exportReport({ ...asked, project, engine: "wasm" }));
 * exports.begin("a.ts", "/project/notebooks/a.ts", {});
 * ```
 */
export function createExports(make: MakeReport): Exports {
  const jobs = new Map<string, Job>();

  async function run(job: Job, path: string, values: Readonly<Record<string, unknown>>): Promise<void> {
    try {
      const { html, failed, manifest } = await make({
        file: path,
        values,
        signal: job.stop.signal,
        progress: (progress) => job.now = { state: "running", text: exportProgressText(progress) },
      });
      job.html = html;
      const carried = manifest.data.filter(({ inside }) => inside).map(({ path }) => path);
      job.now = { state: "ready", bytes: new TextEncoder().encode(html).length, failed, carried };
    } catch (error) {
      job.now = job.stop.signal.aborted
        ? { state: "none" }
        : { state: "failed", why: (error as Error).message.split("\n")[0] };
    }
  }

  return {
    state: (file) => jobs.get(file)?.now ?? { state: "none" },
    begin(file, path, values) {
      if (jobs.get(file)?.now.state === "running") return false;
      const job: Job = {
        stop: new AbortController(),
        over: Promise.resolve(),
        now: { state: "running", text: "starting" },
      };
      jobs.set(file, job);
      job.over = run(job, path, values);
      return true;
    },
    stop(file) {
      const job = jobs.get(file);
      if (job?.now.state !== "running") return false;
      job.stop.abort(new Error("stopped"));
      return true;
    },
    html: (file) => jobs.get(file)?.html,
    async close() {
      for (const job of jobs.values()) job.stop.abort(new Error("the server was closed"));
      await Promise.all([...jobs.values()].map(({ over }) => over));
      jobs.clear();
    },
  };
}
