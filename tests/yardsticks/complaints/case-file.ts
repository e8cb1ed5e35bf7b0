import { z } from "zod";
import { parseInput } from "../../../optimizer/src/domain/parse-config.ts";

// The format "complaint-case/1", as its own description gives it. Strict: a field nobody here knows must fail its case, not pass unseen.

const time = z.iso.datetime({ offset: true });
/** Not known, or not-a-number as the source delivered it. */
const maybeNumber = z.union([z.number(), z.null(), z.literal("NaN")]);
const cell = z.union([maybeNumber, z.string()]);
const goal = z.strictObject({ soc: z.number(), at: time });

const SlotTable = z.strictObject({ columns: z.array(z.string()), rows: z.array(z.array(cell)) });

const storage = {
  id: z.string(),
  capacityKwh: z.number(),
  startSoc: maybeNumber,
  minSoc: z.number().optional(),
  maxSoc: z.number().optional(),
  maxChargeKw: z.number(),
  minChargeKw: z.number().optional(),
  minGridChargeKw: z.number().optional(),
  chargeEfficiency: z.number().optional(),
  wearPricePerKwh: z.number().optional(),
  storedEnergyPricePerKwh: z.number().optional(),
  goals: z.array(goal).optional(),
  powerLimits: z
    .array(z.strictObject({ from: time, until: time, kw: z.number(), localRule: z.string().optional() }))
    .optional(),
};

export const BatteryInput = z.strictObject({
  ...storage,
  maxDischargeKw: z.number(),
  minDischargeKw: z.number().optional(),
  dischargeEfficiency: z.number().optional(),
});
export const EvInput = z.strictObject({ ...storage, connectedFrom: time.optional(), connectedUntil: time.optional() });

const Heater = z.strictObject({
  id: z.string(),
  maxKw: z.number(),
  cop: z.number().optional(),
  onOff: z.boolean().optional(),
  lagHours: z.number().optional(),
});

const heated = {
  id: z.string(),
  heatCapacityKwhPerK: z.number(),
  heatLossKwPerK: z.number(),
  startTempC: maybeNumber,
  minTempC: z.union([z.number(), z.array(z.number())]).optional(),
  maxTempC: z.union([z.number(), z.array(z.number())]).optional(),
  heater: Heater.optional(),
};
export const RoomInput = z.strictObject(heated);
export const TankInput = z.strictObject({ ...heated, ambientTempC: z.number() });

export const ApplianceInput = z.strictObject({
  id: z.string(),
  powerKw: z.number(),
  runHours: z.number(),
  singleBlock: z.boolean().optional(),
  window: z.strictObject({ from: time, until: time }),
});

const Reading = z.strictObject({
  value: maybeNumber,
  at: time,
  history: z.array(z.strictObject({ at: time, value: maybeNumber })).optional(),
  limitedToKw: z.number().optional(),
});

export const PlanningInput = z.strictObject({
  timeZone: z.string(),
  currency: z.string(),
  now: time,
  slots: SlotTable,
  site: z.strictObject({
    importLimitKw: z.number().nullish(),
    exportLimitKw: z.number().nullish(),
    pvCurtailable: z.boolean().optional(),
  }),
  batteries: z.array(BatteryInput).optional(),
  evs: z.array(EvInput).optional(),
  rooms: z.array(RoomInput).optional(),
  tanks: z.array(TankInput).optional(),
  appliances: z.array(ApplianceInput).optional(),
  readings: z.record(z.string(), Reading).optional(),
  pricesPublishedUntil: time.optional(),
  beyondHorizon: z
    .strictObject({
      typicalImportPricePerKwhByLocalHour: z.array(z.number()).length(24),
      typicalLoadKw: z.number().optional(),
    })
    .optional(),
  planner: z.strictObject({ timeLimitSeconds: z.number() }).optional(),
  userSettings: z.record(z.string(), z.unknown()).optional(),
});
export type PlanningInput = z.output<typeof PlanningInput>;
export type BatteryInput = z.output<typeof BatteryInput>;
export type EvInput = z.output<typeof EvInput>;
export type StorageInput = BatteryInput | EvInput;
export type RoomInput = z.output<typeof RoomInput>;
export type TankInput = z.output<typeof TankInput>;
export type HeatedInput = RoomInput | TankInput;
export type ApplianceInput = z.output<typeof ApplianceInput>;

const overrideFields = {
  set: z.record(z.string(), z.unknown()).optional(),
  setColumn: z.record(z.string(), z.union([cell, z.array(cell)])).optional(),
  multiplyColumn: z.record(z.string(), z.union([z.number(), z.array(z.number())])).optional(),
  setCells: z
    .array(z.strictObject({ column: z.string(), from: time, until: time, value: z.union([cell, z.array(cell)]) }))
    .optional(),
};
export const Overrides = z.strictObject(overrideFields);
export type Overrides = z.output<typeof Overrides>;

const RollingChange = z.strictObject({ ...overrideFields, atReplan: z.int() });
const Rolling = z.strictObject({
  everyMinutes: z.number().positive(),
  count: z.int().min(0),
  perturb: z.strictObject({ multiplyColumn: overrideFields.multiplyColumn }).optional(),
});
export type Rolling = z.output<typeof Rolling>;
export type RollingChange = z.output<typeof RollingChange>;

const Mistype = z.strictObject({ field: z.string(), how: z.string() });
export type Mistype = z.output<typeof Mistype>;

const Variant = z.strictObject({
  id: z.string(),
  overrides: Overrides.optional(),
  mistype: Mistype.optional(),
  rollingChanges: z.array(RollingChange).optional(),
});
const Run = z.strictObject({ id: z.string(), of: z.string().optional(), overrides: Overrides.optional() });

/** Its own fields are judged by its type. */
const Property = z.looseObject({ type: z.string(), in: z.array(z.string()).optional() });
export type Property = z.output<typeof Property>;

const described = {
  format: z.literal("complaint-case/1"),
  id: z.string(),
  themes: z.array(z.string()).optional(),
  title: z.string().optional(),
  sources: z.array(z.string()).optional(),
  numbersFrom: z.string().optional(),
  numbersNote: z.string().optional(),
  whatHappenedThere: z.string().optional(),
  mustInWords: z.string().optional(),
};

const PlanningCase = z.strictObject({
  ...described,
  kind: z.literal("planning"),
  input: z.unknown(),
  variants: z.array(Variant).optional(),
  runs: z.array(Run).optional(),
  rolling: Rolling.optional(),
  must: z.array(Property).min(1),
  reference: z.record(z.string(), z.unknown()).optional(),
});
export type PlanningCase = z.output<typeof PlanningCase>;

/** What a file says it is, before anything else is believed of it. */
const Header = z.looseObject({ format: z.string(), kind: z.string(), id: z.string() });

/** The case, "control" for one that is not about plans, or undefined for a file of another format. */
export function readCase(raw: unknown, where: string): PlanningCase | "control" | undefined {
  const header = Header.safeParse(raw);
  if (!header.success || header.data.format !== "complaint-case/1") return undefined;
  return header.data.kind === "control" ? "control" : parseInput(PlanningCase, raw, where);
}

export const readInput = (raw: unknown): PlanningInput => parseInput(PlanningInput, raw, "the input");
