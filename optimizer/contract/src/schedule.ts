import { z } from "zod";

const perSlot = z.array(z.number()).readonly();
/** One value per border between slots: one more than there are slots, the first is the present state. */
const perBorder = z.array(z.number()).readonly();

const StorageSchedule = z.strictObject({ id: z.string(), chargeKw: perSlot, dischargeKw: perSlot, soc: perBorder });

/** The part of a plan that the solver or the rules decide: powers per slot in kW, states per border. */
export const Schedule = z.strictObject({
  importKw: perSlot,
  exportKw: perSlot,
  pvArrays: z.array(z.strictObject({ id: z.string(), usedKw: perSlot })).readonly(),
  batteries: z.array(StorageSchedule).readonly(),
  evs: z.array(StorageSchedule).readonly(),
  zones: z
    .array(z.strictObject({ id: z.string(), tempC: perBorder, massTempC: perBorder.optional() }))
    .readonly()
    .describe("massTempC where the zone has a mass"),
  tanks: z.array(z.strictObject({ id: z.string(), tempC: perBorder })).readonly(),
  heatPumps: z
    .array(
      z.strictObject({
        id: z.string(),
        spaceKw: perSlot.describe("electric, the sum over its zones"),
        waterKw: perSlot.describe("electric"),
        zones: z.array(z.strictObject({ id: z.string(), powerKw: perSlot })).readonly(),
      }),
    )
    .readonly(),
  boilers: z
    .array(
      z.strictObject({
        id: z.string(),
        waterKw: perSlot.describe("heat"),
        zones: z.array(z.strictObject({ id: z.string(), heatKw: perSlot })).readonly(),
      }),
    )
    .readonly(),
  immersionHeaters: z.array(z.strictObject({ id: z.string(), powerKw: perSlot })).readonly(),
  appliances: z.array(z.strictObject({ id: z.string(), powerKw: perSlot })).readonly(),
});
export type Schedule = Readonly<z.output<typeof Schedule>>;
