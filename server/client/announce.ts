/** Says a change once, politely, to those who listen instead of look. */
let pending: string[] = [];

/** Adds a short sentence, as `runs finished`. Sentences of one moment are said together. */
export function announce(sentence: string): void {
  if (pending.push(sentence) > 1) return;
  setTimeout(() => {
    document.getElementById("said")!.textContent = pending.slice(0, 3).join(", ");
    pending = [];
  }, 150);
}
