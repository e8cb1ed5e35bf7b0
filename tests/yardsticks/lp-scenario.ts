// A scenario of the solver study (data/lp): kW, kWh, °C, hours, hundredths of the currency. Here it becomes a household problem, and a plan's
// cost is counted as the study counts it, from powers and states alone, so that our own prices of things do not judge themselves.
import { HouseholdProblem, type HouseholdProblemInput, MS_PER_HOUR, type Schedule } from "@ohmstead/contract";

type Series = readonly number[];

export interface Scenario {
  readonly name: string;
  readonly start_hour?: number;
  readonly dt: Series;
  readonly price_import: Series;
  readonly price_export: Series;
  readonly load: Series;
  readonly pv?: Series;
  readonly t_out?: Series;
  readonly cop_space?: Series;
  readonly cop_dhw?: Series;
  readonly t_min?: Series;
  readonly t_max?: Series;
  readonly gain?: Series;
  readonly draw?: Series;
  readonly grid_limits: { readonly import_max: number; readonly export_max: number };
  readonly battery?: {
    readonly e_max: number;
    readonly e_min: number;
    readonly e0: number;
    readonly p_charge_max: number;
    readonly p_discharge_max: number;
    readonly eta_charge: number;
    readonly eta_discharge: number;
    readonly self_discharge_per_h: number;
    readonly wear_ct_per_kwh: number;
    readonly terminal_value_ct_per_kwh: number;
  };
  readonly heatpump?: {
    readonly p_max: number;
    readonly p_min_on: number;
    readonly p_prev: number;
    readonly ramp_cost_ct_per_kw: number;
    readonly start_cost_ct: number;
    readonly min_run_h: number;
    readonly min_off_h: number;
    readonly on_prev: number;
  };
  readonly building?: {
    readonly order: number;
    readonly c_in: number;
    readonly t_in0: number;
    /** One node. */
    readonly ua_out?: number;
    /** Two nodes. */
    readonly c_mass?: number;
    readonly ua_in_mass?: number;
    readonly ua_in_out?: number;
    readonly ua_mass_out?: number;
    readonly mass_gain_share?: number;
    readonly t_mass0?: number;
  };
  readonly comfort?: {
    readonly under_ct_per_kh: Series;
    readonly under_seg_k: Series;
    readonly over_ct_per_kh: Series;
    readonly over_seg_k: Series;
    readonly terminal_ref: number;
    readonly terminal_ct_per_k: number;
  };
  readonly tank?: {
    readonly c: number;
    readonly ua: number;
    readonly t_amb: number;
    readonly t0: number;
    readonly t_min: number;
    readonly t_max: number;
    readonly t_hard_max: number;
    readonly under_ct_per_kh: number;
    readonly over_ct_per_kh: number;
    readonly terminal_ref: number;
    readonly terminal_ct_per_k: number;
  };
  readonly immersions?: readonly { readonly p: number }[];
  readonly model: {
    readonly comfort_segments?: number;
    readonly ramp: boolean;
    readonly terminal: boolean;
    readonly binaries: {
      readonly hp?: boolean;
      readonly grid?: boolean;
      readonly batt?: boolean;
      readonly imm?: boolean;
    };
  };
}

const HUNDREDTHS = 100;

const at = (values: Series | undefined, k: number): number => values?.[k] ?? 0;
const sum = (values: Series): number => values.reduce((total, each) => total + each, 0);

/** The study loses σ·h of the content per step, we lose by the power of h: the rate that leaves the same after all steps. */
function lossPerHour({ dt }: Scenario, perHour: number): number {
  const left = dt.reduce((share, hours) => share * (1 - perHour * hours), 1);
  return 1 - left ** (1 / sum(dt));
}

/** The price of the first kelvin and what further ones weigh more; ours changes after exactly one kelvin. */
function steps(prices: Series, widths: Series, segments: number, what: string) {
  const [first = 0, second = first] = segments < 2 ? prices.slice(0, 1) : prices;
  if (segments > 2 || (segments === 2 && widths[0] !== 1))
    throw new Error(`${what}: our price of comfort has two parts, the first one kelvin wide`);
  if (second < first) throw new Error(`${what}: a further kelvin cannot weigh less than the first`);
  return { price: first / HUNDREDTHS, factor: first > 0 ? second / first : 1 };
}

