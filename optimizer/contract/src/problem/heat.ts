import { z } from "zod";
import { price, startPrice, wear, weight } from "../money.ts";
import { Span, hours, id, kw, perSlot, share, tempC } from "./fields.ts";

const heatLossKwPerK = z.number().min(0).max(10, "looks like W/K: write kW/K, for example 0.18");

/**
 * A room or storey. One node: `C · dT/dt = heat + gains − UA · (T − outdoor)`.
 * With `mass` two, air and walls: `C · dT/dt = (1 − s) · (heat + gains) − UA · (T − outdoor) − U · (T − Tm)` and
 * `Cm · dTm/dt = s · (heat + gains) − UAm · (Tm − outdoor) + U · (T − Tm)`; s = gainShare, U = couplingKwPerK.
 * Comfort limits hold for the air at the end of each slot; they are wishes: what is missed is priced and named.
 */
export const ZoneProblem = z.strictObject({
  id,
  tempC,
  heatCapacityKwhPerK: z.number().min(0.001).max(1000),
  heatLossKwPerK: heatLossKwPerK.describe("to the outdoors"),
  mass: z
    .strictObject({
      tempC,
      heatCapacityKwhPerK: z.number().min(0.001).max(1000),
      heatLossKwPerK: heatLossKwPerK.default(0).describe("to the outdoors"),
      couplingKwPerK: z.number().positive().max(100, "looks like W/K: write kW/K, for example 0.9"),
      gainShare: share.default(0).describe("share of heat and gains that goes into the walls at once"),
    })
    .optional(),
  gainsKw: perSlot(kw).describe("sun and people, kW of heat"),
  comfortMinTempC: perSlot(tempC),
  comfortMaxTempC: perSlot(tempC),
  discomfortPricePerKelvinHour: weight.default(2).describe("for the first kelvin below the band"),
  discomfortFactorBeyond: z.number().min(1).max(100).default(4).describe("what a kelvin beyond the first weighs more"),
  overheatPricePerKelvinHour: weight.optional().describe("for the first kelvin above the band; default: as below it"),
  overheatFactorBeyond: z.number().min(1).max(100).default(4),
  endValuePerKwh: price
    .optional()
    .describe("worth of a kWh of heat at the end, up to endReferenceTempC; default: from the prices"),
  endReferenceTempC: tempC.optional().describe("warmer is worth no more; default: comfortMin at the end + 1 K"),
  toldAs: z
    .enum(["setpoint", "offset", "level"])
    .default("setpoint")
    .describe("what its control takes: a set-point, an offset on the heating curve, or an SG-Ready level"),
  plainTempC: tempC
    .optional()
    .describe("told as an offset: what its heating curve holds without one; default: the highest comfortMinTempC"),
});

/** A hot-water tank of one thermal node. Minimum and maximum are wishes, hardMaxTempC is a limit. */
export const TankProblem = z.strictObject({
  id,
  tempC,
  heatCapacityKwhPerK: z.number().min(0.001).max(20).describe("litres × 0.001163"),
  heatLossKwPerK: z.number().min(0).max(1, "looks like W/K: write kW/K, for example 0.002"),
  ambientTempC: tempC.default(20),
  drawKw: perSlot(kw).describe("heat taken by taps, mean of the slot"),
  minTempC: perSlot(tempC),
  maxTempC: tempC.default(60),
  hardMaxTempC: tempC.default(80),
  discomfortPricePerKelvinHour: weight.default(0.5),
  hygiene: Span.extend({
    tempC,
    pricePerKelvin: weight.default(0.5),
  })
    .optional()
    .describe("legionella: the tank is this hot at the end of at least one slot that ends within the span"),
  endValuePerKwh: price.optional(),
  endReferenceTempC: tempC.optional().describe("hotter is worth no more at the end; default: maxTempC"),
});

/** Electric power in, heat out; space heat and hot water share its power within a slot. */
export const HeatPumpProblem = z.strictObject({
  id,
  zoneIds: z.array(id).readonly().describe("the rooms it can heat; how its heat is shared among them is planned"),
  tankId: id.optional(),
  maxPowerKw: perSlot(kw).describe("electric power available, per slot"),
  minPowerKw: kw.default(0).describe("least power of the running compressor; where maxPowerKw is lower it rests"),
  copSpace: perSlot(z.number().positive().max(12)),
  copWater: perSlot(z.number().positive().max(12)).describe("needed even without a tank; then any value"),
  heatingLimitTempC: tempC.optional().describe("no space heat in slots that are warmer outdoors"),
  lagHours: z.number().min(0).max(12).default(0).describe("space heat reaches the rooms this much later"),
  minRunHours: hours.default(0),
  minPauseHours: hours.default(0),
  startPrice: startPrice.default(0).describe("cost of each start"),
  changePricePerKw: wear.default(0.005).describe("cost per kW of change between slots: keeps the plan calm"),
  previousKw: kw.default(0).describe("electric power just before the first slot"),
  previousHours: z.number().min(0).default(24).describe("how long it has run, or rested, before the first slot"),
});

/** Gas, oil, wood or district heat as another producer: heat at a price of its own. */
export const BoilerProblem = z.strictObject({
  id,
  zoneIds: z.array(id).readonly().default([]),
  tankId: id.optional(),
  maxHeatKw: perSlot(kw),
  fuelPricePerKwh: perSlot(price).describe("per kWh of fuel"),
  efficiency: z.number().min(0.3).max(1.1).default(0.92).describe("heat per kWh of fuel"),
});

export const ImmersionHeaterProblem = z.strictObject({
  id,
  tankId: id,
  powerKw: kw,
  onOff: z.boolean().default(false).describe("true: on or off for the whole slot; false: any share of it"),
});
