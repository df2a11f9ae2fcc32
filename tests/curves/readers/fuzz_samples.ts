/** Small whole files of each format, which are damaged in tests. */
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";

const LOGS = fileURLToPath(new URL("../../logs/", import.meta.url));
const sample = (path: string, bytes = 3000) => Deno.readFileSync(LOGS + path).subarray(0, bytes);
export const text = (...lines: string[]) => new TextEncoder().encode(lines.join("\n") + "\n");

/** By format. */
export const SAMPLES: Record<string, readonly Uint8Array[]> = {
  tensorboard: [
    sample("tensorboard/multi_value_event/events.out.tfevents.1795247828.vm.18832.3"),
    sample("tensorboard/tf2_style/events.out.tfevents.1795247828.vm.18832.2"),
    sample("tensorboard/resumed_purge/events.out.tfevents.1795247831.vm"),
    sample("tensorboard/torch_newstyle/events.out.tfevents.1795247828.vm.18832.1"),
  ],
  wandb: [
    sample("wandb/wandb/offline-run-20261121_075149-run120/run-run120.wandb"),
    sample("wandb/wandb/offline-run-20261121_075149-run120/run-run120.wandb", 9000),
  ],
  transformers: [
    sample("hf/accum/trainer_state.json"),
    text(
      '{"best_metric": null, "epoch": 2.0, "global_step": 20, "max_steps": 20, "num_train_epochs": 2,',
      ' "log_history": [{"epoch": 1.0, "loss": NaN, "step": 10}, {"epoch": 1.0, "eval_loss": 0.5, "step": 10},',
      ' {"epoch": 2.0, "loss": 0.5, "step": 20}], "train_batch_size": 8, "stateful_callbacks": {}}',
    ),
  ],
  keras: [
    sample("keras/resumed_append.csv"),
    text(
      "epoch,accuracy,loss,val_accuracy,val_loss",
      "0,0.5,1.25,NA,NA",
      "1,0.6,nan,0.5,1e+24",
      "2,0.7,0.9,0.6,inf",
    ),
    text("epoch;loss", "0;1", "1;0,5"),
    text('{"loss": [1.5, 1.25, NaN], "val_loss": [2, 1, 0.5]}'),
  ],
  lightning: [
    sample("lightning/a/version_1/metrics.csv"),
    text("epoch,lr-SGD,step,train_loss,val_loss", ",0.05,4,,", "0,,4,1.5,", "0,,9,,0.75", "1,,14,nan,inf"),
  ],
  "wandb-csv": [
    text(
      '"Step","a - loss","a - loss__MIN","a - loss__MAX"',
      '"0","1.5","1.5","1.5"',
      '"10","NaN","",""',
      '"20","1","1","1"',
    ),
  ],
  csv: [
    text("step,time,loss,name", '1,0.5,2.5,"a ""quoted"", one"', "2,0.6,2.25,b", "3,0.7,2,b"),
    text("run,iteration,epoch,val_loss", "a,1,0.1,3", "a,2,0.2,NaN", "b,1,0.1,2.5", "b,2,0.2,"),
  ],
  jsonl: [
    text(
      '{"step": 1, "loss": 0.5, "lr": 1e-3}',
      '{"step": 2, "loss": NaN}',
      '{"step": 3, "val": {"loss": 0.25}}',
    ),
    text('{"epoch":0,"train_loss":1.5}', '{"epoch":1,"train_loss":1.25}', '{"epoch":2,"train_loss":'),
  ],
  nanogpt: [sample("textlogs/nanogpt.txt", 1500)],
  "modded-nanogpt": [
    text(
      "import torch",
      "step:0/100 val_loss:10.8 train_time:0ms step_avg:nanms",
      "step:1/100 train_loss:10.5 train_time:9ms step_avg:9.0ms",
      "step:2/100 train_loss:10.25 train_time:20ms step_avg:10.0ms",
    ),
    sample("textlogs/modded_nanogpt.txt", 1500),
  ],
  "llm.c": [
    text(
      "s:0 tel:1.155000",
      "s:0 trl:1.0297 lr:0.0025 norm:0.48",
      "s:1 trl:0.99 lr:0.005 norm:0.47",
      "s:0 eval:0.25",
    ),
    sample("textlogs/llmc_resumed.log", 1500),
  ],
  "python-dicts": [
    sample("textlogs/hf_console.txt", 1500),
    text(
      "{'loss': 1.5, 'learning_rate': 1e-3, 'epoch': 0.5}",
      "{'eval_loss': nan, 'epoch': 1.0}",
      "{'loss': 1, 'epoch': 2}",
    ),
  ],
};
/** Text is spliced with text of other formats. */
export const BINARY = ["tensorboard", "wandb"];
export const TEXTS = Object.entries(SAMPLES).flatMap(([format, samples]) =>
  BINARY.includes(format) ? [] : samples
);

/** A small database of a format: pages of 512 bytes, an inner page, and what has overflown. */
export function database(format: string): Uint8Array {
  const made = new DatabaseSync(":memory:");
  made.exec("PRAGMA page_size = 512");
  if (format === "trackio") {
    made.exec("CREATE TABLE configs (run_id TEXT, run_name TEXT, config TEXT)");
    made.exec("CREATE TABLE metrics (run_id TEXT, timestamp TEXT, run_name TEXT, step INT, metrics TEXT)");
    made.exec(`INSERT INTO configs VALUES ('a', 'a', '{"batch_size":32,"note":"${"long ".repeat(150)}"}')`);
    for (let i = 0; i < 20; i++) {
      made.exec(
        `INSERT INTO metrics VALUES ('a', '2026-01-01T00:00:${10 + i}Z', 'a', ${i}, '{"loss":${
          1 / (i + 1)
        }}')`,
      );
    }
  } else {
    made.exec("CREATE TABLE runs (run_uuid TEXT, name TEXT, lifecycle_stage TEXT)");
    made.exec("CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT)");
    made.exec(
      "CREATE TABLE metrics (key TEXT, value REAL, timestamp INT, run_uuid TEXT, step INT, is_nan INT)",
    );
    made.exec(`INSERT INTO runs VALUES ('a', 'first', 'active'), ('b', '${"long ".repeat(150)}', 'active')`);
    made.exec("INSERT INTO params VALUES ('batch_size', '32', 'a')");
    for (let i = 0; i < 20; i++) {
      made.exec(`INSERT INTO metrics VALUES ('loss', ${1 / (i + 1)}, ${1000 * i}, 'a', ${i}, ${i % 2})`);
    }
  }
  return (made as unknown as { serialize(): Uint8Array }).serialize();
}
