/** What a program complained of, in one line: the last that speaks of an error, else the last. */
export function complaint(text: string): string {
  const lines = text.trim().split("\n");
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)!).trim();
}
