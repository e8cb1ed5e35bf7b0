import { type HouseholdProblem, perEuro, type PlanCost, type Schedule } from "@ohmstead/contract";
import { checkAppliances } from "./checks/check-appliances.ts";
import { checkHeatPumps } from "./checks/check-heat-pumps.ts";
import { checkHeaters } from "./checks/check-heaters.ts";
import { checkPowerFlows } from "./checks/check-power-flows.ts";
import { checkShape } from "./checks/check-shape.ts";
import { checkStates } from "./checks/check-states.ts";
import { checkStorages } from "./checks/check-storages.ts";
import { gatherComplaints } from "./checks/complaints.ts";
import { priceSchedule } from "./price-schedule.ts";

/** Ties are broken and prices capped inside the programme, which moves its objective a little. */
const MONEY_TOLERANCE = 1e-3;

const MONEY_ITEMS: readonly (keyof PlanCost)[] = [
  "energy",
  "export",
  "fuel",
  "wear",
  "start",
  "demand",
  "discomfort",
  "change",
  "endValue",
  "total",
];

/**
 * Judges a schedule by the problem alone, knowing nothing of how it was made: power balance, every limit of every device, its switching,
 * states re-simulated from the powers, nothing both ways at once, and the money when it is claimed (the total, or all items).
 * Each complaint names device, slot, rule and amount; none means accepted. Tolerances: 1e-4 kW, 1e-4 kWh, 1e-3 K, 1 s, 1e-3 of
 * max(about a euro, |money|).
 */
export function checkSchedule(problem: HouseholdProblem, schedule: Schedule, claimed?: PlanCost | number): string[] {
  const misshapen = checkShape(problem, schedule);
  if (misshapen.length > 0) return misshapen;
  const complaints = gatherComplaints(problem.slots);
  checkPowerFlows(problem, schedule, complaints);
  checkStorages(problem, schedule, complaints);
  checkHeatPumps(problem, schedule, complaints);
  checkHeaters(problem, schedule, complaints);
  checkAppliances(problem, schedule, complaints);
  checkStates(problem, schedule, complaints);
  const money =
    claimed === undefined ? [] : checkMoney(priceSchedule(problem, schedule), claimed, perEuro(problem.currency));
  return [...complaints.lines(), ...money];
}

function checkMoney(cost: PlanCost, claimed: PlanCost | number, oneEuro: number): string[] {
  const items = typeof claimed === "number" ? (["total"] as const) : MONEY_ITEMS;
  return items.flatMap((item) => {
    const said = typeof claimed === "number" ? claimed : claimed[item];
    const apart = Math.abs(said - cost[item]);
    if (apart <= MONEY_TOLERANCE * Math.max(oneEuro, Math.abs(cost[item]))) return [];
    return [`money, whole horizon: ${item} is ${cost[item].toFixed(4)}, but ${said.toFixed(4)} is claimed`];
  });
}
