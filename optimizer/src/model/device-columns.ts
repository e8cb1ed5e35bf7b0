import type { HouseholdProblem } from "@ohmstead/contract";
import { type ApplianceColumns, appliancePowerKw } from "./appliance.ts";
import type { BoilerColumns } from "./boiler.ts";
import type { HeatPumpColumns } from "./heat-pump.ts";
import { at } from "./horizon.ts";
import type { SlotColumns } from "./house-program.ts";
import type { Term } from "./linear-program.ts";
import type { Powers, StoragePowers } from "./powers.ts";
import type { StorageColumns } from "./storage.ts";

/** The columns of a house's devices, in the order of the problem. */
export interface DeviceColumns {
  readonly pvArrays: readonly SlotColumns[];
  readonly batteries: readonly StorageColumns[];
  readonly evs: readonly StorageColumns[];
  readonly heatPumps: readonly HeatPumpColumns[];
  readonly boilers: readonly BoilerColumns[];
  readonly immersionHeaters: readonly SlotColumns[];
  readonly appliances: readonly ApplianceColumns[];
}

const valuesAt = (columns: SlotColumns, x: Float64Array): number[] => columns.map((column) => at(x, column));

const storagePowers = ({ charge, discharge }: StorageColumns, x: Float64Array): StoragePowers => ({
  chargeKw: valuesAt(charge, x),
  dischargeKw: valuesAt(discharge, x),
});

/** What an answer asks of the devices. */
export function powersIn(problem: HouseholdProblem, columns: DeviceColumns, x: Float64Array): Powers {
  const idle = problem.slots.map(() => 0);
  return {
    pvArrays: columns.pvArrays.map((used) => ({ usedKw: valuesAt(used, x) })),
    batteries: columns.batteries.map((each) => storagePowers(each, x)),
    evs: columns.evs.map((each) => storagePowers(each, x)),
    heatPumps: columns.heatPumps.map(({ space, water }) => ({
      zones: [...space].map(([id, power]) => ({ id, powerKw: valuesAt(power, x) })),
      waterKw: water ? valuesAt(water, x) : idle,
    })),
    boilers: columns.boilers.map(({ zones, water }) => ({
      zones: [...zones].map(([id, heat]) => ({ id, heatKw: valuesAt(heat, x) })),
      waterKw: water ? valuesAt(water, x) : idle,
    })),
    immersionHeaters: columns.immersionHeaters.map((power) => ({ powerKw: valuesAt(power, x) })),
    appliances: columns.appliances.map((each) => ({ powerKw: appliancePowerKw(each, x) })),
  };
}

/** Net power of a device in a slot, kW: electric, or of a boiler heat. */
export interface PowerColumns {
  readonly deviceId: string;
  readonly slot: number;
  readonly terms: readonly Term[];
}

const sumOf = (series: readonly (SlotColumns | undefined)[], k: number): Term[] =>
  series.flatMap((columns): Term[] => (columns ? [[at(columns, k), 1]] : []));

const netOf = ({ charge, discharge }: StorageColumns, k: number): Term[] => [
  [at(charge, k), 1],
  [at(discharge, k), -1],
];

/** Of every storage, heat pump, boiler, immersion heater and appliance, slot by slot. */
export function powerColumnsOf(problem: HouseholdProblem, columns: DeviceColumns): PowerColumns[] {
  const each = <C>(
    devices: readonly { readonly id: string }[],
    ofDevices: readonly C[],
    terms: (columns: C, k: number) => readonly Term[],
  ): PowerColumns[] =>
    devices.flatMap((device, i) =>
      ofDevices
        .slice(i, i + 1)
        .flatMap((mine) => problem.slots.map((_, slot) => ({ deviceId: device.id, slot, terms: terms(mine, slot) }))),
    );
  return [
    ...each(problem.batteries, columns.batteries, netOf),
    ...each(problem.evs, columns.evs, netOf),
    ...each(problem.heatPumps, columns.heatPumps, ({ space, water }, k) => sumOf([...space.values(), water], k)),
    ...each(problem.boilers, columns.boilers, ({ zones, water }, k) => sumOf([...zones.values(), water], k)),
    ...each(problem.immersionHeaters, columns.immersionHeaters, (power, k) => sumOf([power], k)),
    ...each(problem.appliances, columns.appliances, ({ power }, k) => power[k] ?? []),
  ];
}
