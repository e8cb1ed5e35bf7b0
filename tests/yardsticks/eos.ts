// Cases of Akkudoktor EOS: optimize_input_<n>.json with every optimize_result_<n>*.json beside it. Our plan of the same hours is
// scored with the energy balance that EOS documents, and must not cost more than the stored result.
//
// Their balance is hourly, but adds load for the minutes in which sun and load do not meet: it stands in no field. What a stored
// hour leaves unaccounted (sun + bought − load − sold − losses − change of the battery) is that load. Ours gets it, too: its
// energy is taken from our sun, and its price at the hour's tariff is added to our score, whether or not a battery could have
// covered it. What is left in the battery counts for both, at the price the input gives it.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { HouseholdProblem, MS_PER_HOUR } from "@ohmstead/contract";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import type { Family, Verdict } from "./family.ts";

interface Storage {
  readonly capacity_wh: number;
  readonly charging_efficiency?: number;
  readonly discharging_efficiency?: number;
  readonly max_charge_power_w?: number;
  readonly initial_soc_percentage?: number;
  readonly min_soc_percentage?: number;
  readonly max_soc_percentage?: number;
}

interface Input {
  readonly ems: {
    readonly preis_euro_pro_wh_akku: number;
    readonly einspeiseverguetung_euro_pro_wh: number | readonly number[];
    readonly gesamtlast: readonly number[];
    readonly pv_prognose_wh: readonly number[];
    readonly strompreis_euro_pro_wh: readonly number[];
  };
  readonly pv_akku?: Storage | null;
  readonly eauto?: Storage | null;
  readonly inverter?: { readonly max_power_wh: number } | null;
  readonly dishwasher?: { readonly consumption_wh: number; readonly duration_h: number } | null;
}

interface Result {
  readonly result: {
    readonly Gesamtbilanz_Euro: number;
    readonly Last_Wh_pro_Stunde: readonly number[];
    readonly Netzbezug_Wh_pro_Stunde: readonly number[];
    readonly Netzeinspeisung_Wh_pro_Stunde: readonly number[];
    readonly Verluste_Pro_Stunde: readonly number[];
    readonly akku_soc_pro_stunde: readonly number[];
    readonly EAuto_SoC_pro_Stunde: readonly number[];
  };
}

const WH_PER_KWH = 1000;
/** What EOS assumes where an input says nothing. */
const DEFAULTS = { efficiency: 0.88, carEfficiency: 0.88, maxPowerW: 5000 } as const;

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const from = (series: readonly number[], firstHour: number): number[] => series.slice(firstHour);

/** Wh that a storage gains in hour k, by its contents in percent at the beginnings of hours. */
const changeWh = (soc: readonly number[], k: number, capacityWh: number): number =>
  (((soc[k + 1] ?? soc[k] ?? 0) - (soc[k] ?? 0)) / 100) * capacityWh;

/** Wh of load that an hour of the stored result serves beyond its load, for minutes without sun. */
function unaccountedWh({ pv_akku, eauto, ems }: Input, { result }: Result, firstHour: number): number[] {
  return result.Last_Wh_pro_Stunde.map((load, k) => {
    const sun = ems.pv_prognose_wh[firstHour + k] ?? 0;
    if (sun < load || k === result.Last_Wh_pro_Stunde.length - 1) return 0;
    const carWh = eauto ? changeWh(result.EAuto_SoC_pro_Stunde, k, eauto.capacity_wh) : 0;
    // The car's charging loss is counted as a loss, but nowhere bought.
    const carLossWh = carWh * (1 / (eauto?.charging_efficiency ?? DEFAULTS.carEfficiency) - 1);
    const stored = pv_akku ? changeWh(result.akku_soc_pro_stunde, k, pv_akku.capacity_wh) : 0;
    const wh =
      sun +
      (result.Netzbezug_Wh_pro_Stunde[k] ?? 0) -
      load -
      (result.Netzeinspeisung_Wh_pro_Stunde[k] ?? 0) -
      (result.Verluste_Pro_Stunde[k] ?? 0) +
      carLossWh -
      stored;
    return Math.min(Math.max(0, wh), sun - load);
  });
}

/** Usable Wh in the stored result's battery after its last hour, which the series of beginnings does not hold. */
function usableWhAtEnd({ pv_akku, ems }: Input, { result }: Result, hours: number): number {
  if (!pv_akku) return 0;
  const last = hours - 1;
  const minimum = pv_akku.min_soc_percentage ?? 0;
  const efficiency = pv_akku.discharging_efficiency ?? DEFAULTS.efficiency;
  const heldWh = (((result.akku_soc_pro_stunde[last] ?? 0) - minimum) / 100) * pv_akku.capacity_wh;
  const sun = ems.pv_prognose_wh.at(-1) ?? 0;
  const givenWh = Math.max(
    0,
    (result.Last_Wh_pro_Stunde[last] ?? 0) - sun - (result.Netzbezug_Wh_pro_Stunde[last] ?? 0),
  );
  return Math.max(0, heldWh * efficiency - givenWh);
}

