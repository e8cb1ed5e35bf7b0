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
  /** `owner` is the device that the given ones are parts of, or nothing. */
  const devices = <T extends Device>(
    wanted: readonly string[],
    given: readonly T[],
    check: (device: T) => void,
    owner = "",
  ) => {
    for (const id of wanted) {
      const count = given.filter((each) => each.id === id).length;
      if (count !== 1) complaints.push(`${owner}${id} is ${count} times in the schedule instead of once`);
    }
    for (const device of given) {
      if (!wanted.includes(device.id))
        complaints.push(`${owner}${device.id} is no ${owner ? "room" : "device"} of the problem`);
      check(device);
    }
  };
  const storage = ({ id, chargeKw, dischargeKw, soc }: Schedule["batteries"][number]) => {
    series(`${id}.chargeKw`, chargeKw, slotCount);
    series(`${id}.dischargeKw`, dischargeKw, slotCount);
    series(`${id}.soc`, soc, slotCount + 1);
  };
  const power = ({ id, powerKw }: { readonly id: string; readonly powerKw: readonly number[] }) =>
    series(`${id}.powerKw`, powerKw, slotCount);

  series("importKw", schedule.importKw, slotCount);
  series("exportKw", schedule.exportKw, slotCount);
  devices(idsOf(problem.pvArrays), schedule.pvArrays, (pv) => series(`${pv.id}.usedKw`, pv.usedKw, slotCount));
  devices(idsOf(problem.batteries), schedule.batteries, storage);
  devices(idsOf(problem.evs), schedule.evs, storage);
  devices(idsOf(problem.zones), schedule.zones, ({ id, tempC, massTempC }) => {
    series(`${id}.tempC`, tempC, slotCount + 1);
    const hasMass = problem.zones.some((zone) => zone.id === id && zone.mass);
    if (massTempC) series(`${id}.massTempC`, massTempC, slotCount + 1);
    if (hasMass !== (massTempC !== undefined))
      complaints.push(`${id} has ${hasMass ? "no massTempC, but a mass" : "a massTempC, but no mass"}`);
  });
  devices(idsOf(problem.tanks), schedule.tanks, (tank) => series(`${tank.id}.tempC`, tank.tempC, slotCount + 1));
  devices(idsOf(problem.heatPumps), schedule.heatPumps, ({ id, spaceKw, waterKw, zones }) => {
    series(`${id}.spaceKw`, spaceKw, slotCount);
    series(`${id}.waterKw`, waterKw, slotCount);
    const zoneIds = problem.heatPumps.find((pump) => pump.id === id)?.zoneIds ?? [];
    devices(zoneIds, zones, (zone) => power({ ...zone, id: `${id}.${zone.id}` }), `${id}.`);
  });
  devices(idsOf(problem.boilers), schedule.boilers, ({ id, waterKw, zones }) => {
    series(`${id}.waterKw`, waterKw, slotCount);
    const zoneIds = problem.boilers.find((boiler) => boiler.id === id)?.zoneIds ?? [];
    devices(zoneIds, zones, (zone) => series(`${id}.${zone.id}.heatKw`, zone.heatKw, slotCount), `${id}.`);
  });
  devices(idsOf(problem.immersionHeaters), schedule.immersionHeaters, power);
  devices(idsOf(problem.appliances), schedule.appliances, power);
  return complaints;
}

const idsOf = (devices: readonly Device[]): string[] => devices.map(({ id }) => id);

const timeOf = (problem: HouseholdProblem, index: number): string =>
  new Date((problem.slots[index] ?? problem.slots.at(-1))?.startMs ?? 0).toISOString().replace(".000Z", "Z");
