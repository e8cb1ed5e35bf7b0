import { z } from "zod";
import { discomfort, price, startPrice, weight } from "../money.ts";
import { hours, id, kw, share, tempC } from "../problem/fields.ts";
import { AdapterConfig, named, SensorConfig, timeOfDay, timeRule } from "./fields.ts";

export const ZoneConfig = z.strictObject({
  ...named,
  heatCapacityKwhPerK: z.number().positive().max(1000).describe("with `mass`: of the air and what warms with it"),
  heatLossKwPerK: z.number().positive().max(10, "looks like W/K: write kW/K, for example 0.18"),
  mass: z
    .strictObject({
      heatCapacityKwhPerK: z.number().positive().max(1000),
      heatLossKwPerK: z.number().min(0).max(10, "looks like W/K: write kW/K, for example 0.05").default(0),
      couplingKwPerK: z.number().positive().max(100, "looks like W/K: write kW/K, for example 0.9"),
      gainShare: share.default(0).describe("share of heat and gains that goes into the walls at once"),
    })
    .optional()
    .describe("walls and floors, which warm and cool more slowly than the air"),
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
    discomfortPricePerKelvinHour: discomfort.default(2),
    boostTempC: tempC.default(22.5),
    vacationTempC: tempC.default(16).describe("kept while everybody is away"),
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
  vacationTempC: tempC
    .default(40)
    .describe("kept while everybody is away; its hygiene time goes on, and nothing is drawn"),
  dailyDrawKwh: z.number().min(0).max(100).default(5.8).describe("heat taken by taps on a usual day"),
  discomfortPricePerKelvinHour: discomfort.default(0.5),
  hygiene: z
    .strictObject({ ...timeRule, tempC: tempC.default(60), pricePerKelvin: weight.default(0.5) })
    .optional()
    .describe("against legionella: once in this time the whole tank is this hot"),
  sensors: z.strictObject({ temp: SensorConfig }),
  control: AdapterConfig.optional(),
});

/** COP for space heating by outdoor °C where a config says nothing: a usual air-to-water heat pump. */
export const USUAL_COP: readonly (readonly [number, number])[] = [
  [-20, 1.9],
  [-7, 2.5],
  [2, 3.2],
  [7, 3.9],
  [12, 4.4],
];

export const HeatPumpConfig = z.strictObject({
  ...named,
  zoneIds: z.array(id).readonly().default([]).describe("the rooms it can heat"),
  tankId: id.optional(),
  maxPowerKw: kw.describe("electric"),
  minPowerKw: kw.default(0).describe("electric, least power of the running compressor"),
  minRunHours: hours.default(0),
  minPauseHours: hours.default(0),
  startPrice: startPrice.default(0).describe("what a start costs in ageing"),
  heatingLimitTempC: tempC.optional().describe("no space heat while it is warmer outdoors"),
  lagHours: z.number().min(0).max(12).default(0).describe("space heat reaches the rooms this much later"),
  limits: z
    .array(z.strictObject({ ...timeRule, maxPowerKw: kw }))
    .readonly()
    .default([])
    .describe("lower powers at some times of the day, for quiet nights"),
  quietShare: share.default(0.5).describe("of maxPowerKw, at most so much while somebody asks for quiet"),
  heatingCurve: z
    .strictObject({
      baseTempC: tempC.default(22).describe("flow temperature at 20 °C outdoors"),
      slope: z.number().min(0).max(4).describe("K of flow temperature per K of cold"),
      minTempC: tempC.default(22),
      maxTempC: tempC.default(55),
    })
    .optional()
    .describe("flow temperature = baseTempC + slope · (20 °C − outdoor); the COP follows from it"),
  qualityShare: share.default(0.46).describe("with heatingCurve: COP as a share of the Carnot limit"),
  waterFlowTempC: tempC.default(55).describe("with heatingCurve: flow temperature for hot water"),
  copByOutdoorTemp: z
    .array(z.tuple([tempC, z.number().positive().max(12)]))
    .min(1)
    .readonly()
    .optional()
    .describe(
      `space heating: outdoor °C and COP, linear between, flat outside; default: from heatingCurve, without one ${JSON.stringify(USUAL_COP)}`,
    ),
  waterCopFactor: z
    .number()
    .positive()
    .max(1.5)
    .default(0.75)
    .describe("with a table: COP for hot water as a share of that for space heating"),
  sensors: z.strictObject({
    power: SensorConfig,
    flowTemp: SensorConfig.optional().describe("of the water it sends out"),
    returnTemp: SensorConfig.optional().describe("of the water that comes back; with flowTemp: its spread is derived"),
    flowRate: SensorConfig.optional().describe("of that water, l/min, l/h or m³/h: its heat and COP are derived"),
  }),
  joinWithinS: z
    .number()
    .positive()
    .max(600)
    .default(60)
    .describe("values of these sensors that are further apart are not taken to be of one moment"),
});

/** Gas, oil, wood or district heat beside the heat pump. */
export const BoilerConfig = z.strictObject({
  ...named,
  zoneIds: z.array(id).readonly().default([]),
  tankId: id.optional(),
  maxHeatKw: kw,
  fuelPricePerKwh: price.describe("per kWh of fuel"),
  efficiency: z.number().min(0.3).max(1.1).default(0.92).describe("heat per kWh of fuel"),
  control: AdapterConfig.optional(),
});

export const ImmersionHeaterConfig = z.strictObject({
  ...named,
  tankId: id,
  powerKw: kw,
  onOff: z.boolean().default(false).describe("true: on or off, false: any power in between"),
  sensors: z.strictObject({ power: SensorConfig }).optional(),
  control: AdapterConfig.optional(),
});
