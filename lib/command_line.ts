/** A command line: which commands there are, what their help says, and how what was typed is read. */
import { parseArgs, type ParseArgsConfig } from "node:util";

/** Used wrongly: one line, exit code 2. */
export class Misuse extends Error {
  override readonly name: string = "Misuse";
}

/** What a part of Plateau refuses of the command line was used wrongly. */
export function asMisuse<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

/** Values of options by name. */
export type Values = Record<string, string | boolean | readonly string[] | undefined>;

export interface Command {
  /** arguments after the name */
  readonly usage: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** one line for each option */
  readonly help: Readonly<Record<string, string>>;
  /** what else its help says */
  readonly notes?: string;
  /** least and most positional arguments */
  readonly takes: readonly [number, number];
  /** sets words apart that look like options and are none; default nothing is */
  arrange?(args: readonly string[]): string[];
  /** @returns the exit code */
  run(paths: readonly string[], values: Values): Promise<number>;
}

/**
 * Does what was typed.
 * @returns the exit code; 2 where nothing was typed
 * @throws Misuse for a command, an option or a number of arguments that there is not
 */
export async function commandLine(
  commands: Readonly<Record<string, Command>>,
  [name, ...rest]: readonly string[],
): Promise<number> {
  if (name === undefined || name === "--help" || name === "help") {
    console.log(overview(commands));
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Misuse(`unknown command: ${name} (has ${Object.keys(commands).join(", ")})`);
  const { positionals, values } = parsed(command.arrange?.(rest) ?? rest, command);
  if (values.help) {
    console.log(commandHelp(name, command));
    return 0;
  }
  const [least, most] = command.takes;
  if (positionals.length < least) throw new Misuse(`missing argument: plateau ${name} ${command.usage}`);
  if (positionals.length > most) throw new Misuse(`unexpected argument: ${positionals[most]}`);
  return await command.run(positionals, values);
}

function overview(commands: Readonly<Record<string, Command>>): string {
  const names = Object.entries(commands);
  const width = Math.max(...names.map(([name, { usage }]) => `${name} ${usage}`.length));
  return [
    "plateau <command>",
    "",
    ...names.map(([name, { usage, summary }]) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`),
    "",
    "plateau <command> --help says more.",
  ].join("\n");
}

function commandHelp(name: string, { usage, summary, help, notes }: Command): string {
  const width = Math.max(8, ...Object.keys(help).map((option) => option.length));
  const options = Object.entries(help).map(([option, text]) => `  --${option.padEnd(width)}  ${text}`);
  return [
    `plateau ${name} ${usage}`.trim(),
    "",
    `  ${summary}`,
    ...(options.length ? ["", ...options] : []),
    ...(notes ? [notes] : []),
  ].join("\n");
}

function parsed(args: string[], command: Command): { positionals: string[]; values: Values } {
  const options = { ...command.options, help: { type: "boolean", default: false } } as const;
  try {
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    return { positionals, values: values as Values };
  } catch (error) {
    // the parser names the option in quotes; what else it says advises what does not hold here
    const message = (error as Error).message.split(/\.\s/)[0], option = /'(-[^'\s]*)/.exec(message)?.[1];
    const known = Object.keys(options).map((name) => `--${name}`).join(", ");
    if (message.startsWith("Unknown option")) throw new Misuse(`unknown option: ${option} (has ${known})`);
    if (message.endsWith("ambiguous")) {
      throw new Misuse(
        `invalid option: ${option} (a value that begins with a dash is given as ${option}=-1)`,
      );
    }
    throw new Misuse(`invalid option: ${option ?? message} (${message})`);
  }
}
