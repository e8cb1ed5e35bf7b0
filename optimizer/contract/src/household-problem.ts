import { z } from "zod";
import { Currency, inOwnCurrency, price, timesMoney, weight } from "./money.ts";
import { ApplianceProblem } from "./problem/appliance.ts";
import { type Complain, checkLengths, checkLimits, checkReferences, checkSlots } from "./problem/checks.ts";
import { kw, perSlot, tempC } from "./problem/fields.ts";
import { BoilerProblem, HeatPumpProblem, ImmersionHeaterProblem, TankProblem, ZoneProblem } from "./problem/heat.ts";
import { OverrideConstraint } from "./problem/override.ts";
import { InverterProblem, PvArrayProblem, SiteLimits } from "./problem/site.ts";
import { BatteryProblem, EvProblem } from "./problem/storage.ts";
import { Schedule } from "./schedule.ts";
import { Slot } from "./slot.ts";

const HouseholdFields = z.strictObject({
  formatVersion: z.literal(1).default(1),
  currency: Currency,
  timeZone: z.string().default("UTC"),
  slots: z.array(Slot).min(1).max(2016).readonly(),
  importPricePerKwh: perSlot(price),
  exportPricePerKwh: perSlot(price),
  site: SiteLimits.default({}),
  baseLoadKw: perSlot(kw).describe("the house without the devices below"),
  outdoorTempC: perSlot(tempC),
  pvArrays: z.array(PvArrayProblem).readonly().default([]),
  inverters: z.array(InverterProblem).readonly().default([]),
  batteries: z.array(BatteryProblem).readonly().default([]),
  evs: z.array(EvProblem).readonly().default([]),
  zones: z.array(ZoneProblem).readonly().default([]),
  tanks: z.array(TankProblem).readonly().default([]),
  heatPumps: z.array(HeatPumpProblem).readonly().default([]),
  boilers: z.array(BoilerProblem).readonly().default([]),
  immersionHeaters: z.array(ImmersionHeaterProblem).readonly().default([]),
  appliances: z.array(ApplianceProblem).readonly().default([]),
  overrides: z.array(OverrideConstraint).readonly().default([]),
  previous: z
    .strictObject({ slots: z.array(Slot).readonly(), schedule: Schedule })
    .optional()
    .describe("the plan in force: of plans that cost the same, the one nearest to it is taken"),
  keepUnlessGain: weight
    .default(0.02)
    .describe(
      "what runs now is changed against the plan in force only where that saves more than this over the horizon",
    ),
});

export type HouseholdFields = z.output<typeof HouseholdFields>;

/**
 * All that one plan depends on, as plain data: kW, kWh, °C, shares 0..1, currency per kWh, epoch milliseconds.
 * States (soc, tempC) are those at the beginning of the first slot.
 */
export const HouseholdProblem = inOwnCurrency(HouseholdFields).superRefine((problem, context) => {
  const complain: Complain = (path, message) => context.addIssue({ code: "custom", path, message });
  checkLengths(problem, complain);
  checkSlots(problem, complain);
  checkReferences(problem, complain);
  checkLimits(problem, complain);
});
export type HouseholdProblem = Readonly<z.output<typeof HouseholdProblem>>;
export type HouseholdProblemInput = z.input<typeof HouseholdFields>;
/** The same house with its money in another currency, at so many units of it for one of the problem's. */
export const inOtherMoney = (
  problem: HouseholdProblem,
  currency: HouseholdProblem["currency"],
  factor: number,
): HouseholdProblem => ({ ...timesMoney(HouseholdFields, problem, factor), currency });
export type SiteLimits = HouseholdProblem["site"];
export type PvArrayProblem = HouseholdProblem["pvArrays"][number];
export type InverterProblem = HouseholdProblem["inverters"][number];
export type BatteryProblem = HouseholdProblem["batteries"][number];
export type EvProblem = HouseholdProblem["evs"][number];
export type ZoneProblem = HouseholdProblem["zones"][number];
export type TankProblem = HouseholdProblem["tanks"][number];
export type HeatPumpProblem = HouseholdProblem["heatPumps"][number];
export type BoilerProblem = HouseholdProblem["boilers"][number];
export type ImmersionHeaterProblem = HouseholdProblem["immersionHeaters"][number];
export type ApplianceProblem = HouseholdProblem["appliances"][number];
export type { OverrideConstraint } from "./problem/override.ts";
