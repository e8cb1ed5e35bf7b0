import { MS_PER_HOUR } from "@ohmstead/contract";
import { type PlanningInput, readInput } from "../case-file.ts";
import { type CasePlan, NOTHING_ASSUMED } from "../case-plan.ts";
import { judgeCase } from "../judge-case.ts";
import type { Again } from "../properties/property-kind.ts";
import type { Scene } from "../scenes.ts";
import { slotTable } from "../slot-table.ts";
import { createStep, type Step } from "../step.ts";
import type { SpoiledKey } from "../spoil-key.ts";

export const NOON = "2026-03-10T12:00:00+01:00";
export const NOON_MS = Date.parse(NOON);

/** "+2" hours after noon, as the format writes moments. */
export const after = (hours: number): string => new Date(NOON_MS + hours * MS_PER_HOUR).toISOString();

type Rest = Omit<Partial<PlanningInput>, "slots"> & {
  readonly hours?: number;
  readonly columns?: Readonly<Record<string, readonly (number | null | "NaN")[]>>;
};

/** An input of as many slots as its columns have values: 0.30 to buy, 0.10 to sell, 1 kW of load, no sun. */
export function inputOf({ hours = 1, columns = {}, ...rest }: Rest = {}): PlanningInput {
  const count = Math.max(1, ...Object.values(columns).map((values) => values.length), columns.loadKw?.length ?? 4);
  const all: Readonly<Record<string, readonly (number | null | "NaN")[]>> = {
    importPricePerKwh: Array.from({ length: count }, () => 0.3),
    exportPricePerKwh: Array.from({ length: count }, () => 0.1),
    loadKw: Array.from({ length: count }, () => 1),
    pvKw: Array.from({ length: count }, () => 0),
    ...columns,
  };
  return readInput({
    timeZone: "Europe/Vienna",
    currency: "EUR",
    now: NOON,
    site: { importLimitKw: 10, exportLimitKw: 10, pvCurtailable: false },
    ...rest,
    slots: {
      columns: ["start", "hours", ...Object.keys(all)],
      rows: Array.from({ length: count }, (_, k) => [
        after(k * hours),
        hours,
        ...Object.values(all).map((values) => values[k] ?? null),
      ]),
    },
  });
}

export const BATTERY = {
  id: "battery",
  capacityKwh: 10,
  startSoc: 0.5,
  minSoc: 0.1,
  maxSoc: 0.9,
  maxChargeKw: 4,
  maxDischargeKw: 4,
  chargeEfficiency: 0.8,
  dischargeEfficiency: 0.8,
  wearPricePerKwh: 0.05,
  storedEnergyPricePerKwh: 0.2,
} as const;

export const CAR = {
  id: "car",
  capacityKwh: 40,
  startSoc: 0.5,
  maxChargeKw: 8,
  chargeEfficiency: 1,
} as const;

/** Loses 0.1 kW for each kelvin, and holds 2 kWh in each. */
export const ROOM = {
  id: "den",
  heatCapacityKwhPerK: 2,
  heatLossKwPerK: 0.1,
  startTempC: 20,
  minTempC: 19,
  maxTempC: 23,
  heater: { id: "den.heater", maxKw: 2, cop: 3 },
};

type Powers = Partial<
  Pick<
    CasePlan,
    | "status"
    | "messages"
    | "unmet"
    | "assumed"
    | "pvUsedKw"
    | "importKw"
    | "exportKw"
    | "batteries"
    | "evs"
    | "heaters"
    | "appliances"
    | "tempC"
    | "solveSeconds"
  >
>;

const idle = (ids: readonly { readonly id: string }[] | undefined, what: (id: string) => object) =>
  Object.fromEntries((ids ?? []).map(({ id }) => [id, what(id)]));

/** A plan with these powers, zero where none are given; the meter takes what is left unless it is given. */
export function planFor(input: PlanningInput, powers: Powers = {}): CasePlan {
  const { slots, columns } = slotTable(input);
  const zeros = slots.map(() => 0);
  const heaters = [...(input.rooms ?? []), ...(input.tanks ?? [])].flatMap(({ heater }) => heater ?? []);
  const plan = {
    status: "complete" as const,
    messages: [],
    unmet: [],
    assumed: NOTHING_ASSUMED,
    slots,
    pvUsedKw: columns.pvKw?.map((kw) => kw ?? 0) ?? zeros,
    batteries: idle(input.batteries, () => ({ chargeKw: zeros, dischargeKw: zeros })) as CasePlan["batteries"],
    evs: idle(input.evs, () => ({ chargeKw: zeros })) as CasePlan["evs"],
    heaters: idle(heaters, () => zeros) as CasePlan["heaters"],
    appliances: idle(input.appliances, () => zeros) as CasePlan["appliances"],
    tempC: {},
    solveSeconds: 0.1,
    ...powers,
  };
  const net = slots.map((_, k) => {
    const load = columns.loadKw?.[k] ?? plan.assumed.slots.loadKw?.[k] ?? 0;
    const sum = (series: readonly (readonly number[])[]) => series.reduce((total, kw) => total + (kw[k] ?? 0), 0);
    const batteries = Object.values(plan.batteries);
    return (
      load -
      (plan.pvUsedKw[k] ?? 0) +
      sum(batteries.map((each) => each.chargeKw)) -
      sum(batteries.map((each) => each.dischargeKw)) +
      sum(Object.values(plan.evs).map((each) => each.chargeKw)) +
      sum(Object.values(plan.heaters)) +
      sum(Object.values(plan.appliances))
    );
  });
  return {
    importKw: net.map((kw) => Math.max(0, kw)),
    exportKw: net.map((kw) => Math.max(0, -kw)),
    ...plan,
  };
}

export interface SceneParts {
  readonly input: PlanningInput;
  readonly plans: readonly CasePlan[];
  readonly spoiled?: SpoiledKey;
  readonly hasCurrentPlan?: boolean;
  readonly steps?: readonly Step[];
  readonly executed?: Step;
}

export function sceneOf(id: string, { input, plans, spoiled, hasCurrentPlan = true, ...rest }: SceneParts): Scene {
  const steps = rest.steps ?? plans.map((plan, n) => createStep(`plan ${n}`, input, plan));
  const [step] = steps;
  if (!step) throw new Error("a scene needs a plan");
  return {
    id,
    question: { input },
    answer: step.plan,
    steps,
    executed: rest.executed ?? step,
    spoiled,
    hasCurrentPlan,
  };
}

const nobodyAnswers: Again = {
  here: () => Promise.reject(new Error("nobody answers")),
  inNewProcess: () => Promise.reject(new Error("nobody answers")),
};

/** Complaints about one property. */
export async function complaintsAbout(
  property: { readonly type: string; readonly [field: string]: unknown },
  scenes: readonly Scene[],
  again: Again = nobodyAnswers,
): Promise<readonly string[]> {
  const judgements = await judgeCase(
    { format: "complaint-case/1", kind: "planning", id: "tiny", input: {}, must: [property] },
    new Map(scenes.map((scene) => [scene.id, scene])),
    again,
  );
  return judgements.flatMap(({ complaints }) => complaints);
}