function zoneOf(scenario: Scenario): NonNullable<HouseholdProblemInput["zones"]> {
  const { building, comfort, model, dt } = scenario;
  if (!building || !comfort) return [];
  const segments = model.comfort_segments ?? comfort.under_ct_per_kh.length;
  const under = steps(comfort.under_ct_per_kh, comfort.under_seg_k, segments, "comfort below");
  const over = steps(comfort.over_ct_per_kh, comfort.over_seg_k, segments, "comfort above");
  const mass =
    building.order === 2
      ? {
          tempC: building.t_mass0 ?? building.t_in0,
          heatCapacityKwhPerK: building.c_mass ?? 0,
          heatLossKwPerK: building.ua_mass_out ?? 0,
          couplingKwPerK: building.ua_in_mass ?? 0,
          gainShare: building.mass_gain_share ?? 0,
        }
      : undefined;
  const capacity = building.c_in + (mass?.heatCapacityKwhPerK ?? 0);
  return [
    {
      id: "rooms",
      tempC: building.t_in0,
      heatCapacityKwhPerK: building.c_in,
      heatLossKwPerK: (mass ? building.ua_in_out : building.ua_out) ?? 0,
      ...(mass ? { mass } : {}),
      gainsKw: dt.map((_, k) => at(scenario.gain, k)),
      comfortMinTempC: dt.map((_, k) => at(scenario.t_min, k)),
      comfortMaxTempC: dt.map((_, k) => at(scenario.t_max, k)),
      discomfortPricePerKelvinHour: under.price,
      discomfortFactorBeyond: under.factor,
      overheatPricePerKelvinHour: over.price,
      overheatFactorBeyond: over.factor,
      endValuePerKwh: model.terminal ? comfort.terminal_ct_per_k / HUNDREDTHS / capacity : 0,
      endReferenceTempC: comfort.terminal_ref,
    },
  ];
}

function tankOf(scenario: Scenario): NonNullable<HouseholdProblemInput["tanks"]> {
  const { tank, model, dt } = scenario;
  if (!tank) return [];
  if (tank.under_ct_per_kh !== tank.over_ct_per_kh) throw new Error("our tank has one price for too cold and too hot");
  return [
    {
      id: "tank",
      tempC: tank.t0,
      heatCapacityKwhPerK: tank.c,
      heatLossKwPerK: tank.ua,
      ambientTempC: tank.t_amb,
      drawKw: dt.map((_, k) => at(scenario.draw, k)),
      minTempC: dt.map(() => tank.t_min),
      maxTempC: tank.t_max,
      hardMaxTempC: tank.t_hard_max,
      discomfortPricePerKelvinHour: tank.under_ct_per_kh / HUNDREDTHS,
      endValuePerKwh: model.terminal ? tank.terminal_ct_per_k / HUNDREDTHS / tank.c : 0,
      endReferenceTempC: tank.terminal_ref,
    },
  ];
}

function heatPumpOf(scenario: Scenario): NonNullable<HouseholdProblemInput["heatPumps"]> {
  const { heatpump: pump, building, tank, model, dt } = scenario;
  if (!pump) return [];
  const switched = model.binaries.hp === true;
  return [
    {
      id: "heat-pump",
      zoneIds: building ? ["rooms"] : [],
      ...(tank ? { tankId: "tank" } : {}),
      maxPowerKw: dt.map(() => pump.p_max),
      copSpace: dt.map((_, k) => scenario.cop_space?.[k] ?? 1),
      copWater: dt.map((_, k) => scenario.cop_dhw?.[k] ?? 1),
      ...(switched
        ? {
            minPowerKw: pump.p_min_on,
            minRunHours: pump.min_run_h,
            minPauseHours: pump.min_off_h,
            startPrice: pump.start_cost_ct / HUNDREDTHS,
          }
        : {}),
      changePricePerKw: model.ramp ? pump.ramp_cost_ct_per_kw / HUNDREDTHS : 0,
      previousKw: pump.p_prev,
    },
  ];
}

/** Throws, by name, where our problem has no field for what the scenario says. */
export function problemOfScenario(scenario: Scenario): HouseholdProblem {
  const { dt, battery, model } = scenario;
  let startMs = (scenario.start_hour ?? 0) * MS_PER_HOUR;
  const slots = dt.map((hours) => {
    const slot = { startMs, hours };
    startMs += Math.round(hours * MS_PER_HOUR);
    return slot;
  });
  return HouseholdProblem.parse({
    currency: "XXX",
    slots,
    importPricePerKwh: scenario.price_import.map((price) => price / HUNDREDTHS),
    exportPricePerKwh: scenario.price_export.map((price) => price / HUNDREDTHS),
    site: { importLimitKw: scenario.grid_limits.import_max, exportLimitKw: scenario.grid_limits.export_max },
    baseLoadKw: [...scenario.load],
    outdoorTempC: dt.map((_, k) => at(scenario.t_out, k)),
    pvArrays: scenario.pv ? [{ id: "sun", forecastKw: [...scenario.pv], curtailable: true }] : [],
    batteries: battery
      ? [
          {
            id: "battery",
            capacityKwh: battery.e_max,
            soc: battery.e0 / battery.e_max,
            minSoc: battery.e_min / battery.e_max,
            maxChargeKw: battery.p_charge_max,
            maxDischargeKw: battery.p_discharge_max,
            chargeEfficiency: battery.eta_charge,
            dischargeEfficiency: battery.eta_discharge,
            selfDischargePerHour: lossPerHour(scenario, battery.self_discharge_per_h),
            // Half for what goes in and half for what comes out, counted inside.
            chargeWearPricePerKwh: (battery.wear_ct_per_kwh / 2 / HUNDREDTHS) * battery.eta_charge,
            wearPricePerKwh: battery.wear_ct_per_kwh / 2 / HUNDREDTHS / battery.eta_discharge,
            endValuePerKwh: model.terminal ? battery.terminal_value_ct_per_kwh / HUNDREDTHS : 0,
          },
        ]
      : [],
    zones: zoneOf(scenario),
    tanks: tankOf(scenario),
    heatPumps: heatPumpOf(scenario),
    immersionHeaters: (scenario.immersions ?? []).map(({ p }, i) => ({
      id: `immersion-${i}`,
      tankId: "tank",
      powerKw: p,
      onOff: model.binaries.imm === true,
    })),
  });
}

