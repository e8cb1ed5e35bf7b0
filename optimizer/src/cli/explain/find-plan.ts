import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HouseholdProblem, Plan } from "@ohmstead/contract";
import { ConfigError, StoreError } from "../../domain/errors.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { inProject } from "../../launch/folders.ts";
import type { StoredPlan } from "../../store/plan-repository.ts";
import { openStoredPlans, type StoredPlans } from "../../store/stored-plans.ts";

const DATABASE = "ohmstead.sqlite";

/** The appliance's own data folder; without one, that of the demo. */
const usualFolder = (): string =>
  [inProject("data"), inProject("data", "demo")].find((folder) => existsSync(join(folder, DATABASE))) ??
  inProject("data");

/** Reads something from the plans of a data folder; complaints become words for the user. */
export function withStoredPlans<T>(data: string | undefined, read: (plans: StoredPlans) => T): T {
  try {
    const plans = openStoredPlans(join(data ?? usualFolder(), DATABASE));
    try {
      return read(plans);
    } finally {
      plans.close();
    }
  } catch (error) {
    if (error instanceof StoreError) throw new ConfigError(error.message, { cause: error });
    throw error;
  }
}

/** A stored plan by its id, or the newest. Throws ConfigError where there is none. */
export function storedPlan(plans: StoredPlans, id: string): StoredPlan {
  const found = id === "latest" ? plans.latest() : plans.byId(id);
  if (!found)
    throw new ConfigError(
      id === "latest" ? "No plan is stored yet." : `No stored plan has the id ${id}; "latest" is the newest.`,
    );
  return {
    ...found,
    plan: parseInput(Plan, found.plan, `the stored plan ${found.plan.id}`),
    problem: parseInput(HouseholdProblem, found.problem, `what plan ${found.plan.id} was made from`),
  };
}

/** A plan that lies in a file, `-` for standard input: as `ohmstead solve` and GET /api/v1/plan give it. */
export function planInFile(file: string): Plan {
  const text = (() => {
    try {
      return readFileSync(file === "-" ? 0 : file, "utf8");
    } catch (error) {
      throw new ConfigError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
    }
  })();
  try {
    return parseInput(Plan, JSON.parse(text), `the plan in ${file}`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ConfigError(`${file} is not JSON: ${error.message}`, { cause: error });
    throw error;
  }
}
