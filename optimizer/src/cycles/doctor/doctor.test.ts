import { fileURLToPath } from "node:url";
import { type DoctorCheck, HomeConfig, type HomeConfigInput } from "@ohmstead/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { devicesOfHome } from "../../devices/devices-of-home.ts";
import { type HouseOnWires, houseOnWires, WIRES_START_MS } from "../../simulator/server/house-on-wires.ts";
import { createPriceSources, createWeatherSources } from "../../sources/registry.ts";
import { createHomeAssistantReader } from "../../transport/home-assistant-rest.ts";
import { demoYaml } from "../people/testing/demo-day.ts";
import { createDoctor } from "./doctor.ts";
import { rememberingAll } from "./remember-answers.ts";

const baseFolder = fileURLToPath(new URL("../../../../config/demo/winter", import.meta.url));
const never = new AbortController().signal;

let house: HouseOnWires;
beforeEach(async () => {
  house = await houseOnWires();
});
afterEach(() => house.stop());

interface Wrong {
  readonly change?: (home: HomeConfigInput) => void;
  readonly token?: string;
  readonly url?: string;
}

/** The doctor of the demo house, which somebody has set up wrongly. */
function doctorOf({ change = () => {}, token = house.token, url = house.url }: Wrong = {}) {
  const raw = structuredClone(demoYaml);
  change(raw);
  const config = HomeConfig.parse(raw);
  const deps = { currency: config.currency, timeZone: config.timeZone, baseFolder };
  let asked = 0;
  const [prices] = createPriceSources(config.prices.source, deps);
  if (!prices) throw new Error("the demo has no price source");
  const counted = {
    ...prices,
    fetch: (nowMs: number, signal: AbortSignal) => {
      asked += 1;
      return prices.fetch(nowMs, signal);
    },
  };
  const doctor = createDoctor({
    config,
    sources: rememberingAll({
      prices: [counted],
      weather: createWeatherSources(config.weather.source, deps),
      pv: new Map(),
      history: undefined,
    }),
    devices: devicesOfHome(config),
    home: createHomeAssistantReader({ url, token }),
    clock: { nowMs: () => house.home.nowMs() },
  });
  return { examine: () => doctor.examine(never), asked: () => asked };
}

const notWell = (checks: readonly DoctorCheck[]) => checks.filter(({ status }) => status !== "ok");

test("a house that is set up well has nothing to change", async () => {
  // The simulated house lives through a day of its own, not through that of the recorded weather.
  const report = await doctorOf({ change: ({ meters }) => void delete meters.outdoorTemp }).examine();
  expect(notWell(report.checks)).toEqual([]);
  expect(report.status).toBe("ok");
  expect(report.atMs).toBe(WIRES_START_MS);
  expect(report.checks.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining([
      "prices/csv",
      "weather/csv",
      "time zone",
      "sensor.battery_soc (battery.soc)",
      "select.battery_mode",
    ]),
  );
});

test("whoever asks twice at once gets one examination, and an answer that is young enough is not asked for again", async () => {
  const { examine, asked } = doctorOf();
  const [one, two] = await Promise.all([examine(), examine()]);
  expect(two).toBe(one);
  await examine();
  expect(asked()).toBe(1);
});

