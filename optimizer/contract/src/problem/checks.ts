import type { HouseholdFields } from "../household-problem.ts";
import { slotEndMs } from "../slot.ts";

export type Path = (string | number)[];
export type Complain = (path: Path, message: string) => void;
type Fields = HouseholdFields;
type Group =
  | "pvArrays"
  | "inverters"
  | "batteries"
  | "evs"
  | "zones"
  | "tanks"
  | "heatPumps"
  | "boilers"
  | "immersionHeaters"
  | "appliances";

/** Every series with the place where it stands; those that are not given are left out. */
function seriesOf(problem: Fields): [path: Path, length: number][] {
  const fieldsOf = <T extends object>(group: Group, devices: readonly T[], fields: readonly (keyof T & string)[]) =>
    devices.flatMap((device, i) =>
      fields.flatMap((field): [Path, number][] => {
        const series: unknown = device[field];
        return Array.isArray(series) ? [[[group, i, field], series.length]] : [];
      }),
    );
  const house = (field: "importPricePerKwh" | "exportPricePerKwh" | "baseLoadKw" | "outdoorTempC"): [Path, number] => [
    [field],
    problem[field].length,
  ];
  const site = (field: "importLimitPerSlotKw" | "exportLimitPerSlotKw"): [Path, number][] => {
    const series = problem.site[field];
    return series ? [[["site", field], series.length]] : [];
  };
  const storage = ["chargeLimitKw", "dischargeLimitKw", "demandKw"] as const;
  return [
    house("importPricePerKwh"),
    house("exportPricePerKwh"),
    house("baseLoadKw"),
    house("outdoorTempC"),
    ...site("importLimitPerSlotKw"),
    ...site("exportLimitPerSlotKw"),
    ...fieldsOf("pvArrays", problem.pvArrays, ["forecastKw"]),
    ...fieldsOf("batteries", problem.batteries, storage),
    ...fieldsOf("evs", problem.evs, [...storage, "connected"]),
    ...fieldsOf("zones", problem.zones, ["gainsKw", "comfortMinTempC", "comfortMaxTempC"]),
    ...fieldsOf("tanks", problem.tanks, ["drawKw", "minTempC"]),
    ...fieldsOf("heatPumps", problem.heatPumps, ["maxPowerKw", "copSpace", "copWater"]),
    ...fieldsOf("boilers", problem.boilers, ["maxHeatKw", "fuelPricePerKwh"]),
  ];
}

export function checkLengths(problem: Fields, complain: Complain): void {
  const slotCount = problem.slots.length;
  for (const [path, length] of seriesOf(problem))
    if (length !== slotCount)
      complain(path, `has ${length} values, but there are ${slotCount} slots: give one value per slot`);
}

export function checkSlots(problem: Fields, complain: Complain): void {
  problem.slots.forEach((slot, k) => {
    const previous = problem.slots[k - 1];
    if (previous && Math.abs(slotEndMs(previous) - slot.startMs) > 1)
      complain(["slots", k, "startMs"], "does not begin where the slot before it ends");
  });
}

