import type { Plan } from "@ohmstead/contract";

/** What must come out the same; ids, times and how long it took are of each run alone. */
const COMPARED = ["rung", "engine", "status", "schedule", "cost", "missed", "devices"] as const;

export interface Difference {
  /** For example `schedule.batteries.battery.chargeKw[12]`. */
  readonly where: string;
  readonly before: string;
  readonly after: string;
}

/** Every figure and word in which two plans differ: schedule, money, missed wishes, intents with their reasons. Nothing is rounded. */
export const planDifferences = (before: Plan, after: Plan): Difference[] =>
  COMPARED.flatMap((key) => differences(key, before[key], after[key]));

function differences(where: string, before: unknown, after: unknown): Difference[] {
  if (Object.is(before, after) || (before === 0 && after === 0)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return inLists(where, before, after);
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(`${where}.${key}`, before[key], after[key]));
  }
  return [{ where, before: textOf(before), after: textOf(after) }];
}

/** Devices are told apart by their names, everything else by its place. */
function inLists(where: string, before: readonly unknown[], after: readonly unknown[]): Difference[] {
  const names = [...before, ...after].map(nameOf);
  if (names.length > 0 && names.every((name) => name !== undefined))
    return [...new Set(names)].flatMap((name) =>
      differences(
        `${where}.${name}`,
        before.find((each) => nameOf(each) === name),
        after.find((each) => nameOf(each) === name),
      ),
    );
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, i) => differences(`${where}[${i}]`, before[i], after[i])).flat();
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function nameOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const name = value["id"] ?? value["deviceId"] ?? value["subject"];
  return typeof name === "string" ? name : undefined;
}

const textOf = (value: unknown): string =>
  value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
