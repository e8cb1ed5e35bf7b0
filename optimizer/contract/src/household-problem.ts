import { z } from "zod";
import { Slot, slotEndMs } from "./slot.ts";

const kw = z.number().min(0).max(1000, "looks like W: write kW, for example 3.5");
const tempC = z.number().min(-60).max(120);
const price = z
  .number()
  .min(-50, "looks like cents or price per MWh: write currency per kWh, for example 0.245")
  .max(50, "looks like cents or price per MWh: write currency per kWh, for example 0.245");
const share = z.number().min(0).max(1);
const efficiency = z.number().min(0.3).max(1);
const id = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*$/, "write a short name of lower-case letters, digits, - and _")
  .max(40);
/** One value per slot. */
const perSlot = <S extends z.ZodType>(value: S) => z.array(value).readonly();

/** What the meter's connection allows. Absent: no limit. */
export const SiteLimits = z.strictObject({
  importLimitKw: kw.optional(),
  exportLimitKw: kw.optional(),
});

/** Stored energy is counted inside the battery; powers are counted at the house side of the inverter. */
export const BatteryProblem = z.strictObject({
  id,
  capacityKwh: z.number().positive().max(200, "looks like Wh: write kWh, for example 10.2"),
  soc: share.describe("present state of charge, share of the capacity"),
  minSoc: share.default(0.1),
  maxSoc: share.default(1),
  maxChargeKw: kw,
  maxDischargeKw: kw,
  chargeEfficiency: efficiency.default(0.95),
  dischargeEfficiency: efficiency.default(0.95),
  wearPricePerKwh: z
    .number()
    .min(0)
    .max(5)
    .default(0.02)
    .describe("cost of ageing per kWh given out at the house side"),
  endValuePerKwh: price
    .optional()
    .describe("worth of a kWh still stored at the end; default: from the prices of the horizon"),
});

export const PvArrayProblem = z.strictObject({
  id,
  forecastKw: perSlot(kw),
  curtailable: z.boolean().default(false).describe("true when the plan may ask for less than the sun offers"),
});

/**
 * A room or storey of one thermal node:
 * `heatCapacityKwhPerK · dT/dt = heat + gainsKw − heatLossKwPerK · (T − outdoor)`.
 * Comfort limits hold at the end of each slot and are wishes: what is missed is priced and named.
 */
export const ZoneProblem = z.strictObject({
  id,
  tempC,
  heatCapacityKwhPerK: z.number().positive().max(1000),
  heatLossKwPerK: z.number().positive().max(10, "looks like W/K: write kW/K, for example 0.18"),
  gainsKw: perSlot(kw).describe("sun and people, kW of heat"),
  comfortMinTempC: perSlot(tempC),
  comfortMaxTempC: perSlot(tempC),
  discomfortPricePerKelvinHour: z
    .number()
    .min(0)
    .max(100)
    .default(2)
    .describe("for the first kelvin outside the band; four times that beyond"),
  endValuePerKwh: price
    .optional()
    .describe("worth of a kWh of heat above comfortMin at the end; default: from the prices of the horizon"),
});

/** A hot-water tank of one thermal node. Minimum and maximum are wishes, hardMaxTempC is a limit. */
export const TankProblem = z.strictObject({
  id,
  tempC,
  heatCapacityKwhPerK: z.number().positive().max(20).describe("litres × 0.001163"),
  heatLossKwPerK: z.number().min(0).max(1, "looks like W/K: write kW/K, for example 0.002"),
  ambientTempC: tempC.default(20),
  drawKw: perSlot(kw).describe("heat taken by taps, mean of the slot"),
  minTempC: perSlot(tempC),
  maxTempC: tempC.default(60),
  hardMaxTempC: tempC.default(80),
  discomfortPricePerKelvinHour: z.number().min(0).max(100).default(0.5),
  endValuePerKwh: price.optional(),
});

