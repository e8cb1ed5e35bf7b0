import { MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import type { Answer, PlanInForce, Question } from "./ask.ts";
import { type PlanningInput, readInput, type Rolling, type RollingChange } from "./case-file.ts";
import { executedUntil, joined } from "./executed.ts";
import type { Carried } from "./carried.ts";
import { withOverrides } from "./overrides.ts";
import { slotTable } from "./slot-table.ts";
import { at, createStep, heatedOf, socPath, type Step, storagesOf, tempPath } from "./step.ts";

export interface Rolled {
  readonly first: Answer;
  /** One for each plan made. */
  readonly steps: readonly Step[];
  /** What was carried out of them, put together. */
  readonly executed: Step;
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** Plans, lets time pass, carries contents and running machines on, and plans again, as often as the case says. */
export async function roll(
  base: unknown,
  rolling: Rolling,
  changes: readonly RollingChange[],
  ask: (question: Question) => Promise<Answer>,
): Promise<Rolled> {
  const startMs = Date.parse(readInput(base).now);
  const parts: Step[] = [];
  const steps: Step[] = [];
  let first: Answer | undefined;
  let previous: PlanInForce | undefined;
  for (let replan = 0; replan <= rolling.count; replan += 1) {
    const nowMs = startMs + replan * rolling.everyMinutes * 60_000;
    const carriedOut = parts.length > 0 ? joined(parts) : undefined;
    const whole = inputOf(base, rolling, changes, replan);
    const next: Next = carriedOut ? carriedOn(cutAt(whole, nowMs), carriedOut) : { input: whole, finished: [] };
    const answer = await ask({ input: next.input, previous, carried: next.carried });
    first ??= answer;
    previous = answer.inForce ?? previous;
    const step = createStep(replan === 0 ? "first plan" : `re-plan ${replan}`, next.input, {
      ...answer.casePlan,
      appliances: {
        ...answer.casePlan.appliances,
        ...Object.fromEntries(next.finished.map((id) => [id, answer.casePlan.slots.map(() => 0)])),
      },
    });
    steps.push(step);
    // Without a plan there is nothing to carry on: the judge sees that it is missing.
    if (answer.casePlan.slots.length === 0) break;
    const isLast = replan === rolling.count;
    parts.push(isLast ? step : executedUntil(step, nowMs + rolling.everyMinutes * 60_000));
  }
  if (!first) throw new Error("nothing was planned");
  return {
    first,
    steps,
    executed: parts.length > 0 ? joined(parts) : createStep("executed", readInput(base), first.casePlan),
  };
}

/** The input as it is known at a re-plan, still from its beginning. */
function inputOf(base: unknown, rolling: Rolling, changes: readonly RollingChange[], replan: number): PlanningInput {
  let raw = base;
  for (const { atReplan, ...overrides } of changes) if (atReplan <= replan) raw = withOverrides(raw, overrides);
  const { multiplyColumn } = rolling.perturb ?? {};
  if (replan > 0 && multiplyColumn) {
    const factors = Object.entries(multiplyColumn).map(([column, values]): [string, number] => {
      const list = typeof values === "number" ? [values] : values;
      return [column, list[(replan - 1) % list.length] ?? 1];
    });
    raw = withOverrides(raw, { multiplyColumn: Object.fromEntries(factors) });
  }
  return readInput(raw);
}

/** Without the slots that are past; the one under way is shortened. */
export function cutAt(input: PlanningInput, nowMs: number): PlanningInput {
  const { slots } = slotTable(input);
  const { columns, rows } = input.slots;
  const [start, hours] = [columns.indexOf("start"), columns.indexOf("hours")];
  const from = slots.findIndex((slot) => slotEndMs(slot) > nowMs);
  if (from < 0) throw new Error(`no slot is left at ${isoOf(nowMs)}`);
  const left = rows.slice(from).map((row) => [...row]);
  const [firstRow, firstSlot] = [left[0], slots[from]];
  if (firstRow && firstSlot && firstSlot.startMs < nowMs) {
    firstRow[start] = isoOf(nowMs);
    firstRow[hours] = (slotEndMs(firstSlot) - nowMs) / MS_PER_HOUR;
  }
  const rest = <T>(values: T | T[]): T | T[] => (Array.isArray(values) ? values.slice(from) : values);
  const cutWishes = <D extends { minTempC?: number | number[] | undefined; maxTempC?: number | number[] | undefined }>(
    device: D,
  ): D => ({
    ...device,
    ...(device.minTempC === undefined ? {} : { minTempC: rest(device.minTempC) }),
    ...(device.maxTempC === undefined ? {} : { maxTempC: rest(device.maxTempC) }),
  });
  return {
    ...input,
    now: isoOf(nowMs),
    slots: { columns, rows: left },
    ...(input.rooms ? { rooms: input.rooms.map(cutWishes) } : {}),
    ...(input.tanks ? { tanks: input.tanks.map(cutWishes) } : {}),
  };
}

/** Runs above this. */
const RUNNING_KW = 0.05;

/** What the next plan is asked. */
interface Next {
  readonly input: PlanningInput;
  /** Appliances that are done: they are asked no more. */
  readonly finished: readonly string[];
  readonly carried?: Carried;
}

/** The states that the executed stretch leaves, as the start of the next plan. What was read before it is past. */
function carriedOn(input: PlanningInput, executed: Step): Next {
  const socNow = new Map(storagesOf(executed).map(({ id }) => [id, socPath(executed, id).at(-1) ?? Number.NaN]));
  const tempNow = new Map(heatedOf(executed).map(({ id }) => [id, tempPath(executed, id).at(-1) ?? Number.NaN]));
  const nowMs = Date.parse(input.now);
  const finished: string[] = [];
  const runningSinceMs: Record<string, number> = {};
  const appliances = input.appliances?.flatMap((appliance) => {
    const { id, runHours, powerKw, singleBlock = true } = appliance;
    const kw = executed.plan.appliances[id] ?? [];
    const startedMs = executed.slots.find((_, k) => at(kw, k) > RUNNING_KW)?.startMs;
    if (startedMs === undefined) return [appliance];
    const ranHours = executed.slots.reduce((sum, { hours }, k) => sum + (hours * at(kw, k)) / powerKw, 0);
    if (ranHours >= runHours - 0.001) {
      finished.push(id);
      return [];
    }
    if (!singleBlock) return [{ ...appliance, runHours: runHours - ranHours }];
    runningSinceMs[id] = startedMs;
    return [appliance];
  });
  const heaters = Object.fromEntries(
    Object.entries(executed.plan.heaters).map(([id, kw]) => [id, lastStateOf(executed, kw, nowMs)]),
  );
  const withSoc = <D extends { id: string }>(device: D) => ({ ...device, startSoc: socNow.get(device.id) ?? null });
  const withTemp = <D extends { id: string }>(device: D) => ({ ...device, startTempC: tempNow.get(device.id) ?? null });
  const { readings: _past, ...kept } = input;
  const next: PlanningInput = {
    ...kept,
    ...(input.batteries ? { batteries: input.batteries.map(withSoc) } : {}),
    ...(input.evs ? { evs: input.evs.map(withSoc) } : {}),
    ...(input.rooms ? { rooms: input.rooms.map(withTemp) } : {}),
    ...(input.tanks ? { tanks: input.tanks.map(withTemp) } : {}),
    ...(appliances ? { appliances } : {}),
  };
  return { input: next, finished, carried: { heaters, runningSinceMs } };
}

/** A heater has rested or run for a day before the first plan, as far as anybody knows. */
const BEFORE_HOURS = 24;
const RESTING_KW = 0.001;

function lastStateOf({ slots }: Step, kw: readonly number[], nowMs: number) {
  const previousKw = kw.at(-1) ?? 0;
  const lastOther = kw.findLastIndex((each) => each > RESTING_KW !== previousKw > RESTING_KW);
  const since = slots[lastOther + 1];
  const hours = since ? (nowMs - since.startMs) / MS_PER_HOUR : 0;
  return { previousKw, previousHours: lastOther < 0 ? BEFORE_HOURS + hours : hours };
}
