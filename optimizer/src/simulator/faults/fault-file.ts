import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigError, InputError } from "../../domain/errors.ts";
import { parseInput } from "../../domain/parse-config.ts";
import type { HouseEntity } from "../entities.ts";
import { checkFault } from "./check-fault.ts";
import type { Fault } from "./fault.ts";

/** A fault and when it begins, in seconds of house time from the house's start. */
export interface ScheduledFault {
  readonly atSeconds: number;
  readonly fault: Fault;
}

const AtSeconds = z.looseObject({
  atSeconds: z
    .number()
    .nonnegative()
    .max(30 * 86_400)
    .default(0),
});

/** A list of faults, each as the API takes it plus `atSeconds`. Throws InputError that names the place in the list. */
export function parseFaults(raw: unknown, entities: readonly HouseEntity[]): readonly ScheduledFault[] {
  if (!Array.isArray(raw))
    throw new InputError("a list of faults is wanted, each with its kind", [{ field: "", message: "is no list" }]);
  return raw.map((each: unknown, index) => {
    try {
      const { atSeconds, ...rest } = parseInput(AtSeconds, each, "the fault");
      return { atSeconds, fault: checkFault(rest, entities) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const errors = error.errors.map(({ field, message }) => ({ field: `[${index}].${field}`, message }));
      throw new InputError(`[${index}]: ${error.message}`, errors);
    }
  });
}

/** Reads a fault file, JSON or YAML. Throws ConfigError that names the file and what is wrong in it. */
export function readFaultFile(path: string, entities: readonly HouseEntity[]): readonly ScheduledFault[] {
  let raw: unknown;
  try {
    raw = parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`the fault file ${path} cannot be read: ${why}`, { cause });
  }
  try {
    return parseFaults(raw, entities);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ConfigError(`the fault file ${path} cannot be used: ${error.message}`, { cause: error });
  }
}
