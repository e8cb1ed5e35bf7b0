import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command, Plan, TelemetryReading } from "@ohmstead/contract";
import { stringify } from "yaml";
import { afterEach, expect, test } from "vitest";
import { startOptimizer } from "../../optimizer/src/launch/stations.ts";

// The optimizer as its own process, and a battery's integration that begins to tell.

const HOUR_MS = 3_600_000;
const TOKEN = "the-token-of-the-service-0123456789";
const HOST = "127.0.0.1";
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A battery whose limits are all above empty: whoever believed 0 % would have to charge at once, whatever it costs. */
const home = {
  timeZone: "UTC",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  meters: { gridPower: "sensor.grid" },
  batteries: [
    {
      id: "battery",
      capacityKwh: 10,
      minSoc: 0.3,
      maxChargeKw: 5,
      maxDischargeKw: 5,
      sensors: { soc: "sensor.soc", power: "sensor.battery" },
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
};

async function startHome() {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-soc-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const configPath = join(folder, "home.yaml");
  const weatherPath = join(folder, "weather.csv");
  const hours = Array.from({ length: 72 }, (_, hour) => new Date(Date.now() + (hour - 12) * HOUR_MS).toISOString());
  writeFileSync(weatherPath, ["time_utc,temp_c", ...hours.map((at) => `${at.slice(0, 13)}:00:00Z,8`), ""].join("\n"));
  const weather = { source: { kind: "csv", file: weatherPath, column: "temp_c" } };
  writeFileSync(configPath, stringify({ ...home, weather }));
  const started = { configPath, dataFolder: folder, host: HOST, port: 0, token: TOKEN, env: {}, onLine: () => {} };
  const { service, port } = await startOptimizer(started);
  closers.push(() => service.stop());
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`http://${HOST}:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  // The last minutes as the integration told them: every quarter of a minute.
  let atMs = Date.now() - 5 * 60_000;
  const said = (soc: TelemetryReading["value"]): Promise<unknown> => {
    atMs += 15_000;
    return ask("POST", "/api/v1/telemetry", {
      readings: [
        { source: "sensor.soc", value: soc, unit: "%", atMs },
        { source: "sensor.battery", value: 0, unit: "W", atMs },
        { source: "sensor.grid", value: 800, unit: "W", atMs },
      ],
    });
  };
  return {
    ask,
    /** What is planned when that has been said. */
    planWhen: async (soc: TelemetryReading["value"]) => {
      await said(soc);
      return batteryOf(await ask<Plan>("POST", "/api/v1/plan", { reason: `soc ${soc}` }));
    },
    orders: async (): Promise<string[]> =>
      (await ask<Command[]>("GET", "/api/v1/commands?limit=100")).map(({ intent }) => intent.kind),
  };
}

/** The battery at the beginning of a plan, and what it is told. */
function batteryOf({ schedule, devices, slots }: Plan) {
  const [battery] = schedule.batteries;
  const [segment] = devices.find(({ deviceId }) => deviceId === "battery")?.segments ?? [];
  const firstHour = slots.flatMap(({ startMs }, k) => (startMs < (slots[0]?.startMs ?? 0) + HOUR_MS ? [k] : []));
  return {
    soc: battery?.soc[0],
    chargesKw: Math.max(...firstHour.map((k) => battery?.chargeKw[k] ?? 0)),
    intent: segment?.intent.kind,
  };
}

test("E14 a battery that says nothing, and then 0 %, when its integration starts is not charged in an emergency; told its charge, it is; and a zero after that is not believed", async () => {
  const { ask, planWhen, orders } = await startHome();
  const fromMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  // Cheap now and dear later: there is every reason to charge now, for whoever knows what is in the battery.
  const slots = Array.from({ length: 48 }, (_, hour) => ({
    startMs: fromMs + hour * HOUR_MS,
    hours: 1,
    importPricePerKwh: hour < 4 ? 0.1 : 0.4,
    exportPricePerKwh: 0.01,
  }));
  await ask("POST", "/api/v1/prices/update", { currency: "EUR", slots });

  for (const nothing of ["unavailable", "unknown", 0, 0] as const) {
    const unknown = await planWhen(nothing);
    expect(unknown.chargesKw, `after ${nothing}`).toBe(0);
    expect(unknown.intent).not.toBe("charge");
  }
  expect(await orders()).not.toContain("charge");
  // What stands in for the zero is no content of the battery, and people are told.
  const { notes } = await ask<Plan>("GET", "/api/v1/plan");
  expect(notes.join("\n")).toMatch(/says 0, as sources do before they know/);

  const known = await planWhen(55);
  expect(known.soc).toBeCloseTo(0.55, 2);
  expect(known.chargesKw).toBeGreaterThan(1);
  for (const nothing of [0, "unavailable", 0] as const) {
    const again = await planWhen(nothing);
    expect(again.soc, `after ${nothing}`).toBeCloseTo(0.55, 1);
  }
});
