import type {
  BoilerProblem,
  HeatPumpProblem,
  HouseholdProblem,
  ImmersionHeaterProblem,
  Schedule,
  TankProblem,
  ZoneProblem,
} from "@ohmstead/contract";
import { type PumpRules, arrivals, mayHeatRooms, pumpRulesOf } from "./heat-pump.ts";
import { at } from "./horizon.ts";
import { NOISE_KW, type Powers, between, wanted } from "./powers.ts";
import { cheapestRuns } from "./runs.ts";
import { hardMaxTempC } from "./tank.ts";
import { type ZoneState, afterStep, afterZoneStep, tankStep, zoneStep } from "./thermal.ts";

export type HeatSchedule = Pick<Schedule, "zones" | "tanks" | "heatPumps" | "boilers" | "immersionHeaters">;

/** A device's power to each room, in the order of its zoneIds, and to water; what is written here is what it does. */
interface Shares {
  readonly rooms: readonly number[][];
  readonly water: number[];
}

interface Pump extends Shares {
  readonly pump: HeatPumpProblem;
  readonly rules: PumpRules | undefined;
}

interface Boiler extends Shares {
  readonly boiler: BoilerProblem;
}

interface Heater {
  readonly heater: ImmersionHeaterProblem;
  readonly powerKw: number[];
}

interface Heating {
  readonly pumps: readonly Pump[];
  readonly boilers: readonly Boiler[];
  readonly heaters: readonly Heater[];
}

/** A slot in which a pump must not run: it may not take less, and what it heats is full. */
interface Hindrance {
  readonly pumpId: string;
  readonly slot: number;
}

/**
 * What the heating does of what it is asked to do: within its limits, in runs that are as long as they must be, temperatures exactly those
 * of the dynamics. Where nothing stands in the way it does what is asked.
 */