/** Electric power in, heat out; space heat and hot water share its power within a slot. */
export const HeatPumpProblem = z.strictObject({
  id,
  zoneId: id,
  tankId: id.optional(),
  maxPowerKw: perSlot(kw).describe("electric power available, per slot"),
  copSpace: perSlot(z.number().positive().max(12)),
  copWater: perSlot(z.number().positive().max(12)).describe("needed even without a tank; then any value"),
  changePricePerKw: z
    .number()
    .min(0)
    .max(5)
    .default(0.005)
    .describe("cost per kW of change between slots: keeps the plan calm"),
  previousKw: kw.default(0).describe("electric power just before the first slot"),
});

export const ImmersionHeaterProblem = z.strictObject({
  id,
  tankId: id,
  powerKw: kw,
});

/** A person's wish, as a constraint until its end. */
export const OverrideConstraint = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("batteryHold"), deviceId: id, untilMs: z.int() }),
  z.strictObject({ kind: z.literal("boostWater"), deviceId: id, untilMs: z.int(), tempC }),
  z.strictObject({ kind: z.literal("boostHeat"), deviceId: id, untilMs: z.int(), tempC }),
]);
export type OverrideConstraint = Readonly<z.output<typeof OverrideConstraint>>;

const HouseholdFields = z.strictObject({
  formatVersion: z.literal(1).default(1),
  currency: z.string().regex(/^[A-Z]{3}$/, "write an ISO 4217 code, for example EUR"),
  timeZone: z.string().default("UTC"),
  slots: z.array(Slot).min(1).max(2016).readonly(),
  importPricePerKwh: perSlot(price),
  exportPricePerKwh: perSlot(price),
  site: SiteLimits.default({}),
  baseLoadKw: perSlot(kw).describe("the house without the devices below"),
  outdoorTempC: perSlot(tempC),
  pvArrays: z.array(PvArrayProblem).readonly().default([]),
  batteries: z.array(BatteryProblem).readonly().default([]),
  zones: z.array(ZoneProblem).readonly().default([]),
  tanks: z.array(TankProblem).readonly().default([]),
  heatPumps: z.array(HeatPumpProblem).readonly().default([]),
  immersionHeaters: z.array(ImmersionHeaterProblem).readonly().default([]),
  overrides: z.array(OverrideConstraint).readonly().default([]),
});

type Fields = z.output<typeof HouseholdFields>;
type Complain = (path: (string | number)[], message: string) => void;

function checkLengths(problem: Fields, complain: Complain): void {
  const slotCount = problem.slots.length;
  const series: [path: (string | number)[], length: number][] = [
    [["importPricePerKwh"], problem.importPricePerKwh.length],
    [["exportPricePerKwh"], problem.exportPricePerKwh.length],
    [["baseLoadKw"], problem.baseLoadKw.length],
    [["outdoorTempC"], problem.outdoorTempC.length],
    ...problem.pvArrays.map(
      (pv, i) => [["pvArrays", i, "forecastKw"], pv.forecastKw.length] as [(string | number)[], number],
    ),
    ...problem.zones.flatMap((zone, i) =>
      (["gainsKw", "comfortMinTempC", "comfortMaxTempC"] as const).map(
        (field) => [["zones", i, field], zone[field].length] as [(string | number)[], number],
      ),
    ),
    ...problem.tanks.flatMap((tank, i) =>
      (["drawKw", "minTempC"] as const).map(
        (field) => [["tanks", i, field], tank[field].length] as [(string | number)[], number],
      ),
    ),
    ...problem.heatPumps.flatMap((pump, i) =>
      (["maxPowerKw", "copSpace", "copWater"] as const).map(
        (field) => [["heatPumps", i, field], pump[field].length] as [(string | number)[], number],
      ),
    ),
  ];
  for (const [path, length] of series)
    if (length !== slotCount)
      complain(path, `has ${length} values, but there are ${slotCount} slots: give one value per slot`);
}

