// Cases of the Home Assistant Energy Optimizer: a folder per case with config.json (its network of elements) and outputs.json
// (the series it optimised, already fused, and its answer). The network is read from the config: whatever hangs behind an
// inverter shares its limit. Stored answers match with the battery's own prices left out.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { HouseholdProblem, type HouseholdProblemInput, MS_PER_HOUR } from "@ohmstead/contract";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import type { Family, Verdict } from "./family.ts";

interface Participant {
  readonly name: string;
  readonly element_type: string;
  readonly connection?: { readonly value: string };
}

interface Entity {
  readonly state: string;
  readonly attributes: {
    readonly element_name?: string;
    readonly field_name?: string;
    readonly output_name?: string;
    readonly forecast?: readonly { readonly time: string; readonly value: number | boolean }[];
  };
}

/** What a field of an element is, in each slot. */
type FieldOf = (element: string, field: string, otherwise?: number) => readonly number[];

const KNOWN = ["battery", "grid", "inverter", "load", "node", "solar"];

/** Half a unit of the last digit that is printed: "-15.1" is known to 0.05. */
const halfDigit = (printed: string): number => 0.5 * 10 ** -(printed.split(".")[1] ?? "").length;

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

/** A name as our ids are written. */
const idOf = (name: string): string => `x-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`.slice(0, 40);

/** Borders of the slots: the longest series of the answer has one value for each. */
function bordersOf(entities: readonly Entity[]): number[] {
  const series = entities
    .filter(
      (each) => each.attributes.output_name === "battery_energy_stored" || each.attributes.field_name === "capacity",
    )
    .map((each) => each.attributes.forecast ?? []);
  const longest = series.toSorted((a, b) => b.length - a.length)[0] ?? [];
  return longest.map((each) => Date.parse(each.time));
}

function fieldsOf(entities: readonly Entity[], count: number): FieldOf {
  return (element, field, otherwise) => {
    const entity = entities.find(
      ({ attributes }) => attributes.element_name === element && attributes.field_name === field,
    );
    const value = entity ? Number(entity.state) : otherwise;
    const series = entity?.attributes.forecast;
    if (series) return series.slice(0, count).map((each) => Number(each.value));
    if (value === undefined || !Number.isFinite(value)) throw new Error(`${element} has no ${field}`);
    return Array.from({ length: count }, () => value);
  };
}

const first = (values: readonly number[]): number => values[0] ?? Number.NaN;

function problemOf(participants: readonly Participant[], entities: readonly Entity[]): HouseholdProblemInput {
  const borders = bordersOf(entities);
  const slots = borders
    .slice(0, -1)
    .map((startMs, k) => ({ startMs, hours: ((borders[k + 1] ?? startMs) - startMs) / MS_PER_HOUR }));
  const of = (type: string) => participants.filter((each) => each.element_type === type);
  const field = fieldsOf(entities, slots.length);
  const strange = participants.find((each) => !KNOWN.includes(each.element_type));
  if (strange) throw new Error(`element "${strange.name}" is a ${strange.element_type}: not part of our problem`);
  const [grid] = of("grid");
  if (!grid || of("grid").length > 1) throw new Error("there must be one grid");
  const loads = of("load").map(({ name }) => field(name, "forecast"));
  const batteries = of("battery").map(({ name }): NonNullable<HouseholdProblemInput["batteries"]>[number] => ({
    id: idOf(name),
    capacityKwh: first(field(name, "capacity")),
    soc: first(field(name, "initial_charge_percentage")) / 100,
    minSoc: first(field(name, "min_charge_percentage", 0)) / 100,
    maxSoc: first(field(name, "max_charge_percentage", 100)) / 100,
    maxChargeKw: Math.max(...field(name, "max_power_target_source")),
    maxDischargeKw: Math.max(...field(name, "max_power_source_target")),
    chargeLimitKw: [...field(name, "max_power_target_source")],
    dischargeLimitKw: [...field(name, "max_power_source_target")],
    chargeEfficiency: first(field(name, "efficiency_target_source", 100)) / 100,
    dischargeEfficiency: first(field(name, "efficiency_source_target", 100)) / 100,
    wearPricePerKwh: 0,
    endValuePerKwh: first(field(name, "salvage_value", 0)),
  }));
  const pvArrays = of("solar").map(({ name }) => {
    const switched = entities.find(
      ({ attributes }) => attributes.element_name === name && attributes.field_name === "curtailment",
    );
    return { id: idOf(name), forecastKw: [...field(name, "forecast")], curtailable: switched?.state !== "off" };
  });
  return {
    currency: "EUR",
    slots,
    importPricePerKwh: [...field(grid.name, "price_source_target")],
    exportPricePerKwh: [...field(grid.name, "price_target_source", 0)],
    site: {
      importLimitPerSlotKw: [...field(grid.name, "max_power_source_target", 1000)],
      exportLimitPerSlotKw: [...field(grid.name, "max_power_target_source", 1000)],
    },
    baseLoadKw: slots.map((_, k) => loads.reduce((sum, load) => sum + (load[k] ?? 0), 0)),
    outdoorTempC: slots.map(() => 10),
    pvArrays,
    batteries,
    inverters: of("inverter").map(({ name }) => {
      const behind = (type: string) =>
        of(type)
          .filter((each) => each.connection?.value === name)
          .map((each) => idOf(each.name));
      return {
        id: idOf(name),
        pvArrayIds: behind("solar"),
        batteryIds: behind("battery"),
        maxToHouseKw: first(field(name, "max_power_source_target", 1000)),
        maxFromHouseKw: first(field(name, "max_power_target_source", 1000)),
      };
    }),
  };
}

export const haeo: Family = {
  name: "haeo",
  tolerance:
    "total cost within half a unit of the last printed digit, plus what half a unit of the printed prices moves; battery's own prices left out",
  async *run(folder, { solver }): AsyncGenerator<Verdict> {
    const cases = existsSync(join(folder, "config.json"))
      ? [folder]
      : readdirSync(folder)
          .toSorted()
          .map((each) => join(folder, each))
          .filter((each) => existsSync(join(each, "config.json")) && existsSync(join(each, "outputs.json")));
    for (const path of cases) {
      const name = basename(path);
      try {
        const { participants } = readJson(join(path, "config.json")) as { participants: Record<string, Participant> };
        const entities = Object.values(readJson(join(path, "outputs.json")) as Record<string, Entity>);
        const published =
          entities.find((each) => each.attributes.output_name === "network_optimization_cost")?.state ?? "";
        const problem = HouseholdProblem.parse(problemOf(Object.values(participants), entities));
        const nowMs = problem.slots[0]?.startMs ?? 0;
        const plan = await solveHousehold(problem, {
          solver,
          nowMs,
          validHours: 1,
          planId: name,
          timeLimitMs: 60_000,
          exact: { timeLimitMs: 60_000, gap: 1e-6 },
        });
        const movedKwh = plan.slots.reduce(
          (sum, { hours }, k) => sum + hours * ((plan.schedule.importKw[k] ?? 0) + (plan.schedule.exportKw[k] ?? 0)),
          0,
        );
        const tolerance = halfDigit(published) + movedKwh * 0.0005;
        const difference = plan.cost.total - Number(published);
        yield {
          name,
          ours: plan.cost.total.toFixed(4),
          published,
          difference: difference.toFixed(4),
          pass: Math.abs(difference) <= tolerance,
          detail: `tolerance ${tolerance.toFixed(3)}`,
        };
      } catch (error) {
        yield { name, ours: "-", published: "-", difference: "-", pass: false, detail: (error as Error).message };
      }
    }
  },
};
