/** The formats that can be read, and which of them a file is. */
import type { LogFormat, LogReader } from "../logged.ts";
import { csv } from "./csv.ts";
import type { DatabaseReader } from "./database_reader.ts";
import { jsonl } from "./jsonl.ts";
import { keras } from "./keras.ts";
import { lightning } from "./lightning.ts";
import { llmC } from "./llm_c.ts";
import { mlflowSqlite } from "./mlflow_sqlite.ts";
import { moddedNanogpt } from "./modded_nanogpt.ts";
import { nanogpt } from "./nanogpt.ts";
import { pythonDicts } from "./python_dicts.ts";
import { tensorboard } from "./tensorboard.ts";
import { trackio } from "./trackio.ts";
import { transformers } from "./transformers.ts";
import { wandb } from "./wandb.ts";
import { wandbCsv } from "./wandb_csv.ts";

/** In the order in which a file is shown to them: who knows a mark of its own comes before who guesses. */
export const READERS: readonly LogReader[] = [
  tensorboard,
  wandb,
  transformers,
  lightning,
  wandbCsv,
  keras,
  llmC,
  moddedNanogpt,
  nanogpt,
  pythonDicts,
  jsonl,
  csv,
];

/** Formats kept in SQLite, told apart by their tables. */
export const DATABASES: readonly DatabaseReader[] = [trackio, mlflowSqlite];

/** All formats by name: those of files, of databases, and of folders. */
export const FORMATS: readonly LogFormat[] = [
  ...READERS.map(({ format }) => format),
  ...DATABASES.map(({ format }) => format),
  "mlflow",
  "plateau",
];
