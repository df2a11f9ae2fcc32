/** What ends a line or is not seen: in a line to be copied it is written by its number. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\\": "\\\\",
  "'": "\\'",
};

/**
 * A word as a shell (bash, zsh) reads it back, always on one line: in quotes where it has more than letters, digits and
 * `@%+=:,./-`.
 * @param word any text that a command line can hold
 * @example
 * ```ts
 * import { shellWord } from "./shell_word.ts";
 * shellWord("name=a b"); // "'name=a b'"
 * shellWord("two\nlines"); // "$'two\\nlines'"
 * ```
 */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!UNSEEN.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  const escaped = [...word].map((letter) =>
    NAMED[letter] ?? (UNSEEN.test(letter) ? numbered(letter) : letter)
  );
  return `$'${escaped.join("")}'`;
}

/** The same for a file's path: one that begins with a hyphen would be read as an option. */
export const pathWord = (path: string): string => shellWord(path.startsWith("-") ? `./${path}` : path);

/** Whether a command line can hold the word at all. */
export const fitsShell = (word: string): boolean => !word.includes("\0") && word.isWellFormed();

/** All eight digits: a digit that follows is another letter. */
const numbered = (letter: string): string =>
  `\\U${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(8, "0")}`;
