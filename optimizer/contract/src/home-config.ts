import { z } from "zod";
import { CloudConfig } from "./home/clouds.ts";
import { AdapterConfig, SensorConfig, Sources } from "./home/fields.ts";
import { BoilerConfig, HeatPumpConfig, ImmersionHeaterConfig, TankConfig, ZoneConfig } from "./home/heat.ts";
import { PricesConfig } from "./home/prices.ts";
import { ApplianceConfig, InverterConfig, PvArrayConfig, SiteConfig } from "./home/site.ts";
import { BatteryConfig, EvConfig } from "./home/storage.ts";
import { Currency, gain, inOwnCurrency } from "./money.ts";

export { CloudConfig } from "./home/clouds.ts";
export { AdapterConfig, type Moment, SensorConfig, type TimeRule, WEEKDAYS } from "./home/fields.ts";
export { BoilerConfig, HeatPumpConfig, ImmersionHeaterConfig, TankConfig, USUAL_COP, ZoneConfig } from "./home/heat.ts";
export { type GridFee, type PriceRule, type Tariff } from "./home/prices.ts";
export { ApplianceConfig, InverterConfig, PvArrayConfig, SiteConfig } from "./home/site.ts";
export { BatteryConfig, EvConfig } from "./home/storage.ts";
export { MONTHS, type SeasonRule, TariffShape } from "./home/tariff.ts";

/** Its parts, before what they need of the currency. */
export const HomeFields = z.strictObject({
  name: z.string().max(60).default("Home"),
  timeZone: z.string().describe("IANA name, for example Europe/Helsinki"),
  currency: Currency.describe("ISO 4217; all money and prices of this file are in it"),
  service: z
    .strictObject({ host: z.string().default("127.0.0.1"), port: z.int().min(0).max(65535).default(8710) })
    .prefault({}),
  prices: PricesConfig,
  weather: z.strictObject({ source: Sources }),
  history: z
    .strictObject({ source: AdapterConfig })
    .optional()
    .describe("load and solar of earlier days, until the house has its own"),
  holidays: z
    .strictObject({
      country: z.string().regex(/^[A-Z]{2}$/, "write an ISO 3166 code, for example DE"),
      region: z
        .string()
        .regex(/^[A-Z]{2,3}$/, "write the part after the country of its ISO 3166-2 code, for example BY for Bavaria")
        .optional(),
    })
    .optional()
    .describe("whose public holidays are like Sundays; without it the country of the time zone"),
  load: z
    .strictObject({
      annualKwh: z
        .number()
        .positive()
        .max(200_000, "looks like Wh: write kWh, for example 3500")
        .default(3500)
        .describe(
          "what the house draws in a year without the devices that are planned; counts until it has been measured",
        ),
    })
    .prefault({}),
  site: SiteConfig.prefault({}),
  meters: z.strictObject({
    gridPower: SensorConfig.describe("positive: importing"),
    gridImportEnergy: SensorConfig.optional(),
    gridExportEnergy: SensorConfig.optional(),
    outdoorTemp: SensorConfig.optional(),
    gridConnected: SensorConfig.optional().describe(
      "on while the grid is there: during an outage no command is sent, so that the battery's reserve is left alone",
    ),
  }),
  batteries: z.array(BatteryConfig).default([]),
  evs: z.array(EvConfig).default([]),
  pvArrays: z.array(PvArrayConfig).default([]),
  inverters: z.array(InverterConfig).default([]),
  zones: z.array(ZoneConfig).default([]),
  tanks: z.array(TankConfig).default([]),
  heatPumps: z.array(HeatPumpConfig).default([]),
  boilers: z.array(BoilerConfig).default([]),
  immersionHeaters: z.array(ImmersionHeaterConfig).default([]),
  appliances: z.array(ApplianceConfig).default([]),
  planning: z
    .strictObject({
      cycleMinutes: z.number().positive().max(60).default(5),
      horizonHours: z.number().min(6).max(168).default(48),
      validHours: z.number().min(0.5).max(24).default(2),
      timeLimitS: z.number().positive().max(60).default(5),
      keepUnlessGain: gain.default(0.02).describe("what runs now is changed only where that saves more than this"),
    })
    .prefault({}),
  commands: z
    .strictObject({
      attempts: z.int().min(1).max(10).default(5),
      acknowledgeWithinS: z.number().positive().default(120),
      verifyWithinS: z.number().positive().default(600),
      firstRetryS: z.number().positive().default(5),
      longestRetryS: z.number().positive().default(300),
      reconcileMinutes: z.number().positive().max(60).default(5).describe("intended is compared with actual so often"),
      overrideMinutes: z
        .number()
        .min(0)
        .max(7 * 24 * 60)
        .default(120)
        .describe("a change by hand is respected for so long"),
      writesPerDay: z
        .int()
        .min(4)
        .max(10_000)
        .default(24)
        .describe(
          "write budget of a device: attempts carried to it per local day; the last four are kept for people and safety",
        ),
      perMinute: z.int().min(1).max(60).default(4).describe("most attempts to one device per minute"),
      perHour: z.int().min(1).max(1000).default(20),
      breaker: z
        .strictObject({
          failures: z.int().min(1).max(100).default(5).describe("so many failed attempts in a row open it"),
          halfOpenAfterS: z.number().positive().default(300),
          successes: z.int().min(1).max(10).default(2).describe("so many proved commands close it"),
        })
        .prefault({}),
    })
    .prefault({}),
  mqtt: z
    .strictObject({
      url: z.string(),
      topicPrefix: z.string().default("ohmstead"),
      discoveryPrefix: z.string().default("homeassistant").describe("where Home Assistant looks for new devices"),
      ingest: z
        .strictObject({
          topics: z
            .array(
              z
                .string()
                .max(200)
                .regex(
                  /^([^+#/]*|\+)(\/([^+#/]*|\+))*(\/#)?$|^#$/,
                  "write a topic such as greenbox/+/sensors/#: + stands for one level, # for all that follow, at the end only",
                ),
            )
            .min(1)
            .max(20)
            .readonly()
            .describe("where gateways say what they measure"),
          sessionHours: z
            .number()
            .positive()
            .max(24 * 7)
            .default(24)
            .describe("the broker keeps for so long what comes while Ohmstead is away"),
        })
        .optional(),
    })
    .optional(),
  clouds: z.array(CloudConfig).default([]).describe("interfaces of makers that the optimizer itself speaks to"),
});
export const HomeConfig = inOwnCurrency(HomeFields);
export type HomeConfig = Readonly<z.output<typeof HomeConfig>>;
export type HomeConfigInput = z.input<typeof HomeFields>;
export type BatteryConfig = HomeConfig["batteries"][number];
export type EvConfig = HomeConfig["evs"][number];
export type PvArrayConfig = HomeConfig["pvArrays"][number];
export type InverterConfig = HomeConfig["inverters"][number];
export type ZoneConfig = HomeConfig["zones"][number];
export type TankConfig = HomeConfig["tanks"][number];
export type HeatPumpConfig = HomeConfig["heatPumps"][number];
export type BoilerConfig = HomeConfig["boilers"][number];
export type ImmersionHeaterConfig = HomeConfig["immersionHeaters"][number];
export type ApplianceConfig = HomeConfig["appliances"][number];
