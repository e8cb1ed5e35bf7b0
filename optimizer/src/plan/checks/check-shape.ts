import type { HouseholdProblem, Schedule } from "@ohmstead/contract";

type Device = { readonly id: string };

/** Every device of the problem is there once, no other is, each with a finite number per slot or border. */
export function checkShape(problem: HouseholdProblem, schedule: Schedule): string[] {
  const slotCount = problem.slots.length;
  const complaints: string[] = [];
  const series = (name: string, values: readonly number[], length: number) => {
    if (values.length !== length) complaints.push(`${name} has ${values.length} values instead of ${length}`);
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) complaints.push(`${name} is ${values[wrong]} at ${timeOf(problem, wrong)}: no number`);
  };
  const devices = <T extends Device>(wanted: readonly Device[], given: readonly T[], check: (device: T) => void) => {
    for (const { id } of wanted) {
      const count = given.filter((each) => each.id === id).length;
      if (count !== 1) complaints.push(`${id} is ${count} times in the schedule instead of once`);
    }
    for (const device of given) {
      if (!wanted.some(({ id }) => id === device.id)) complaints.push(`${device.id} is no device of the problem`);
      check(device);
    }
  };
  series("importKw", schedule.importKw, slotCount);
  series("exportKw", schedule.exportKw, slotCount);
  devices(problem.pvArrays, schedule.pvArrays, (pv) => series(`${pv.id}.usedKw`, pv.usedKw, slotCount));
  devices(problem.batteries, schedule.batteries, (battery) => {
    series(`${battery.id}.chargeKw`, battery.chargeKw, slotCount);
    series(`${battery.id}.dischargeKw`, battery.dischargeKw, slotCount);
    series(`${battery.id}.soc`, battery.soc, slotCount + 1);
  });
  devices(problem.zones, schedule.zones, (zone) => series(`${zone.id}.tempC`, zone.tempC, slotCount + 1));
  devices(problem.tanks, schedule.tanks, (tank) => series(`${tank.id}.tempC`, tank.tempC, slotCount + 1));
  devices(problem.heatPumps, schedule.heatPumps, (pump) => {
    series(`${pump.id}.spaceKw`, pump.spaceKw, slotCount);
    series(`${pump.id}.waterKw`, pump.waterKw, slotCount);
  });
  devices(problem.immersionHeaters, schedule.immersionHeaters, (heater) =>
    series(`${heater.id}.powerKw`, heater.powerKw, slotCount),
  );
  return complaints;
}

const timeOf = (problem: HouseholdProblem, index: number): string =>
  new Date((problem.slots[index] ?? problem.slots.at(-1))?.startMs ?? 0).toISOString().replace(".000Z", "Z");