export function checkReferences(problem: Fields, complain: Complain): void {
  const ids = new Map<string, Group>();
  const groups: Record<Group, readonly { readonly id: string }[]> = {
    pvArrays: problem.pvArrays,
    inverters: problem.inverters,
    batteries: problem.batteries,
    evs: problem.evs,
    zones: problem.zones,
    tanks: problem.tanks,
    heatPumps: problem.heatPumps,
    boilers: problem.boilers,
    immersionHeaters: problem.immersionHeaters,
    appliances: problem.appliances,
  };
  for (const [group, devices] of Object.entries(groups) as [Group, readonly { readonly id: string }[]][])
    devices.forEach((device, i) => {
      const other = ids.get(device.id);
      if (other) complain([group, i, "id"], `"${device.id}" is already the name of a device in ${other}`);
      ids.set(device.id, group);
    });
  const refer = (path: Path, wanted: string | undefined, group: Group) => {
    if (wanted !== undefined && ids.get(wanted) !== group)
      complain(
        path,
        `there is no "${wanted}" in ${group}; there are: ${groups[group].map((each) => each.id).join(", ") || "none"}`,
      );
  };
  const referAll = (path: Path, wanted: readonly string[], group: Group) => {
    wanted.forEach((each, i) => {
      refer([...path, i], each, group);
      if (wanted.indexOf(each) < i) complain([...path, i], `"${each}" is named twice`);
    });
  };
  problem.heatPumps.forEach((pump, i) => {
    referAll(["heatPumps", i, "zoneIds"], pump.zoneIds, "zones");
    refer(["heatPumps", i, "tankId"], pump.tankId, "tanks");
  });
  problem.boilers.forEach((boiler, i) => {
    referAll(["boilers", i, "zoneIds"], boiler.zoneIds, "zones");
    refer(["boilers", i, "tankId"], boiler.tankId, "tanks");
  });
  problem.immersionHeaters.forEach((heater, i) => refer(["immersionHeaters", i, "tankId"], heater.tankId, "tanks"));
  const behind = new Map<string, string>();
  problem.inverters.forEach((inverter, i) => {
    referAll(["inverters", i, "pvArrayIds"], inverter.pvArrayIds, "pvArrays");
    referAll(["inverters", i, "batteryIds"], inverter.batteryIds, "batteries");
    for (const device of [...inverter.pvArrayIds, ...inverter.batteryIds]) {
      const other = behind.get(device);
      if (other) complain(["inverters", i], `"${device}" is already behind inverter "${other}"`);
      behind.set(device, inverter.id);
    }
    for (const array of problem.pvArrays)
      if (inverter.pvArrayIds.includes(array.id) && !array.curtailable)
        complain(
          ["inverters", i, "pvArrayIds"],
          `inverter "${inverter.id}" clips array "${array.id}": set its curtailable to true`,
        );
  });
  const overrideGroup = { batteryHold: "batteries", boostWater: "tanks", boostHeat: "zones" } as const;
  problem.overrides.forEach((each, i) => refer(["overrides", i, "deviceId"], each.deviceId, overrideGroup[each.kind]));
}

type Storage = Fields["batteries"][number] | Fields["evs"][number];

function checkStorage(group: "batteries" | "evs", storage: Storage, i: number, complain: Complain): void {
  const inOrder = (low: keyof Storage, high: keyof Storage, strict = false) => {
    const [lower, upper] = [storage[low], storage[high]];
    if (typeof lower !== "number" || typeof upper !== "number") return;
    if (lower > upper || (strict && lower === upper))
      complain([group, i, low], `${low} ${lower} must ${strict ? "be below" : "not be above"} ${high} ${upper}`);
  };
  inOrder("minSoc", "maxSoc", true);
  inOrder("minChargeKw", "maxChargeKw");
  inOrder("minGridChargeKw", "maxChargeKw");
  // A charger that cannot discharge at all needs no least power for it.
  inOrder("minDischargeKw", "maxDischargeKw");
  inOrder("reserveSoc", "maxSoc");
  storage.goals.forEach((goal, n) => {
    if (goal.soc > storage.maxSoc)
      complain([group, i, "goals", n, "soc"], `soc ${goal.soc} must not be above maxSoc ${storage.maxSoc}`);
  });
  storage.endValueSteps?.forEach((step, n) => {
    const before = storage.endValueSteps?.[n - 1];
    if (before && step.pricePerKwh > before.pricePerKwh)
      complain(
        [group, i, "endValueSteps", n, "pricePerKwh"],
        `pricePerKwh ${step.pricePerKwh} must not be above the ${before.pricePerKwh} of the step before`,
      );
  });
  if (storage.taper && storage.taper.endKw > storage.maxChargeKw)
    complain(
      [group, i, "taper", "endKw"],
      `endKw ${storage.taper.endKw} must not be above maxChargeKw ${storage.maxChargeKw}`,
    );
  if (storage.taper && storage.taper.fromSoc >= 1) complain([group, i, "taper", "fromSoc"], "fromSoc must be below 1");
}

interface Stage {
  readonly kw: number;
  readonly efficiency: number;
}

