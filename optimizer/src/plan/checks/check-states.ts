import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { valueAt, withId } from "../per-slot.ts";
import { simulateSoc, simulateTank, simulateZone } from "../simulate.ts";
import { highestSoc, lowestSocs, storageFlowsOf, storagesOf } from "../storage.ts";
import { hardMaxTempC } from "../wishes.ts";
import { type Complaints, TOLERANCE_K, TOLERANCE_KWH } from "./complaints.ts";

/**
 * Re-simulates every state from the present one by the schedule's powers, and compares border by border; then holds the
 * states against the limits that no plan may cross.
 */
export function checkStates(problem: HouseholdProblem, schedule: Schedule, complaints: Complaints): void {
  const compare = (
    subject: string,
    claimed: readonly number[],
    truth: readonly number[],
    unit: "K" | "kWh",
    scale = 1,
  ): void => {
    const tolerance = unit === "K" ? TOLERANCE_K : TOLERANCE_KWH;
    truth.forEach((state, border) => {
      const amount = Math.abs(valueAt(claimed, border) - state) * scale;
      if (border === 0) complaints.unless(subject, "does not begin at its present state", 0, amount, tolerance, unit);
      else
        complaints.unless(
          subject,
          "state at its end is not what its powers lead to",
          border - 1,
          amount,
          tolerance,
          unit,
        );
    });
  };
  for (const storage of storagesOf(problem)) {
    const { id, capacityKwh } = storage;
    const { soc } = withId(storageFlowsOf(schedule), id);
    compare(id, soc, simulateSoc(problem, schedule, storage), "kWh", capacityKwh);
    const low = lowestSocs(storage, problem.slots);
    const high = highestSoc(storage);
    soc.slice(1).forEach((end, k) => {
      const below = (valueAt(low, k + 1) - end) * capacityKwh;
      complaints.unless(id, "falls below minSoc", k, below, TOLERANCE_KWH, "kWh");
      complaints.unless(id, "rises above maxSoc", k, (end - high) * capacityKwh, TOLERANCE_KWH, "kWh");
    });
  }
  for (const zone of problem.zones) {
    const claimed = withId(schedule.zones, zone.id);
    const truth = simulateZone(problem, schedule, zone);
    compare(
      zone.id,
      claimed.tempC,
      truth.map(({ tempC }) => tempC),
      "K",
    );
    if (claimed.massTempC)
      compare(
        `${zone.id}, walls`,
        claimed.massTempC,
        truth.map(({ massTempC = Number.NaN }) => massTempC),
        "K",
      );
  }
  for (const tank of problem.tanks) {
    const { tempC } = withId(schedule.tanks, tank.id);
    compare(tank.id, tempC, simulateTank(problem, schedule, tank), "K");
    tempC.slice(1).forEach((end, k) => {
      complaints.unless(tank.id, "rises above hardMaxTempC", k, end - hardMaxTempC(tank), TOLERANCE_K, "K");
    });
  }
}
