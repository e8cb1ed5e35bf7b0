import { HomeConfig } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { signalTable } from "./signals.ts";

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
  heatPumps: [{ id: "pump", zoneId: "living", maxPowerKw: 4, sensors: { power: "sensor.pump" } }],
  immersionHeaters: [
    { id: "upper", tankId: "water", powerKw: 2, sensors: { power: "sensor.upper" } },
    { id: "lower", tankId: "water", powerKw: 3 },
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
    ["roof.powerKw", "sensor.pv", "power"],
    ["living.tempC", "climate.living#current_temperature", "temperature"],
    ["water.tempC", "sensor.tank", "temperature"],
    ["pump.powerKw", "sensor.pump", "power"],
    ["upper.powerKw", "sensor.upper", "power"],
  ]);
});

test("a signal carries its own direction, limit of age and range", () => {
  const byId = new Map(signalTable(config).map((each) => [each.id, each]));
  expect(byId.get("grid.powerKw")).toMatchObject({ invert: true, staleAfterMs: 300_000 });
  expect(byId.get("battery.soc")).toMatchObject({ invert: false, staleAfterMs: 1_800_000, deviceId: "battery" });
  expect(byId.get("battery.powerKw")).toMatchObject({ min: -6.5, max: 8, deviceType: "battery" });
});