/** Between stages energy is interpolated; only where each further kW loses no less than the one before can a linear plan follow. */
function checkStages(path: Path, stages: readonly Stage[], maxKw: number, isCharge: boolean, complain: Complain): void {
  const inside = ({ kw, efficiency }: Stage): number => (isCharge ? kw * efficiency : kw / efficiency);
  let slope = isCharge ? Infinity : 0;
  stages.forEach((stage, n) => {
    const before = stages[n - 1];
    if (!before) return;
    if (stage.kw <= before.kw) {
      complain([...path, n, "kw"], `kw ${stage.kw} must be above the kw ${before.kw} of the stage before`);
      return;
    }
    const next = (inside(stage) - inside(before)) / (stage.kw - before.kw);
    if (isCharge ? next > slope + 1e-9 : next < slope - 1e-9)
      complain(
        [...path, n, "efficiency"],
        "a kW more must not lose less than in the stage before: merge the two stages, or begin with the later",
      );
    if (next <= 0) complain([...path, n, "efficiency"], "more power must not store less");
    slope = next;
  });
  const last = stages.at(-1);
  if (last && last.kw < maxKw - 1e-9)
    complain(path, `the last stage has kw ${last.kw}: it must reach the highest power, ${maxKw}`);
}

/** What counts as running at all is a tenth of it. */
const LEAST_RUNNING_KW = 0.01;

export function checkLimits(problem: Fields, complain: Complain): void {
  problem.batteries.forEach((battery, i) => {
    checkStorage("batteries", battery, i, complain);
    if (battery.chargeStages)
      checkStages(["batteries", i, "chargeStages"], battery.chargeStages, battery.maxChargeKw, true, complain);
    if (battery.dischargeStages)
      checkStages(
        ["batteries", i, "dischargeStages"],
        battery.dischargeStages,
        battery.maxDischargeKw,
        false,
        complain,
      );
  });
  problem.evs.forEach((ev, i) => checkStorage("evs", ev, i, complain));
  problem.zones.forEach((zone, i) =>
    zone.comfortMinTempC.forEach((min, k) => {
      const max = zone.comfortMaxTempC[k];
      if (max !== undefined && min > max)
        complain(["zones", i, "comfortMinTempC", k], `${min} must not be above comfortMaxTempC ${max}`);
    }),
  );
  problem.tanks.forEach((tank, i) => {
    if (tank.maxTempC > tank.hardMaxTempC)
      complain(["tanks", i, "maxTempC"], `${tank.maxTempC} must not be above hardMaxTempC ${tank.hardMaxTempC}`);
    if (!tank.hygiene) return;
    if (tank.hygiene.tempC > tank.hardMaxTempC)
      complain(
        ["tanks", i, "hygiene", "tempC"],
        `tempC ${tank.hygiene.tempC} must not be above hardMaxTempC ${tank.hardMaxTempC}`,
      );
    if (tank.hygiene.fromMs >= tank.hygiene.untilMs)
      complain(["tanks", i, "hygiene", "fromMs"], "fromMs must be before untilMs");
  });
  problem.heatPumps.forEach((pump, i) => {
    const most = Math.max(...pump.maxPowerKw);
    if (pump.minPowerKw > most)
      complain(["heatPumps", i, "minPowerKw"], `minPowerKw ${pump.minPowerKw} must not be above maxPowerKw ${most}`);
    if (pump.minPowerKw > 0 && pump.minPowerKw < LEAST_RUNNING_KW)
      complain(
        ["heatPumps", i, "minPowerKw"],
        `minPowerKw ${pump.minPowerKw} is too little to tell from standing still: write 0, or at least ${LEAST_RUNNING_KW}`,
      );
    if (pump.zoneIds.length === 0 && pump.tankId === undefined)
      complain(["heatPumps", i, "zoneIds"], "heats nothing: name a zone in zoneIds, or a tank in tankId");
  });
  problem.appliances.forEach((appliance, i) => {
    if (appliance.window.fromMs >= appliance.window.untilMs)
      complain(["appliances", i, "window", "fromMs"], "fromMs must be before untilMs");
  });
}
