/** Curves as a tool logged them, before anything is made of them. Plain data. */

/** One metric, in columns of one length. What a tool did not write down is left out. */
export interface Series {
  /** as the tool counted, see `Counting`; ascending once resumes are resolved */
  readonly step: Float64Array;
  /** may be NaN or infinite: those were logged */
  readonly value: Float64Array;
  /** as the tool wrote it, NaN where it wrote none */
  readonly epoch?: Float64Array;
  /** training examples seen, NaN where it wrote none */
  readonly examples?: Float64Array;
  /** since the first record of the run, NaN where it wrote none */
  readonly seconds?: Float64Array;
}

/** What `step` of a log counts, so that it can be converted to updates. */
export interface Counting {
  /** updates of the optimizer; passes over the training set; or calls of the logger, where nothing better is written */
  readonly unit: "updates" | "epochs" | "records";
  /** whether counting begins at 0: then what was measured after the first of them is written at 0 */
  readonly fromZero: boolean;
}

/** What the log says of the batches, where it says so: axes are converted by it. */
export interface LoggedBatches {
  /** examples in one update (accumulated and over all devices) */
  readonly batch?: number;
  /** examples in one epoch */
  readonly trainingExamples?: number;
  readonly stepsPerEpoch?: number;
}

/** What was wrong with a file, and what was made of it. */
export interface LogWarning {
  /** as it was opened: a path relative to what was asked for */
  readonly file: string;
  /** byte in the file; null where the whole file is meant */
  readonly offset: number | null;
  /** as `damaged record skipped: its checksum is wrong` */
  readonly message: string;
}

/** The formats that can be read. */
export type LogFormat =
  | "tensorboard"
  | "keras"
  | "lightning"
  | "transformers"
  | "mlflow"
  | "mlflow-sqlite"
  | "wandb"
  | "wandb-csv"
  | "trackio"
  | "nanogpt"
  | "modded-nanogpt"
  | "llm.c"
  | "python-dicts"
  | "jsonl"
  | "plateau"
  | "csv";

/** One run as it is read from a log. */
export interface LoggedRun {
  /** as its tool names it, else the folder or the file without its ending, relative to what was opened */
  readonly name: string;
  readonly source: {
    readonly format: LogFormat;
    /** the file or folder of this run, relative to what was opened */
    readonly path: string;
  };
  /** by the tool's own tag */
  readonly series: Readonly<Record<string, Series>>;
  /** settings as the tool wrote them: JSON */
  readonly config: Readonly<Record<string, unknown>>;
  readonly counting: Counting;
  readonly batches: LoggedBatches;
  readonly warnings: readonly LogWarning[];
}

/** A stretch of a log that was written without a restart, in the order of the log. */
export interface Segment {
  /** the step from which this one replaces what stands before it; null where only the steps themselves tell */
  readonly from: number | null;
  readonly series: Readonly<Record<string, Series>>;
}

/** What one file, or one run of a file, says. */
export interface ParsedLog {
  /** the tool's name of the run; null where it gives none */
  readonly name: string | null;
  readonly segments: readonly Segment[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly counting: Counting;
  readonly batches: LoggedBatches;
  /** when its first record was written, in seconds since 1970; null where nothing says */
  readonly began: number | null;
  /** without the file, which the parser does not know */
  readonly warnings: readonly Omit<LogWarning, "file">[];
}

/** Reads one file as its bytes come. It never throws: what it cannot read is a warning. */
export interface LogParser {
  /** the next bytes of the file; a record that is not whole yet waits for the rest */
  push(bytes: Uint8Array): void;
  /** all so far, also while more may come: a tail that is not whole is a warning */
  result(): ParsedLog[];
}

/** What is known of a file before it is read. */
export interface FileHead {
  /** path relative to what was opened, with slashes */
  readonly path: string;
  /** its first bytes, 64 kB at most */
  readonly head: Uint8Array;
}

/** One format of text or bytes. */
export interface LogReader {
  readonly format: LogFormat;
  /** whether a file is of this format, by its name and first bytes */
  recognises(file: FileHead): boolean;
  /** whether its files only grow, so that reading goes on where it ended; otherwise they are read anew */
  readonly grows: boolean;
  parser(file: FileHead): LogParser;
}

/**
 * What becomes of steps that were logged twice because a run was resumed: the last writer wins; all are shown, in the
 * order of the log; or each stretch is a run of its own.
 */
export type ResumeMode = "last" | "all" | "split";
