import { HomeConfig } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { holdsMs, signalTable } from "./signals.ts";

const config = HomeConfig.parse({
  timeZone: "Europe/Helsinki",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "csv" } },
  meters: {
    gridPower: { source: "sensor.grid", invert: true, staleAfterMinutes: 5 },
    gridImportEnergy: "sensor.import",
    gridExportEnergy: "sensor.export",
    outdoorTemp: "sensor.outdoor",
  },
  batteries: [
    {
      id: "battery",
      capacityKwh: 10,
      maxChargeKw: 5,
      maxDischargeKw: 4,
      sensors: { soc: "sensor.soc", power: "sensor.battery" },
    },
  ],
  evs: [
    {
      id: "car",
      capacityKwh: 60,
      maxChargeKw: 11,
      maxDischargeKw: 4,
      sensors: {
        soc: "sensor.car",
        power: { source: "sensor.charger", invert: true },
        connected: { source: "binary_sensor.plug", staleAfterMinutes: 5 },
      },
    },
  ],
  pvArrays: [{ id: "roof", peakKw: 4, sensors: { power: "sensor.pv" } }],
  zones: [
    {
      id: "living",
      heatCapacityKwhPerK: 9,
      heatLossKwPerK: 0.16,
      comfort: {},
      sensors: { temp: "climate.living#current_temperature" },
    },
  ],
  tanks: [{ id: "water", litres: 300, sensors: { temp: "sensor.tank" } }],
  heatPumps: [{ id: "pump", zoneIds: ["living"], maxPowerKw: 4, sensors: { power: "sensor.pump" } }],
  immersionHeaters: [
    { id: "upper", tankId: "water", powerKw: 2, sensors: { power: "sensor.upper" } },
    { id: "lower", tankId: "water", powerKw: 3 },
  ],
  appliances: [
    {
      id: "washer",
      powerKw: 2,
      runHours: 1,
      window: { from: "08:00", until: "20:00" },
      sensors: { power: "sensor.washer" },
    },
  ],
});

test("every sensor of the config is a signal, under the names the rest of the program uses", () => {
  expect(signalTable(config).map(({ id, source, quantity }) => [id, source, quantity])).toEqual([
    ["grid.powerKw", "sensor.grid", "power"],
    ["grid.importKwh", "sensor.import", "energy"],
    ["grid.exportKwh", "sensor.export", "energy"],
    ["outdoor.tempC", "sensor.outdoor", "temperature"],
    ["battery.soc", "sensor.soc", "share"],
    ["battery.powerKw", "sensor.battery", "power"],
    ["car.soc", "sensor.car", "share"],
    ["car.powerKw", "sensor.charger", "power"],
    ["car.connected", "binary_sensor.plug", "onOff"],
    ["roof.powerKw", "sensor.pv", "power"],
    ["living.tempC", "climate.living#current_temperature", "temperature"],
    ["water.tempC", "sensor.tank", "temperature"],
    ["pump.powerKw", "sensor.pump", "power"],
    ["upper.powerKw", "sensor.upper", "power"],
    ["washer.powerKw", "sensor.washer", "power"],
  ]);
});

test("a signal carries its own direction, limit of age and range", () => {
  const byId = new Map(signalTable(config).map((each) => [each.id, each]));
  expect(byId.get("grid.powerKw")).toMatchObject({ invert: true, staleAfterMs: 300_000 });
  expect(byId.get("battery.soc")).toMatchObject({ invert: false, staleAfterMs: 1_800_000, deviceId: "battery" });
  expect(byId.get("battery.powerKw")).toMatchObject({ min: -6.5, max: 8, deviceType: "battery" });
  expect(byId.get("car.powerKw")).toMatchObject({ min: -6.5, max: 17, invert: true, deviceType: "ev" });
  expect(byId.get("washer.powerKw")).toMatchObject({ min: -0.5, max: 3.5, deviceType: "appliance" });
});

test.each([
  { signal: "washer.powerKw", value: 0, hours: 24, why: "what rests has nothing new to say" },
  { signal: "washer.powerKw", value: 1.9, hours: 0.5, why: "what runs has" },
  { signal: "battery.powerKw", value: -0.04, hours: 24, why: "a little is what a device takes while it rests" },
  { signal: "grid.powerKw", value: 0, hours: 5 / 60, why: "a house never rests" },
  { signal: "car.connected", value: 0, hours: 24, why: "a plug is pulled by hand" },
  { signal: "battery.soc", value: 0, hours: 0.5, why: "a state is not a device at rest" },
])("$signal of $value holds for $hours hours: $why", ({ signal, value, hours }) => {
  const found = signalTable(config).find(({ id }) => id === signal);
  expect(found && holdsMs(found, value) / 3_600_000).toBeCloseTo(hours, 9);
});
