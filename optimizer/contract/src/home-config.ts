import { z } from "zod";

const id = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*$/, "write a short name of lower-case letters, digits, - and _")
  .max(40);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "write a local time such as 22:30");
const kw = z.number().min(0).max(1000, "looks like W: write kW, for example 3.5");
const tempC = z.number().min(-60).max(120);

/** An adapter's own settings: `kind` names the adapter, which checks the rest. */
export const AdapterConfig = z.looseObject({ kind: z.string() });
export type AdapterConfig = Readonly<z.output<typeof AdapterConfig>>;

/** Where a measured value comes from: an entity id alone, or with details. */
const sensorDetails = z.strictObject({
  source: z.string().min(1).describe("Home Assistant entity, or entity#attribute"),
  invert: z.boolean().default(false).describe("true when the source counts the other direction positive"),
  staleAfterMinutes: z.number().positive().default(30),
});
export const SensorConfig = z.union([
  z
    .string()
    .min(1)
    .transform((source) => ({ source, invert: false, staleAfterMinutes: 30 })),
  sensorDetails,
]);
export type SensorConfig = Readonly<z.output<typeof SensorConfig>>;

const named = { id, name: z.string().max(60).optional() };

export const BatteryConfig = z
  .strictObject({
    ...named,
    capacityKwh: z.number().positive().max(200, "looks like Wh: write kWh, for example 10.2"),
    minSoc: z.number().min(0).max(1).default(0.1).describe("share of the capacity that is never used"),
    maxSoc: z.number().min(0).max(1).default(1),
    maxChargeKw: kw,
    maxDischargeKw: kw,
    chargeEfficiency: z.number().min(0.3).max(1).default(0.95),
    dischargeEfficiency: z.number().min(0.3).max(1).default(0.95),
    wearPricePerKwh: z.number().min(0).max(5).default(0.02),
    sensors: z.strictObject({ soc: SensorConfig, power: SensorConfig.describe("positive: charging") }),
    control: AdapterConfig.optional(),
  })
  .refine((battery) => battery.minSoc < battery.maxSoc, { path: ["minSoc"], message: "must be below maxSoc" });

export const PvArrayConfig = z.strictObject({
  ...named,
  peakKw: kw,
  sensors: z.strictObject({ power: SensorConfig }),
  control: AdapterConfig.optional().describe("without it the plan never curtails"),
});

export const ZoneConfig = z.strictObject({
  ...named,
  heatCapacityKwhPerK: z.number().positive().max(1000),
  heatLossKwPerK: z.number().positive().max(10, "looks like W/K: write kW/K, for example 0.18"),
  internalGainsKw: kw.default(0.3).describe("people and appliances"),
  solarGainKwPerPvKw: z
    .number()
    .min(0)
    .max(5)
    .default(0.2)
    .describe("sun through the windows, per kW the solar array gives"),
  comfort: z.strictObject({
    minTempC: tempC.default(20),
    maxTempC: tempC.default(23),
    night: z.strictObject({ from: timeOfDay, until: timeOfDay, minTempC: tempC }).optional(),
    discomfortPricePerKelvinHour: z.number().min(0).max(100).default(2),
    boostTempC: tempC.default(22.5),
  }),
  sensors: z.strictObject({ temp: SensorConfig }),
  control: AdapterConfig.optional(),
});

export const TankConfig = z.strictObject({
  ...named,
  litres: z.number().positive().max(5000),
  heatLossKwPerK: z.number().min(0).max(1, "looks like W/K: write kW/K, for example 0.002").default(0.002),
  ambientTempC: tempC.default(20),
  minTempC: tempC.default(45),
  maxTempC: tempC.default(60),
  hardMaxTempC: tempC.default(75),
  boostTempC: tempC.default(55),
  dailyDrawKwh: z.number().min(0).max(100).default(5.8).describe("heat taken by taps on a usual day"),
  discomfortPricePerKelvinHour: z.number().min(0).max(100).default(0.5),
  sensors: z.strictObject({ temp: SensorConfig }),
  control: AdapterConfig.optional(),
});