/** So little power is off: as in the contract's own counting of starts. */
const RUNNING_KW = 0.001;

function batteryCost({ battery, dt, model }: Scenario, schedule: Schedule): number {
  const [found] = schedule.batteries;
  if (!battery || !found) return 0;
  const throughput = sum(
    dt.map(
      (hours, k) =>
        hours * (battery.eta_charge * at(found.chargeKw, k) + at(found.dischargeKw, k) / battery.eta_discharge),
    ),
  );
  const left = at(found.soc, dt.length) * battery.e_max;
  return (battery.wear_ct_per_kwh / 2) * throughput - (model.terminal ? battery.terminal_value_ct_per_kwh * left : 0);
}

function heatPumpCost({ heatpump: pump, dt, model }: Scenario, schedule: Schedule): number {
  const [found] = schedule.heatPumps;
  if (!pump || !found) return 0;
  const powerKw = [pump.p_prev, ...dt.map((_, k) => at(found.spaceKw, k) + at(found.waterKw, k))];
  const changed = sum(dt.map((_, k) => Math.abs(at(powerKw, k + 1) - at(powerKw, k))));
  const ran = (k: number): boolean => (k === 0 ? pump.on_prev === 1 : at(powerKw, k) > RUNNING_KW);
  const starts = dt.filter((_, k) => ran(k + 1) && !ran(k)).length;
  return (model.ramp ? pump.ramp_cost_ct_per_kw * changed : 0) + (model.binaries.hp ? pump.start_cost_ct * starts : 0);
}

/** Filled from the cheapest segment on, as the study's columns are; the last has no end. */
function segmented(kelvin: number, prices: Series, widths: Series, segments: number): number {
  let rest = Math.max(0, kelvin);
  return sum(
    prices.slice(0, segments).map((price, i) => {
      const part = Math.min(rest, i + 1 < segments ? (widths[i] ?? Infinity) : Infinity);
      rest -= part;
      return price * part;
    }),
  );
}

function comfortCost(scenario: Scenario, schedule: Schedule): number {
  const { comfort, building, model, dt } = scenario;
  const [found] = schedule.zones;
  if (!comfort || !building || !found) return 0;
  const segments = model.comfort_segments ?? comfort.under_ct_per_kh.length;
  const missed = dt.map((hours, k) => {
    const inside = at(found.tempC, k + 1);
    const below = at(scenario.t_min, k) - inside;
    const above = inside - at(scenario.t_max, k);
    return (
      hours *
      (segmented(below, comfort.under_ct_per_kh, comfort.under_seg_k, segments) +
        segmented(above, comfort.over_ct_per_kh, comfort.over_seg_k, segments))
    );
  });
  const massC = found.massTempC ? at(found.massTempC, dt.length) : 0;
  const massCapacity = found.massTempC ? (building.c_mass ?? 0) : 0;
  const meanC = (building.c_in * at(found.tempC, dt.length) + massCapacity * massC) / (building.c_in + massCapacity);
  const short = model.terminal ? comfort.terminal_ct_per_k * Math.max(0, comfort.terminal_ref - meanC) : 0;
  return sum(missed) + short;
}

function tankCost({ tank, dt, model }: Scenario, schedule: Schedule): number {
  const [found] = schedule.tanks;
  if (!tank || !found) return 0;
  const missed = dt.map((hours, k) => {
    const tempC = at(found.tempC, k + 1);
    return (
      hours *
      (tank.under_ct_per_kh * Math.max(0, tank.t_min - tempC) + tank.over_ct_per_kh * Math.max(0, tempC - tank.t_max))
    );
  });
  const shortK = Math.max(0, tank.terminal_ref - at(found.tempC, dt.length));
  return sum(missed) + (model.terminal ? tank.terminal_ct_per_k * shortK : 0);
}

/** What a schedule costs as the study counts, hundredths of the currency. */
export function studyCost(scenario: Scenario, schedule: Schedule): number {
  const energy = scenario.dt.map(
    (hours, k) =>
      hours *
      (at(scenario.price_import, k) * at(schedule.importKw, k) -
        at(scenario.price_export, k) * at(schedule.exportKw, k)),
  );
  return (
    sum(energy) +
    batteryCost(scenario, schedule) +
    heatPumpCost(scenario, schedule) +
    comfortCost(scenario, schedule) +
    tankCost(scenario, schedule)
  );
}