function checkSlots(problem: Fields, complain: Complain): void {
  problem.slots.forEach((slot, k) => {
    const previous = problem.slots[k - 1];
    if (previous && Math.abs(slotEndMs(previous) - slot.startMs) > 1)
      complain(["slots", k, "startMs"], "does not begin where the slot before it ends");
  });
}

function checkReferences(problem: Fields, complain: Complain): void {
  const ids = new Map<string, string>();
  const groups = {
    pvArrays: problem.pvArrays,
    batteries: problem.batteries,
    zones: problem.zones,
    tanks: problem.tanks,
    heatPumps: problem.heatPumps,
    immersionHeaters: problem.immersionHeaters,
  };
  for (const [group, devices] of Object.entries(groups))
    devices.forEach((device, i) => {
      const other = ids.get(device.id);
      if (other) complain([group, i, "id"], `"${device.id}" is already the name of a device in ${other}`);
      ids.set(device.id, group);
    });
  const refer = (path: (string | number)[], wanted: string | undefined, group: "zones" | "tanks" | "batteries") => {
    if (wanted !== undefined && ids.get(wanted) !== group)
      complain(
        path,
        `there is no "${wanted}" in ${group}; there are: ${groups[group].map((each) => each.id).join(", ") || "none"}`,
      );
  };
  problem.heatPumps.forEach((pump, i) => {
    refer(["heatPumps", i, "zoneId"], pump.zoneId, "zones");
    refer(["heatPumps", i, "tankId"], pump.tankId, "tanks");
  });
  problem.immersionHeaters.forEach((heater, i) => refer(["immersionHeaters", i, "tankId"], heater.tankId, "tanks"));
  const overrideGroup = { batteryHold: "batteries", boostWater: "tanks", boostHeat: "zones" } as const;
  problem.overrides.forEach((each, i) => refer(["overrides", i, "deviceId"], each.deviceId, overrideGroup[each.kind]));
}

function checkLimits(problem: Fields, complain: Complain): void {
  problem.batteries.forEach((battery, i) => {
    if (battery.minSoc >= battery.maxSoc)
      complain(["batteries", i, "minSoc"], `${battery.minSoc} must be below maxSoc ${battery.maxSoc}`);
  });
  problem.zones.forEach((zone, i) =>
    zone.comfortMinTempC.forEach((min, k) => {
      const max = zone.comfortMaxTempC[k];
      if (max !== undefined && min > max)
        complain(["zones", i, "comfortMinTempC", k], `${min} must not be above comfortMaxTempC ${max}`);
    }),
  );
  problem.tanks.forEach((tank, i) => {
    if (tank.maxTempC > tank.hardMaxTempC)
      complain(["tanks", i, "maxTempC"], `${tank.maxTempC} must not be above hardMaxTempC ${tank.hardMaxTempC}`);
  });
}

/**
 * All that one plan depends on, as plain data: kW, kWh, °C, shares 0..1, currency per kWh, epoch milliseconds.
 * States (soc, tempC) are those at the beginning of the first slot.
 */
export const HouseholdProblem = HouseholdFields.superRefine((problem, context) => {
  const complain: Complain = (path, message) => context.addIssue({ code: "custom", path, message });
  checkLengths(problem, complain);
  checkSlots(problem, complain);
  checkReferences(problem, complain);
  checkLimits(problem, complain);
});
export type HouseholdProblem = Readonly<z.output<typeof HouseholdProblem>>;
export type HouseholdProblemInput = z.input<typeof HouseholdProblem>;
export type BatteryProblem = HouseholdProblem["batteries"][number];
export type PvArrayProblem = HouseholdProblem["pvArrays"][number];
export type ZoneProblem = HouseholdProblem["zones"][number];
export type TankProblem = HouseholdProblem["tanks"][number];
export type HeatPumpProblem = HouseholdProblem["heatPumps"][number];
export type ImmersionHeaterProblem = HouseholdProblem["immersionHeaters"][number];
