/** Keeps a native library from printing while it loads. */
import { libc } from "./libc.ts";
import { cName, textAt } from "./c_text.ts";

const standardError = 2;
const writeOnly = 1;
/** TensorFlow's level that drops errors too: they come back as statuses. A child process inherits it. */
const silent = "3";

/**
 * Runs `load` with the C environment and the standard error stream of the process set so that TensorFlow
 * prints nothing: it reads TF_CPP_MIN_LOG_LEVEL when it is loaded, but since 2.20 says some things before it
 * looks. A user who has set another level wants to read all of it, and does. Needs `--allow-ffi` and nothing else,
 * as libc is called for both.
 */
export function quietly<T>(load: () => T): T {
  const { getenv, setenv, open, dup, dup2, close } = libc();
  const level = textAt(getenv(cName("TF_CPP_MIN_LOG_LEVEL")));
  if (level !== "" && level !== silent) return load();
  setenv(cName("TF_CPP_MIN_LOG_LEVEL"), cName(silent), 1);
  const kept = dup(standardError);
  const nowhere = open(cName("/dev/null"), writeOnly);
  if (kept < 0 || nowhere < 0) return load();
  dup2(nowhere, standardError);
  close(nowhere);
  try {
    return load();
  } finally {
    dup2(kept, standardError);
    close(kept);
  }
}
