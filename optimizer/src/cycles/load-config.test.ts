import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { devicesOfHome } from "../devices/devices-of-home.ts";
import { ConfigError } from "../domain/errors.ts";
import { createHistorySource, createPriceSources, createPvSources, createWeatherSources } from "../sources/registry.ts";
import { loadHomeConfig } from "./load-config.ts";

const shipped = (name: string): string => fileURLToPath(new URL(`../../../config/${name}`, import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ohmstead-config-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOME = `
timeZone: Europe/Helsinki
currency: EUR
prices: { source: { kind: push } }
weather: { source: { kind: open-meteo, latitude: 60, longitude: 25 } }
meters: { gridPower: sensor.grid }
zones:
  - id: living
    heatLossKwPerK: 0.16
    heatCapacityKwhPerK: 9
    comfort: { minTempC: 20.5, maxTempC: 23, night: { from: "22:00", until: "06:00", minTempC: 19.5 } }
    sensors: { temp: sensor.living }
tanks:
  - { id: water, litres: 300, minTempC: 45, maxTempC: 60, sensors: { temp: sensor.tank } }
heatPumps:
  - { id: pump, zoneIds: [living], tankId: water, maxPowerKw: 4, sensors: { power: sensor.pump } }
boilers:
  - { id: gas, tankId: water, maxHeatKw: 18, fuelPricePerKwh: 0.11 }
immersionHeaters:
  - { id: upper, tankId: water, powerKw: 2 }
batteries:
  - { id: battery, capacityKwh: 10, maxChargeKw: 5, maxDischargeKw: 5, sensors: { soc: sensor.soc, power: sensor.battery } }
evs:
  - id: car
    capacityKwh: 60
    maxChargeKw: 11
    minChargeKw: 1.4
    maxSoc: 0.9
    goals: [{ soc: 0.8, at: "07:00", days: [mon, fri] }]
    sensors: { soc: sensor.car, power: sensor.charger }
pvArrays:
  - { id: roof, peakKw: 5, sensors: { power: sensor.roof } }
inverters:
  - { id: hybrid, pvArrayIds: [roof], batteryIds: [battery], maxToHouseKw: 5 }
appliances:
  - { id: washer, powerKw: 2, runHours: 2, window: { from: "20:00", until: "06:00" }, sensors: { power: sensor.washer } }
`;
const load = (text: string) => {
  const path = join(folder, "home.yaml");
  writeFileSync(path, text);
  return loadHomeConfig(path);
};

test.each([
  "home.example.yaml",
  "examples/finland-push.yaml",
  "examples/everything.yaml",
  "examples/foxess-sg-ready.yaml",
  "examples/mqtt-and-viessmann.yaml",
  "examples/germany-tibber.yaml",
  "examples/britain-economy-7.yaml",
  "examples/hungary-entsoe.yaml",
  "demo/home.yaml",
])("config/%s loads, and its sources and devices can be created", (name) => {
  const config = loadHomeConfig(shipped(name));
  const deps = { currency: config.currency };
  createPriceSources(config.prices.source, deps);
  createWeatherSources(config.weather.source, deps);
  for (const { forecast = [], peakKw } of config.pvArrays) createPvSources(forecast, { ...deps, peakKw });
  if (config.history) createHistorySource(config.history.source, deps);
  expect(devicesOfHome(config).size).toBeGreaterThan(1);
});

const namedInComments = [...readFileSync(shipped("home.example.yaml"), "utf8").matchAll(/^ +# +source: (.+)$/gm)].map(
  ([, source = ""]) => source,
);

test.each(namedInComments)("config/home.example.yaml: the source %s can be taken out of its comment", (source) => {
  const currency = /octopus/.test(source) ? "GBP" : "EUR";
  const prices = load(HOME.replace(/^prices:.*\n/m, `prices:\n  source: ${source}\n`)).prices;
  expect(createPriceSources(prices.source, { currency }).length).toBeGreaterThan(0);
});

test("defaults are filled in, and a sensor written short is one written long", () => {
  const config = load(HOME);
  expect(config.planning.horizonHours).toBe(48);
  expect(config.meters.gridPower).toEqual({ source: "sensor.grid", invert: false, staleAfterMinutes: 30 });
});

test.each([
  {
    what: "a misspelt key",
    from: "currency:",
    to: "curency:",
    says: /home\.yaml cannot be used:\n.*curency: is not a known key; did you mean "currency"/s,
  },
  {
    what: "a misspelt key deep inside",
    from: "maxTempC: 23,",
    to: "maxTemperature: 23,",
    says: /zones\[0\]\.comfort\.maxTemperature: is not a known key; did you mean "maxTempC"/,
  },
  {
    what: "watts for kilowatts",
    from: "powerKw: 2",
    to: "powerKw: 2000",
    says: /immersionHeaters\[0\]\.powerKw: looks like W/,
  },
  {
    what: "a time zone that does not exist",
    from: "Europe/Helsinki",
    to: "Europe/Helsinky",
    says: /timeZone: "Europe\/Helsinky" is not a known time zone; did you mean "Europe\/Helsinki"/,
  },
  {
    what: "a name used twice",
    from: "id: upper",
    to: "id: pump",
    says: /immersionHeaters\[0\]\.id: "pump" is already the name of heatPumps\[0\]/,
  },
  {
    what: "the name of a meter",
    from: "id: upper",
    to: "id: grid",
    says: /"grid" is already the name of the grid meter/,
  },
  {
    what: "a zone that is not there",
    from: "zoneIds: [living]",
    to: "zoneIds: [livign]",
    says: /heatPumps\[0\]\.zoneIds\[0\]: there is no "livign" in zones; did you mean "living"/,
  },
  {
    what: "a tank that is not there",
    from: "id: upper, tankId: water",
    to: "id: upper, tankId: wtaer",
    says: /immersionHeaters\[0\]\.tankId: there is no "wtaer" in tanks; did you mean "water"/,
  },
  {
    what: "comfort the wrong way round",
    from: "minTempC: 20.5",
    to: "minTempC: 24",
    says: /zones\[0\]\.comfort\.minTempC: 24 must be below maxTempC 23/,
  },
  {
    what: "nights warmer than the maximum",
    from: "minTempC: 19.5",
    to: "minTempC: 29",
    says: /comfort\.night\.minTempC: 29 must be below maxTempC 23/,
  },
  { what: "a night without length", from: '"06:00"', to: '"22:00"', says: /night: from and until are both 22:00/ },
  {
    what: "a tank's limits the wrong way round",
    from: "maxTempC: 60",
    to: "maxTempC: 40",
    says: /tanks\[0\]\.minTempC: 45 must be below maxTempC 40/,
  },
  {
    what: "a tank that may boil over",
    from: "maxTempC: 60",
    to: "maxTempC: 90",
    says: /tanks\[0\]\.maxTempC: 90 must not be above hardMaxTempC 75/,
  },
  {
    what: "a zone named twice",
    from: "zoneIds: [living]",
    to: "zoneIds: [living, living]",
    says: /heatPumps\[0\]\.zoneIds\[1\]: "living" is named twice/,
  },
  {
    what: "a boiler that heats nothing",
    from: "id: gas, tankId: water,",
    to: "id: gas,",
    says: /boilers\[0\]\.zoneIds: it heats nothing/,
  },
  {
    what: "an inverter of a battery that is not there",
    from: "batteryIds: [battery]",
    to: "batteryIds: [batery]",
    says: /inverters\[0\]\.batteryIds\[0\]: there is no "batery" in batteries; did you mean "battery"/,
  },
  {
    what: "an array behind two inverters",
    from: "maxToHouseKw: 5 }",
    to: "maxToHouseKw: 5 }\n  - { id: second, pvArrayIds: [roof], maxToHouseKw: 5 }",
    says: /inverters\[1\]: "roof" is already behind "hybrid"/,
  },
  {
    what: "a least power above the highest",
    from: "minChargeKw: 1.4",
    to: "minChargeKw: 14",
    says: /evs\[0\]\.minChargeKw: 14 must not be above maxChargeKw 11/,
  },
  {
    what: "a goal that the car does not hold",
    from: "soc: 0.8,",
    to: "soc: 0.95,",
    says: /evs\[0\]\.goals\[0\]\.soc: 0\.95 must not be above maxSoc 0\.9/,
  },
  {
    what: "a task longer than its window",
    from: "runHours: 2",
    to: "runHours: 11",
    says: /appliances\[0\]\.runHours: 11 must not be above the length of its window, 10/,
  },
  {
    what: "a key twice",
    from: "currency: EUR",
    to: "currency: EUR\ncurrency: GBP",
    says: /not well-formed YAML: .*unique.* line 4/s,
  },
  { what: "broken YAML", from: "tanks:", to: "tanks: [", says: /not well-formed YAML: .* line \d+/s },
])("refuses $what", ({ from, to, says }) => {
  expect(HOME).toContain(from);
  const attempt = () => load(HOME.replace(from, to));
  expect(attempt).toThrow(ConfigError);
  expect(attempt).toThrow(says);
});

test("every wrong thing is said at once", () => {
  const twoMistakes = HOME.replace("zoneIds: [living]", "zoneIds: [x]").replace("id: upper", "id: pump");
  expect(() => load(twoMistakes)).toThrow(/immersionHeaters\[0\]\.id.*heatPumps\[0\]\.zoneIds/s);
});

test.each([
  { what: "a file that is not there", text: undefined, says: /is not there: copy config\/home\.example\.yaml/ },
  { what: "an empty file", text: "# nothing yet\n", says: /is empty: copy config\/home\.example\.yaml/ },
  { what: "a list", text: "- 1\n", says: /cannot be used/ },
])("$what says what to do", ({ text, says }) => {
  const attempt = () => (text === undefined ? loadHomeConfig(join(folder, "nowhere.yaml")) : load(text));
  expect(attempt).toThrow(ConfigError);
  expect(attempt).toThrow(says);
});