function problemOf(input: Input, firstHour: number, unaccounted: readonly number[]): HouseholdProblem {
  const { ems, pv_akku, eauto, inverter, dishwasher } = input;
  const loads = from(ems.gesamtlast, firstHour);
  const slots = loads.map((_, k) => ({ startMs: k * MS_PER_HOUR, hours: 1 }));
  const sell = ems.einspeiseverguetung_euro_pro_wh;
  const minPercent = pv_akku?.min_soc_percentage ?? 0;
  const discharging = pv_akku?.discharging_efficiency ?? DEFAULTS.efficiency;
  return HouseholdProblem.parse({
    currency: "EUR",
    slots,
    importPricePerKwh: from(ems.strompreis_euro_pro_wh, firstHour).map((price) => price * WH_PER_KWH),
    exportPricePerKwh: slots.map((_, k) => (typeof sell === "number" ? sell : (sell[firstHour + k] ?? 0)) * WH_PER_KWH),
    baseLoadKw: loads.map((wh) => wh / WH_PER_KWH),
    outdoorTempC: slots.map(() => 10),
    pvArrays: [
      {
        id: "roof",
        forecastKw: from(ems.pv_prognose_wh, firstHour).map((wh, k) => (wh - (unaccounted[k] ?? 0)) / WH_PER_KWH),
        curtailable: true,
      },
    ],
    batteries: pv_akku
      ? [
          {
            id: "battery",
            capacityKwh: pv_akku.capacity_wh / WH_PER_KWH,
            soc: (pv_akku.initial_soc_percentage ?? 0) / 100,
            minSoc: minPercent / 100,
            maxSoc: (pv_akku.max_soc_percentage ?? 100) / 100,
            maxChargeKw: (pv_akku.max_charge_power_w ?? DEFAULTS.maxPowerW) / WH_PER_KWH,
            // Their limit is on what leaves the cells.
            maxDischargeKw: ((pv_akku.max_charge_power_w ?? DEFAULTS.maxPowerW) * discharging) / WH_PER_KWH,
            chargeEfficiency: pv_akku.charging_efficiency ?? DEFAULTS.efficiency,
            dischargeEfficiency: discharging,
            mayExport: false,
            wearPricePerKwh: 0,
            endValuePerKwh: ems.preis_euro_pro_wh_akku * WH_PER_KWH * discharging,
          },
        ]
      : [],
    inverters: inverter
      ? [
          {
            id: "inverter",
            pvArrayIds: ["roof"],
            batteryIds: pv_akku ? ["battery"] : [],
            maxToHouseKw: inverter.max_power_wh / WH_PER_KWH,
            maxFromHouseKw: inverter.max_power_wh / WH_PER_KWH,
          },
        ]
      : [],
    evs: eauto
      ? [
          {
            id: "car",
            capacityKwh: eauto.capacity_wh / WH_PER_KWH,
            soc: (eauto.initial_soc_percentage ?? 0) / 100,
            maxSoc: (eauto.max_soc_percentage ?? 100) / 100,
            // What they buy for the car is what it stores.
            chargeEfficiency: 1,
            maxChargeKw:
              ((eauto.max_charge_power_w ?? DEFAULTS.maxPowerW) *
                (eauto.charging_efficiency ?? DEFAULTS.carEfficiency)) /
              WH_PER_KWH,
            connected: slots.map(() => true),
            goals: [{ soc: (eauto.min_soc_percentage ?? 0) / 100, atMs: slots.length * MS_PER_HOUR }],
            endValuePerKwh: 0,
          },
        ]
      : [],
    appliances: dishwasher
      ? [
          {
            id: "dishwasher",
            powerKw: dishwasher.consumption_wh / dishwasher.duration_h / WH_PER_KWH,
            runHours: dishwasher.duration_h,
            window: { fromMs: 0, untilMs: slots.length * MS_PER_HOUR },
          },
        ]
      : [],
  });
}

export const eos: Family = {
  name: "eos",
  tolerance:
    "balance of the stored result, less what is left in the battery at its price: ours at or below it (+ 1e-6 EUR)",
  async *run(folder, { solver }): AsyncGenerator<Verdict> {
    const files = readdirSync(folder).toSorted();
    for (const file of files) {
      const number = /^optimize_result_(\d+).*\.json$/.exec(file)?.[1];
      if (number === undefined) continue;
      const name = file.replace(/\.json$/, "");
      try {
        const input = readJson(join(folder, `optimize_input_${number}.json`)) as Input;
        const stored = readJson(join(folder, file)) as Result;
        const hours = stored.result.Last_Wh_pro_Stunde.length;
        const firstHour = input.ems.gesamtlast.length - hours;
        const unaccounted = unaccountedWh(input, stored, firstHour);
        const problem = problemOf(input, firstHour, unaccounted);
        const exact = { timeLimitMs: 60_000, gap: 1e-6 };
        const plan = await solveHousehold(problem, { solver, nowMs: 0, validHours: 1, planId: name, exact });
        const addedCost = unaccounted.reduce(
          (sum, wh, k) => sum + (wh / WH_PER_KWH) * (problem.importPricePerKwh[k] ?? 0),
          0,
        );
        const worthPerWh = input.ems.preis_euro_pro_wh_akku;
        const minimumWh = ((input.pv_akku?.min_soc_percentage ?? 0) / 100) * (input.pv_akku?.capacity_wh ?? 0);
        const heldWh = (plan.schedule.batteries[0]?.soc.at(-1) ?? 0) * (input.pv_akku?.capacity_wh ?? 0);
        const efficiency = input.pv_akku?.discharging_efficiency ?? DEFAULTS.efficiency;
        const ours =
          plan.cost.energy + plan.cost.export + addedCost - worthPerWh * Math.max(0, heldWh - minimumWh) * efficiency;
        const published = stored.result.Gesamtbilanz_Euro - worthPerWh * usableWhAtEnd(input, stored, hours);
        const isMissed = plan.missed.length > 0;
        yield {
          name,
          ours: ours.toFixed(4),
          published: published.toFixed(4),
          difference: (ours - published).toFixed(4),
          pass: ours <= published + 1e-6 && !isMissed,
          ...(isMissed ? { detail: `missed: ${plan.missed.map((each) => each.subject).join(", ")}` } : {}),
        };
      } catch (error) {
        yield { name, ours: "-", published: "-", difference: "-", pass: false, detail: (error as Error).message };
      }
    }
  },
};