export function followHeat(
  problem: HouseholdProblem,
  powers: Pick<Powers, "heatPumps" | "boilers" | "immersionHeaters">,
): HeatSchedule {
  const hindrances: Hindrance[] = [];
  for (;;) {
    const heating: Heating = {
      pumps: problem.heatPumps.map((pump, i) => followPump(problem, pump, powers.heatPumps[i], hindrances)),
      boilers: problem.boilers.map((boiler, i) => followBoiler(boiler, powers.boilers[i])),
      heaters: problem.immersionHeaters.map((heater, i) => followHeater(problem, heater, powers.immersionHeaters[i])),
    };
    // Tanks go first: one that is full gives power back, and what is drawn then is what is written down.
    const tanks = problem.tanks.map((tank) => ({ id: tank.id, ...followTank(problem, tank, heating) }));
    const found = tanks.flatMap(({ hindrance }) => hindrance ?? []);
    // Each round forbids one more slot; in the end no pump runs against a full tank.
    if (found.length > 0) hindrances.push(...found);
    else
      return {
        zones: followZones(problem, heating),
        tanks: tanks.map(({ id, tempC }) => ({ id, tempC })),
        ...written(problem, heating),
      };
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

const total = ({ rooms, water }: Shares, k: number): number => sum(rooms.map((room) => at(room, k))) + at(water, k);

function scale({ rooms, water }: Shares, k: number, factor: number): void {
  for (const each of [...rooms, water]) each[k] = at(each, k) * factor;
}

/** Each share between nothing and the maximum, and in proportion less where together they are more. */
function limited(
  maxKw: readonly number[],
  rooms: readonly (readonly number[] | undefined)[],
  water?: readonly number[],
) {
  const limit = (series: readonly number[] | undefined) => maxKw.map((kw, k) => between(0, wanted(series, k), kw));
  const shares = { rooms: rooms.map(limit), water: limit(water) };
  maxKw.forEach((kw, k) => {
    const sharesKw = total(shares, k);
    if (sharesKw > kw) scale(shares, k, kw / sharesKw);
  });
  return shares;
}

const followBoiler = (boiler: BoilerProblem, powers: Powers["boilers"][number] | undefined): Boiler => ({
  boiler,
  ...limited(
    boiler.maxHeatKw,
    boiler.zoneIds.map((id) => powers?.zones.find((zone) => zone.id === id)?.heatKw),
    boiler.tankId === undefined ? undefined : powers?.waterKw,
  ),
});

/** An element that must be on or off saves up what it is asked for until half a slot's heat is owed. */
function followHeater(
  problem: HouseholdProblem,
  heater: ImmersionHeaterProblem,
  powers: Powers["immersionHeaters"][number] | undefined,
): Heater {
  let owedKwh = 0;
  const powerKw = problem.slots.map(({ hours }, k) => {
    const kw = between(0, wanted(powers?.powerKw, k), heater.powerKw);
    if (!heater.onOff || kw === 0) return kw;
    owedKwh += hours * kw;
    if (owedKwh < (hours * heater.powerKw) / 2) return 0;
    owedKwh -= hours * heater.powerKw;
    return heater.powerKw;
  });
  return { heater, powerKw };
}

function followPump(
  problem: HouseholdProblem,
  pump: HeatPumpProblem,
  powers: Powers["heatPumps"][number] | undefined,
  hindrances: readonly Hindrance[],
): Pump {
  const mayHeat = problem.slots.map((_, k) => mayHeatRooms(problem, pump, k));
  const shares = limited(
    pump.maxPowerKw,
    pump.zoneIds.map((id) => {
      const wantedKw = powers?.zones.find((zone) => zone.id === id)?.powerKw;
      return mayHeat.map((may, k) => (may ? wanted(wantedKw, k) : 0));
    }),
    pump.tankId === undefined ? undefined : powers?.waterKw,
  );
  const rules = pumpRulesOf(problem, pump);
  if (rules) {
    const hindered = new Set(hindrances.filter(({ pumpId }) => pumpId === pump.id).map(({ slot }) => slot));
    runWhole(problem, pump, rules, hindered, shares);
  }
  return { pump, rules, ...shares };
}

/** The share of a run that may be owed before it begins; the rest is given in advance: plans keep rooms as cold as they may be. */
const OWED_SHARE = 0.25;

/**
 * A pump that is asked for less than it can give saves that up, by room and water, until it is worth a run, and runs until as much is given in
 * advance: a house that needs half of the least power all night is not left to go cold. What it can give as it is asked stays as it is.
 */
function saveUp(
  problem: HouseholdProblem,
  pump: HeatPumpProblem,
  rules: PumpRules,
  canBeOn: readonly boolean[],
  shares: Shares,
): void {
  const { leastKw, minOnHours, minOffHours } = rules;
  const series = [...shares.rooms, shares.water];
  const owedKwh = series.map(() => 0);
  const runKwh = leastKw * Math.max(minOnHours, minOffHours);
  let isOn = rules.before.isOn;
  problem.slots.forEach(({ hours }, k) => {
    const askedKw = total(shares, k);
    if (canBeOn[k] !== true) scale(shares, k, 0);
    if (canBeOn[k] !== true || askedKw === 0 || askedKw >= leastKw - NOISE_KW) {
      isOn = total(shares, k) > 0;
      return;
    }
    series.forEach((each, i) => (owedKwh[i] = at(owedKwh, i) + hours * at(each, k)));
    const slotKwh = leastKw * hours;
    const blockKwh = Math.max(slotKwh, runKwh);
    isOn = sum(owedKwh) >= (isOn ? slotKwh - (1 - OWED_SHARE) * blockKwh : OWED_SHARE * blockKwh);
    if (!isOn) {
      scale(shares, k, 0);
      return;
    }
    const due = owedKwh.map((kwh, i) =>
      i === series.length - 1 || mayHeatRooms(problem, pump, k) ? Math.max(0, kwh) : 0,
    );
    const dueKwh = sum(due);
    series.forEach((each, i) => {
      each[k] = leastKw * (dueKwh > 0 ? at(due, i) / dueKwh : at(each, k) / askedKw);
      owedKwh[i] = at(owedKwh, i) - hours * at(each, k);
    });
  });
}

/**
 * Turns the wanted powers of a pump into runs: on where that changes the least energy, with at least its least power.
 * Where it runs only because a run must last, it goes on with what it does in the nearest slot of the run.
 */
function runWhole(
  problem: HouseholdProblem,
  pump: HeatPumpProblem,
  rules: PumpRules,
  hindered: ReadonlySet<number>,
  shares: Shares,
): void {
  const { slots } = problem;
  const canBeOn = rules.canBeOn.map((can, k) => can && !hindered.has(k));
  saveUp(problem, pump, rules, canBeOn, shares);
  const wantedKw = slots.map((_, k) => total(shares, k));
  const runs = cheapestRuns(
    slots,
    { ...rules, canBeOn },
    {
      on: slots.map(({ hours }, k) => hours * Math.max(0, rules.leastKw - at(wantedKw, k))),
      off: slots.map(({ hours }, k) => hours * at(wantedKw, k)),
    },
  );
  const models = nearestWanted(runs, wantedKw);
  const asked = [...shares.rooms, shares.water].map((series) => [...series]);
  slots.forEach((_, k) => {
    if (!runs[k]) {
      scale(shares, k, 0);
      return;
    }
    const model = models[k];
    if (model !== undefined && model !== k)
      [...shares.rooms, shares.water].forEach((series, i) => {
        const isRoom = i < shares.rooms.length;
        series[k] = !isRoom || mayHeatRooms(problem, pump, k) ? at(asked[i] ?? [], model) : 0;
      });
    const kw = total(shares, k);
    if (kw === 0) giveAnywhere(problem, pump, shares, k, rules.leastKw);
    // A slot that nobody asked for takes no more than it must.
    else if (model !== k || kw < rules.leastKw) scale(shares, k, rules.leastKw / kw);
  });
}

/** Per slot of a run the nearest one in which something is wanted; undefined where nothing is in the whole run. */
function nearestWanted(runs: readonly boolean[], wantedKw: readonly number[]): (number | undefined)[] {
  const nearest: (number | undefined)[] = [];
  const spread = (order: readonly number[]): void => {
    let last: number | undefined;
    for (const k of order) {
      if (!runs[k]) last = undefined;
      else if (at(wantedKw, k) > 0) last = k;
      const known = nearest[k];
      if (last !== undefined && (known === undefined || Math.abs(last - k) < Math.abs(known - k))) nearest[k] = last;
    }
  };
  const order = [...runs.keys()];
  spread(order);
  spread(order.toReversed());
  return nearest;
}

/** Rooms can always take heat, in equal parts; where they must not, water takes it. */
function giveAnywhere(problem: HouseholdProblem, pump: HeatPumpProblem, shares: Shares, k: number, kw: number): void {
  if (mayHeatRooms(problem, pump, k)) for (const room of shares.rooms) room[k] = at(room, k) + kw / shares.rooms.length;
  else shares.water[k] = at(shares.water, k) + kw;
}

/** Something that heats a tank in one slot, kW of heat, and how it makes room when the tank is full. */
interface Source {
  readonly heatKw: number;
  /** What it can do without, if need be for its rooms. */
  readonly yieldsKw: number;
  readonly giveBack: (heatKw: number) => void;
  /** Heats nothing at all in this slot; a pump in a run that must last says that it cannot. */
  readonly rest: () => Hindrance | undefined;
}

/**
 * The tank's course. A full tank takes what it can: what gives all or nothing rests, the others give back in proportion. Stops at a pump
 * that can do neither.
 */
function followTank(
  problem: HouseholdProblem,
  tank: TankProblem,
  heating: Heating,
): { readonly tempC: number[]; readonly hindrance: Hindrance | undefined } {
  const limit = hardMaxTempC(tank);
  const heaters = heating.heaters.filter(({ heater }) => heater.tankId === tank.id);
  const boilers = heating.boilers.filter(({ boiler }) => boiler.tankId === tank.id);
  const pumps = heating.pumps.filter(({ pump }) => pump.tankId === tank.id);
  const tempC = [tank.tempC];
  for (const k of problem.slots.keys()) {
    const step = tankStep(problem, tank, k);
    const roomKw = Math.max(0, (limit - afterStep(step, at(tempC, k), 0)) / step.perKw);
    let sources: Source[] = [
      ...heaters.map(({ heater, powerKw }) => seriesSource(powerKw, k, heater.onOff)),
      ...boilers.map(({ water }) => seriesSource(water, k)),
      ...pumps.map((each) => pumpSource(problem, each, k)),
    ];
    const heatKw = () => sum(sources.map((source) => source.heatKw));
    const yieldsKw = () => sum(sources.map((source) => source.yieldsKw));
    while (heatKw() - yieldsKw() > roomKw + NOISE_KW) {
      const whole = sources.find((source) => source.yieldsKw < source.heatKw);
      const hindrance = whole?.rest();
      if (hindrance) return { tempC, hindrance };
      sources = sources.filter((source) => source !== whole);
    }
    const tooMuchKw = Math.max(0, heatKw() - roomKw);
    const share = tooMuchKw > 0 ? Math.min(1, tooMuchKw / yieldsKw()) : 0;
    if (share > 0) for (const source of sources) source.giveBack(share * source.yieldsKw);
    tempC.push(afterStep(step, at(tempC, k), heatKw() - share * yieldsKw()));
  }
  return { tempC, hindrance: undefined };
}

const seriesSource = (series: number[], k: number, isWhole = false): Source => ({
  heatKw: at(series, k),
  yieldsKw: isWhole ? 0 : at(series, k),
  giveBack: (heatKw) => {
    if (!isWhole) series[k] = Math.max(0, at(series, k) - heatKw);
  },
  rest: () => {
    series[k] = 0;
    return undefined;
  },
});

/** A pump that runs keeps its least power: what its water gives back beyond that goes to its rooms. */
function pumpSource(problem: HouseholdProblem, { pump, rules, ...shares }: Pump, k: number): Source {
  const cop = at(pump.copWater, k);
  const waterKw = at(shares.water, k);
  const leastKw = rules && waterKw > 0 ? rules.leastKw : 0;
  const spareKw = mayHeatRooms(problem, pump, k) ? waterKw : Math.min(waterKw, Math.max(0, total(shares, k) - leastKw));
  return {
    heatKw: waterKw * cop,
    yieldsKw: spareKw * cop,
    giveBack: (heatKw) => {
      shares.water[k] = Math.max(0, waterKw - heatKw / cop);
      const lackingKw = leastKw - total(shares, k);
      if (lackingKw > 0) giveAnywhere(problem, pump, shares, k, lackingKw);
    },
    rest: () => {
      if (rules && Math.max(rules.minOnHours, rules.minOffHours) > 0) return { pumpId: pump.id, slot: k };
      scale(shares, k, 0);
      return undefined;
    },
  };
}

/** The zones' courses: what heats them, some of it later, moves air and walls. */
function followZones(problem: HouseholdProblem, { pumps, boilers }: Heating): Schedule["zones"] {
  const heatKw = new Map(problem.zones.map((zone) => [zone.id, problem.slots.map(() => 0)]));
  const give = (zoneId: string, slot: number, kw: number): void => {
    const heat = heatKw.get(zoneId);
    if (heat) heat[slot] = at(heat, slot) + kw;
  };
  for (const { pump, rooms } of pumps) {
    const arriving = arrivals(problem.slots, pump.lagHours);
    pump.zoneIds.forEach((id, i) =>
      arriving.forEach((parts, k) => {
        const givenKw = at(rooms[i] ?? [], k) * at(pump.copSpace, k);
        if (givenKw > 0) for (const { slot, share } of parts) give(id, slot, share * givenKw);
      }),
    );
  }
  for (const { boiler, rooms } of boilers)
    boiler.zoneIds.forEach((id, i) => rooms[i]?.forEach((kw, k) => give(id, k, kw)));
  return problem.zones.map((zone) => followZone(problem, zone, heatKw.get(zone.id) ?? []));
}

function followZone(
  problem: HouseholdProblem,
  zone: ZoneProblem,
  heatKw: readonly number[],
): Schedule["zones"][number] {
  let state: ZoneState = { airTempC: zone.tempC, massTempC: zone.mass?.tempC };
  const states = [state];
  for (const k of problem.slots.keys()) {
    state = afterZoneStep(zoneStep(problem, zone, k), state, at(heatKw, k));
    states.push(state);
  }
  return {
    id: zone.id,
    tempC: states.map((each) => each.airTempC),
    ...(zone.mass ? { massTempC: states.map((each) => each.massTempC ?? each.airTempC) } : {}),
  };
}

const written = (
  problem: HouseholdProblem,
  { pumps, boilers, heaters }: Heating,
): Pick<HeatSchedule, "heatPumps" | "boilers" | "immersionHeaters"> => ({
  heatPumps: pumps.map(({ pump, rooms, water }) => ({
    id: pump.id,
    spaceKw: problem.slots.map((_, k) => sum(rooms.map((room) => at(room, k)))),
    waterKw: water,
    zones: pump.zoneIds.map((id, i) => ({ id, powerKw: rooms[i] ?? [] })),
  })),
  boilers: boilers.map(({ boiler, rooms, water }) => ({
    id: boiler.id,
    waterKw: water,
    zones: boiler.zoneIds.map((id, i) => ({ id, heatKw: rooms[i] ?? [] })),
  })),
  immersionHeaters: heaters.map(({ heater, powerKw }) => ({ id: heater.id, powerKw })),
});
