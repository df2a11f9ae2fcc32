/** Values of inputs as words of a command line. */
import { type Input, InvalidInput, isOption, optionText, validated } from "./inputs.ts";

/**
 * The value that a word on the command line stands for: a number, an option's label or else its text, true or false, or
 * itself. Throws `InvalidInput`, also for a label or text that several options have.
 */
export function fromText<T>(input: Input<T>, word: string, name?: string): T {
  switch (input.kind) {
    case "range":
      return validated(
        input,
        word.trim() === "" ? word : Number.isNaN(Number(word)) ? word : Number(word),
        name,
      );
    case "toggle":
      return validated(input, { true: true, false: false }[word] ?? word, name);
    case "choice":
    case "select": {
      const { options, labels } = input;
      const labelled = options.filter((_, i) => labels[i] === word);
      const meant = labelled.length > 0 ? labelled : options.filter((option) => optionText(option) === word);
      if (meant.length === 0 || meant.some((option) => !isOption(option, meant[0]))) {
        throw new InvalidInput(name ?? (input.label || input.kind), word, labels.slice(0, 12).join(", "));
      }
      return meant[0] as T;
    }
    case "text":
    case "path":
      return validated(input, word, name);
  }
}

/**
 * The word on the command line that stands for a value: what `fromText` reads as it. Undefined where no word does, as for
 * one of two options that look the same.
 * @throws InvalidInput for a value that the input cannot have
 * @example
 * ```ts
 * import { toText } from "./input_words.ts";
 * import { choice } from "./inputs.ts";
 * toText(choice([{ layers: 2 }, { layers: 4 }], { labels: ["small", "large"] }), { layers: 4 }); // "large"
 * ```
 */
export function toText<T>(input: Input<T>, value: unknown): string | undefined {
  const option = validated(input, value);
  if (input.kind !== "choice" && input.kind !== "select") return String(option);
  const at = input.options.findIndex((each) => isOption(each, option));
  return [input.labels[at], optionText(option)].find((word) => {
    try {
      return isOption(fromText(input, word), option);
    } catch {
      return false; // it stands for several
    }
  });
}
