import { parseArgs, type ParseArgsConfig } from "node:util";

const EXIT_USAGE = 2;

/** Ends the program: says what cannot be, and how the command is used. */
export function refuse(usage: string, why: string): never {
  console.error(`${why}\n\n${usage}`);
  process.exit(EXIT_USAGE);
}

/** The program's arguments. Where they cannot be understood, or help is asked for, the program ends with the usage. */
export function argumentsOf<const T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  if (process.argv.includes("--help")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error));
  }
}

/** The number that an option gives; the program ends where it is none above zero. */
export function aboveZero(usage: string, option: string, text: string): number {
  const value = Number(text);
  return value > 0 ? value : refuse(usage, `--${option} must be a number above 0, not "${text}"`);
}

/** What is read from files that the caller named; the program ends where they do not hold what they should, and says what. */
export function reading<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return process.exit(EXIT_USAGE);
  }
}