export const HeatPumpConfig = z.strictObject({
  ...named,
  zoneId: id,
  tankId: id.optional(),
  maxPowerKw: kw.describe("electric"),
  copByOutdoorTemp: z
    .array(z.tuple([tempC, z.number().positive().max(12)]))
    .min(1)
    .default([
      [-20, 1.9],
      [-7, 2.5],
      [2, 3.2],
      [7, 3.9],
      [12, 4.4],
    ])
    .describe("space heating: outdoor °C and COP, linear between, flat outside"),
  waterCopFactor: z
    .number()
    .positive()
    .max(1.5)
    .default(0.75)
    .describe("COP for hot water as a share of that for space heating"),
  sensors: z.strictObject({ power: SensorConfig }),
});

export const ImmersionHeaterConfig = z.strictObject({
  ...named,
  tankId: id,
  powerKw: kw,
  sensors: z.strictObject({ power: SensorConfig }).optional(),
  control: AdapterConfig.optional(),
});

/** price = spot · factor + addPerKwh */
const PriceRule = z.strictObject({
  factor: z.number().min(0).max(10).default(1),
  addPerKwh: z.number().min(-5).max(5).default(0),
});

export const HomeConfig = z.strictObject({
  name: z.string().max(60).default("Home"),
  timeZone: z.string().describe("IANA name, for example Europe/Helsinki"),
  currency: z.string().regex(/^[A-Z]{3}$/, "write an ISO 4217 code, for example EUR"),
  service: z
    .strictObject({ host: z.string().default("127.0.0.1"), port: z.int().min(0).max(65535).default(8710) })
    .prefault({}),
  prices: z.strictObject({
    source: AdapterConfig,
    import: PriceRule.prefault({}),
    export: PriceRule.prefault({}),
  }),
  weather: z.strictObject({ source: AdapterConfig }),
  history: z
    .strictObject({ source: AdapterConfig })
    .optional()
    .describe("load and solar of earlier days, until the house has its own"),
  site: z.strictObject({ importLimitKw: kw.optional(), exportLimitKw: kw.optional() }).prefault({}),
  meters: z.strictObject({
    gridPower: SensorConfig.describe("positive: importing"),
    gridImportEnergy: SensorConfig.optional(),
    gridExportEnergy: SensorConfig.optional(),
    outdoorTemp: SensorConfig.optional(),
  }),
  batteries: z.array(BatteryConfig).default([]),
  pvArrays: z.array(PvArrayConfig).default([]),
  zones: z.array(ZoneConfig).default([]),
  tanks: z.array(TankConfig).default([]),
  heatPumps: z.array(HeatPumpConfig).default([]),
  immersionHeaters: z.array(ImmersionHeaterConfig).default([]),
  planning: z
    .strictObject({
      cycleMinutes: z.number().positive().max(60).default(5),
      horizonHours: z.number().min(6).max(168).default(48),
      validHours: z.number().min(0.5).max(24).default(2),
      timeLimitS: z.number().positive().max(60).default(5),
    })
    .prefault({}),
  commands: z
    .strictObject({
      attempts: z.int().min(1).max(10).default(5),
      acknowledgeWithinS: z.number().positive().default(120),
      verifyWithinS: z.number().positive().default(600),
      firstRetryS: z.number().positive().default(5),
      longestRetryS: z.number().positive().default(300),
    })
    .prefault({}),
  mqtt: z.strictObject({ url: z.string(), topicPrefix: z.string().default("ohmstead") }).optional(),
});
export type HomeConfig = Readonly<z.output<typeof HomeConfig>>;
export type HomeConfigInput = z.input<typeof HomeConfig>;
export type BatteryConfig = HomeConfig["batteries"][number];
export type PvArrayConfig = HomeConfig["pvArrays"][number];
export type ZoneConfig = HomeConfig["zones"][number];
export type TankConfig = HomeConfig["tanks"][number];
export type HeatPumpConfig = HomeConfig["heatPumps"][number];
export type ImmersionHeaterConfig = HomeConfig["immersionHeaters"][number];
