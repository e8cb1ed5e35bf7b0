import { HomeConfig, type HomeConfigInput } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { devicesOfHome } from "./devices-of-home.ts";

const sensors = { power: "sensor.power" };
const home: HomeConfigInput = {
  timeZone: "Europe/Helsinki",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "csv" } },
  meters: { gridPower: "sensor.grid" },
  batteries: [
    {
      id: "battery",
      name: "Cellar battery",
      capacityKwh: 10,
      maxChargeKw: 5,
      maxDischargeKw: 4,
      sensors: { ...sensors, soc: "sensor.soc" },
      control: {
        kind: "battery-mode-select",
        modeEntity: "select.mode",
        chargePowerEntity: "number.charge",
        dischargePowerEntity: "number.discharge",
        chargeTargetEntity: "number.target",
        dischargeFloorEntity: "number.floor",
      },
    },
  ],
  pvArrays: [
    { id: "roof", peakKw: 4.5, sensors, control: { kind: "pv-limit-number", entity: "number.limit" } },
    { id: "shed", peakKw: 1, sensors },
  ],
  zones: [
    {
      id: "room",
      heatCapacityKwhPerK: 9,
      heatLossKwPerK: 0.16,
      comfort: {},
      sensors: { temp: "sensor.room" },
      control: { kind: "climate-setpoint", entity: "climate.room" },
    },
  ],
  tanks: [
    {
      id: "tank",
      litres: 300,
      hardMaxTempC: 65,
      sensors: { temp: "sensor.tank" },
      control: { kind: "water-heater", entity: "water_heater.tank" },
    },
  ],
  immersionHeaters: [
    { id: "rod", tankId: "tank", powerKw: 3, control: { kind: "immersion-switch", entity: "switch.rod" } },
  ],
};

test("every device with a control is driven, with its limits and signals", () => {
  const devices = devicesOfHome(HomeConfig.parse(home));
  expect([...devices.keys()]).toEqual(["battery", "roof", "room", "tank", "rod"]);
  const battery = devices.get("battery");
  expect(battery).toMatchObject({ name: "Cellar battery", deviceType: "battery", kind: "battery-mode-select" });
  expect(battery?.normalise({ kind: "discharge", kw: 9, untilSoc: 0 })).toEqual({
    kind: "discharge",
    kw: 4,
    untilSoc: 0.1,
  });
  expect(JSON.stringify(battery?.expects({ kind: "hold" }))).toContain("battery.powerKw");
  expect(devices.get("tank")?.normalise({ kind: "heatTo", tempC: 90 })).toEqual({ kind: "heatTo", tempC: 65 });
  expect(devices.get("roof")?.name).toBe("roof");
});

test("a wrong setting names the device", () => {
  const [zone] = home.zones ?? [];
  const config = HomeConfig.parse({
    ...home,
    zones: [{ ...zone, control: { kind: "climate-setpoint", entitty: "x" } }],
  });
  expect(() => devicesOfHome(config)).toThrow(/control of room .*\n.*entitty.*did you mean "entity"/s);
});

test.each([
  {
    what: "a car",
    more: { evs: [{ id: "car", capacityKwh: 60, maxChargeKw: 11, sensors: { ...sensors, soc: "sensor.car" } }] },
  },
  { what: "a boiler", more: { boilers: [{ id: "car", tankId: "tank", maxHeatKw: 18, fuelPricePerKwh: 0.1 }] } },
  {
    what: "an appliance",
    more: { appliances: [{ id: "car", powerKw: 1, runHours: 2, window: { from: "08:00", until: "20:00" }, sensors }] },
  },
])("a control that cannot drive $what is refused, not passed over", ({ more }) => {
  const control = { kind: "climate-setpoint", entity: "climate.room" };
  const [[group, devices]] = Object.entries(more) as [[string, object[]]];
  const config = HomeConfig.parse({ ...home, [group]: devices.map((each) => ({ ...each, control })) });
  expect(() => devicesOfHome(config)).toThrow(/control of car: kind "climate-setpoint" does not drive/);
  expect(devicesOfHome(HomeConfig.parse({ ...home, ...more })).has("car")).toBe(false);
});
