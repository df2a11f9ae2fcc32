/** The notebooks of this project, and what each of them comes to. */
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What each comes to, wherever it runs. */
export const FINDINGS: Readonly<Record<string, RegExp>> = {
  "epochs_steps_plateau.ts":
    /Early stopping with patience 8, min Δ 0.001 ends at step [\d,]+ of 3,000.* of 3 seeds/,
  "global_step.ts": /ends at step 525.*one training, bit for bit.*3,000 \(two units\)/,
  "how_many_epochs.ts": /Once\. At a learning rate of .* train 100 epochs where 20 were meant/,
  "how_many_steps.ts":
    /fits the training set in \d+ steps; searched too low it says \d+, where the best rate lies on the upper border/,
  "two_rounds.ts":
    /2 rounds keep a validation loss of [\d.]+ with 8,400 updates.* merely goes on trains 90% of 2,000/,
  "why_training_was_skipped.ts": /makes 0 updates.*ends bit-equal to the run.*step 820 instead/,
  "your_curves.ts": /would have stopped at step [\d,]+ of 1,080/,
};
export const FILES = [...Deno.readDirSync(`${ROOT}notebooks`)].map(({ name }) => name)
  .filter((name) => name.endsWith(".ts")).sort();
export const PATHS = FILES.map((name) => `${ROOT}notebooks/${name}`);