test.each<{
  readonly what: string;
  readonly wrong: () => Wrong;
  readonly subject: string;
  readonly says: RegExp;
  readonly remedy: RegExp;
}>([
  {
    what: "E14 an entity that is misspelt",
    wrong: () => ({ change: ({ meters }) => (meters.gridPower = "sensor.house_grid_powr") }),
    subject: "sensor.house_grid_powr (grid.powerKw)",
    says: /does not exist in Home Assistant; there is: sensor\.house_grid_power\./,
    remedy: /at meters\.gridPower/,
  },
  {
    what: "E14 a temperature where a power is meant",
    wrong: () => ({ change: ({ meters }) => (meters.gridPower = "sensor.house_outdoor_temperature") }),
    subject: "sensor.house_outdoor_temperature (grid.powerKw)",
    says: /unit °C, but W, kW, MW is expected/,
    remedy: /choose another entity at meters\.gridPower/,
  },
  {
    what: "E14 an attribute that is not there",
    wrong: () => ({
      change: ({ zones = [] }) => zones.forEach((zone) => (zone.sensors.temp = "climate.living_room#temprature")),
    }),
    subject: "climate.living_room#temprature (living_room.tempC)",
    says: /no attribute "temprature"/,
    remedy: /zones\[0\]\.sensors\.temp/,
  },
  {
    what: "a device whose entity was renamed",
    wrong: () => ({
      change: ({ batteries = [] }) =>
        batteries.forEach(
          (battery) =>
            (battery.control = { ...battery.control, kind: "battery-mode-select", modeEntity: "select.batery_mode" }),
        ),
    }),
    subject: "select.batery_mode",
    says: /there is: select\.battery_mode/,
    remedy: /batteries\[0\]\.control\.modeEntity/,
  },
  {
    what: "a water heater that takes less than it may be told, beside an immersion heater",
    wrong: () => ({
      change: ({ tanks = [] }) => tanks.forEach(({ control }) => delete control?.["maxTempC"]),
    }),
    subject: "water_heater.hot_water_tank",
    says: /takes at most 60 °C \(max_temp\), and .* up to 75 °C/,
    remedy: /^write maxTempC: 60 at tanks\[0\]\.control$/,
  },
  {
    what: "a water heater that takes less than it may be told, and heats alone",
    wrong: () => ({
      change: (home) => {
        home.immersionHeaters = [];
        for (const tank of home.tanks ?? []) {
          tank.maxTempC = 65;
          delete tank.control?.["maxTempC"];
        }
      },
    }),
    subject: "water_heater.hot_water_tank",
    says: /takes at most 60 °C/,
    remedy: /hardMaxTempC: 60 at tanks\[0\], and maxTempC no higher/,
  },
  {
    what: "another time zone than Home Assistant's",
    wrong: () => ({ change: (home) => (home.timeZone = "Europe/London") }),
    subject: "time zone",
    says: /lives in Europe\/Helsinki, this config in Europe\/London/,
    remedy: /timeZone: Europe\/Helsinki/,
  },
  {
    what: "E05 a token that Home Assistant does not take",
    wrong: () => ({ token: "another" }),
    subject: "connection",
    says: /401/,
    remedy: /HA_TOKEN in \.env/,
  },
  {
    what: "an address at which nobody answers",
    wrong: () => ({ url: "http://127.0.0.1:9" }),
    subject: "connection",
    says: /cannot be reached/,
    remedy: /HA_URL in \.env/,
  },
  {
    what: "prices per MWh taken for prices per kWh",
    wrong: () => ({
      change: ({ prices }) => (prices.source = { ...[prices.source].flat()[0], kind: "csv", factor: 0.02 }),
    }),
    subject: "prices/csv",
    says: /half of its prices are above/,
    remedy: /./,
  },
  {
    what: "the weather of another place",
    wrong: () => ({}),
    subject: "weather/csv",
    says: /it says -\d+\.\d °C now, and the house measures -\d/,
    remedy: /latitude and longitude/,
  },
  {
    what: "a price file that is not there",
    wrong: () => ({
      change: ({ prices }) => (prices.source = { ...[prices.source].flat()[0], kind: "csv", file: "nowhere.csv" }),
    }),
    subject: "prices/csv",
    says: /^[^:]*nowhere\.csv is not there/, // the subject has the source's name

    remedy: /prices\.source in the config/,
  },
])("$what: named with the setting to change", async ({ wrong, subject, says, remedy }) => {
  const report = await doctorOf(wrong()).examine();
  const check = notWell(report.checks).find((each) => each.subject === subject);
  expect(check?.detail).toMatch(says);
  expect(check?.remedy).toMatch(remedy);
  expect(report.status).not.toBe("ok");
});

test("E14 a sensor that has fallen silent is named with its age", async () => {
  house.home.faults.add({ kind: "sensorUnavailable", entityId: "sensor.battery_soc" });
  house.move(3 * 3_600_000);
  await expect.poll(() => house.home.nowMs(), { timeout: 10_000 }).toBeGreaterThan(WIRES_START_MS + 2.9 * 3_600_000);
  const { checks } = await doctorOf().examine();
  const check = notWell(checks).find(({ subject }) => subject.startsWith("sensor.battery_soc"));
  expect(check?.detail).toMatch(/unavailable/);
});

/** So many hours of the house with its battery told that. */
async function live(option: string, hours: number): Promise<void> {
  await fetch(`${house.url}/api/services/select/select_option`, {
    method: "POST",
    headers: { authorization: `Bearer ${house.token}` },
    body: JSON.stringify({ entity_id: "select.battery_mode", option }),
  });
  const untilMs = house.home.nowMs() + hours * 3_600_000;
  house.move(hours * 3_600_000);
  await expect.poll(() => house.home.nowMs(), { timeout: 20_000 }).toBeGreaterThanOrEqual(untilMs);
}

test("E14 a battery that seems to charge while it empties: the doctor names the sign to turn", async () => {
  await live("charge", 3);
  await live("self_use", 9);
  const turned = doctorOf({
    change: ({ batteries = [] }) =>
      batteries.forEach((battery) => (battery.sensors.power = { source: "sensor.battery_power", invert: true })),
  });
  const check = notWell((await turned.examine()).checks).find(
    ({ subject }) => subject === "sensor.battery_power (battery.powerKw)",
  );
  expect(check?.detail).toMatch(/is positive while battery empties.*write invert: false/);
  expect(check?.remedy).toBe("its settings are at batteries[0].sensors.power in the config");
  const straight = notWell((await doctorOf().examine()).checks).filter(({ group }) => group === "entities");
  expect(straight).toEqual([]);
});
