import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { valueAt, withId } from "../per-slot.ts";
import {
  chargeLimitKw,
  dischargeLimitKw,
  isConnected,
  leastChargeKw,
  leastDischargeKw,
  storageFlowsOf,
  storagesOf,
  surplusKw,
  taperedKw,
} from "../storage.ts";
import { isHeld } from "../wishes.ts";
import { type Complaints, TOLERANCE_KW, TOLERANCE_KWH } from "./complaints.ts";

/** Batteries and cars: what they may take and give, when, and with what at the meter. Their contents are checked with the other states. */
export function checkStorages(problem: HouseholdProblem, schedule: Schedule, complaints: Complaints): void {
  for (const storage of storagesOf(problem)) {
    const { id, minGridChargeKw } = storage;
    const flow = withId(storageFlowsOf(schedule), id);
    const [leastCharge, leastDischarge] = [leastChargeKw(storage), leastDischargeKw(storage)];
    problem.slots.forEach((_, k) => {
      const unless = (rule: string, amountKw: number) => complaints.unlessKw(id, rule, k, amountKw);
      const chargeKw = valueAt(flow.chargeKw, k);
      const dischargeKw = valueAt(flow.dischargeKw, k);
      unless("chargeKw is negative", -chargeKw);
      unless("dischargeKw is negative", -dischargeKw);
      unless("chargeKw exceeds its limit", chargeKw - chargeLimitKw(storage, k));
      unless("dischargeKw exceeds its limit", dischargeKw - dischargeLimitKw(storage, k));
      unless("charges and discharges at once", Math.min(chargeKw, dischargeKw));
      unless("charges below its least power", Math.min(chargeKw, leastCharge - chargeKw));
      unless("discharges below its least power", Math.min(dischargeKw, leastDischarge - dischargeKw));
      if (isHeld(problem, id, k)) unless("moves though it is held", Math.max(chargeKw, dischargeKw));
      if (!isConnected(storage, k)) unless("moves though it is not connected", Math.max(chargeKw, dischargeKw));
      unless(
        "charges from the grid with less than minGridChargeKw",
        Math.min(chargeKw - surplusKw(problem, k), minGridChargeKw - chargeKw),
      );
      if (!storage.mayChargeFromGrid)
        unless("charges while the house buys", Math.min(chargeKw, valueAt(schedule.importKw, k)));
      if (!storage.mayExport)
        unless("discharges while the house sells", Math.min(dischargeKw, valueAt(schedule.exportKw, k)));
      if (chargeKw > TOLERANCE_KW && storage.soc > storage.maxSoc)
        complaints.unless(
          id,
          "charges to above maxSoc",
          k,
          (valueAt(flow.soc, k + 1) - storage.maxSoc) * storage.capacityKwh,
          TOLERANCE_KWH,
          "kWh",
        );
      // Near full a straight line may be steep: a content within its tolerance must not break a power limit.
      const endSoc = valueAt(flow.soc, k + 1) - TOLERANCE_KWH / storage.capacityKwh;
      if (chargeKw > 0) unless("chargeKw exceeds what its content leaves", chargeKw - taperedKw(storage, endSoc));
    });
  }
}
