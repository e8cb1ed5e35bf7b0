import type { EvProblem, HouseholdProblem } from "@ohmstead/contract";
import { valueAt } from "../per-slot.ts";
import { chargeableKw, dischargeableKw } from "../self-use.ts";
import { highestChargeKw, leastChargeKw, nextSoc, type StorageProblem } from "../storage.ts";
import { exportLimitKw, goalSlot, importLimitKw } from "../wishes.ts";
import { clamp, type Diary, lastOf, write } from "./diary.ts";

/** What an inverter gives the house beyond what it takes, kW: it may be no more and no less than it lets through. */
interface InverterFlow {
  readonly maxToHouseKw: number;
  readonly maxFromHouseKw: number;
  toHouseKw: number;
}

const NO_INVERTER: InverterFlow = {
  maxToHouseKw: Number.POSITIVE_INFINITY,
  maxFromHouseKw: Number.POSITIVE_INFINITY,
  toHouseKw: 0,
};

/**
 * Self-use: the sun serves the house and its cars, then the batteries, then the grid; what the connection or an inverter does not take is
 * curtailed where possible. `loadKw` is all that is decided already.
 */
export function liveElectricity(problem: HouseholdProblem, diary: Diary, loadKw: number, k: number): void {
  const flows = new Map<string, InverterFlow>();
  for (const inverter of problem.inverters) {
    const { maxToHouseKw, maxFromHouseKw } = inverter;
    const flow = { maxToHouseKw, maxFromHouseKw, toHouseKw: 0 };
    for (const id of [...inverter.pvArrayIds, ...inverter.batteryIds]) flows.set(id, flow);
  }
  const flowOf = (id: string): InverterFlow => flows.get(id) ?? { ...NO_INVERTER };
  const usedKw = new Map<string, number>();
  /** Takes more sun, or (negative) less; what passes the inverter and what the house still needs follow. */
  let netKw = loadKw;
  const takeSun = (id: string, kw: number): void => {
    usedKw.set(id, (usedKw.get(id) ?? 0) + kw);
    flowOf(id).toHouseKw += kw;
    netKw -= kw;
  };
  const takeSpareSun = (): void => {
    for (const { id, forecastKw } of problem.pvArrays) {
      const { maxToHouseKw, toHouseKw } = flowOf(id);
      takeSun(id, clamp(maxToHouseKw - toHouseKw, valueAt(forecastKw, k) - (usedKw.get(id) ?? 0)));
    }
  };

  takeSpareSun();
  // Cars that wait for the sun come last: what others draw from the grid, it would seem they drew.
  for (const car of problem.evs.toSorted((a, b) => Number(b.mayChargeFromGrid) - Number(a.mayChargeFromGrid))) {
    const offeredKw = car.mayChargeFromGrid ? importLimitKw(problem, k) - netKw : -netKw;
    const chargeKw = carKw(problem, car, lastOf(diary.soc, car.id), Math.max(0, offeredKw), k);
    noteStorage(problem, diary, car, chargeKw, 0, k);
    netKw += chargeKw;
  }
  for (const battery of problem.batteries) {
    const flow = flowOf(battery.id);
    const soc = lastOf(diary.soc, battery.id);
    const chargeKw = chargeableKw(problem, battery, soc, k, Math.min(-netKw, flow.toHouseKw + flow.maxFromHouseKw));
    const dischargeKw = dischargeableKw(problem, battery, soc, k, Math.min(netKw, flow.maxToHouseKw - flow.toHouseKw));
    noteStorage(problem, diary, battery, chargeKw, dischargeKw, k);
    flow.toHouseKw += dischargeKw - chargeKw;
    netKw += chargeKw - dischargeKw;
  }
  // What a battery behind the inverter took makes room for sun that would not pass.
  takeSpareSun();
  for (const { id, curtailable } of problem.pvArrays) {
    if (!curtailable) continue;
    const { toHouseKw, maxFromHouseKw } = flowOf(id);
    const tooMuchKw = Math.min(-netKw - exportLimitKw(problem, k), toHouseKw + maxFromHouseKw);
    takeSun(id, -clamp(tooMuchKw, usedKw.get(id) ?? 0));
  }
  for (const { id } of problem.pvArrays) write(diary.kw, id, usedKw.get(id) ?? 0);
  write(diary.kw, "import", Math.max(0, netKw));
  write(diary.kw, "export", Math.max(0, -netKw));
}

export const chargeKey = (id: string): string => `${id}.charge`;
export const dischargeKey = (id: string): string => `${id}.discharge`;

function noteStorage(
  problem: HouseholdProblem,
  diary: Diary,
  storage: StorageProblem,
  chargeKw: number,
  dischargeKw: number,
  k: number,
): void {
  write(diary.kw, chargeKey(storage.id), chargeKw);
  write(diary.kw, dischargeKey(storage.id), dischargeKw);
  const soc = lastOf(diary.soc, storage.id);
  write(diary.soc, storage.id, nextSoc(storage, soc, chargeKw, dischargeKw, problem.slots[k]?.hours ?? 0));
}

/** A car charges at once with all it can, up to its goals (or full, without any), and with what somebody asks for beyond. */
function carKw(problem: HouseholdProblem, car: EvProblem, soc: number, offeredKw: number, k: number): number {
  const goals = car.goals.filter(({ atMs }) => goalSlot(problem, atMs) !== undefined);
  const untilSoc = goals.length > 0 ? Math.max(...goals.map((goal) => goal.soc)) : car.maxSoc;
  const highestKw = Math.min(highestChargeKw(problem, car, k), offeredKw);
  const towardsGoalKw = chargeableKw(problem, car, soc, k, highestKw, untilSoc);
  const demandKw = car.demandKw ? Math.min(valueAt(car.demandKw, k), highestKw) : 0;
  // The last bit of a goal is less than the least power: rather a little more than too little.
  const leastKw = soc < untilSoc - 1e-9 ? Math.min(Math.max(leastChargeKw(car), car.minGridChargeKw), highestKw) : 0;
  const askedKw = Math.max(demandKw, leastKw);
  return towardsGoalKw >= askedKw
    ? towardsGoalKw
    : Math.max(towardsGoalKw, chargeableKw(problem, car, soc, k, askedKw));
}
