import type { Command, CommandEvent, Health, Plan } from "@ohmstead/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReadingPoint } from "../../optimizer/src/domain/resample.ts";
import { isLive } from "../../optimizer/src/commands/life.ts";
import { predictedState } from "../../optimizer/src/cycles/present-states.ts";
import type { StoredPlan } from "../../optimizer/src/store/plan-repository.ts";
import { openStore } from "../../optimizer/src/store/store.ts";
import { type ComposedDemo, startComposedDemo } from "../support/composed-demo.ts";
import { untilSo } from "../support/until-so.ts";

// One winter night with one misfortune after the other; the tests then look at what was told and what is on record.
const SPEED = 150;
const MINUTE_MS = 60_000;
const SENSORS_FAIL_AT = 10;
const SENSORS_BACK_AT = 47; // half an hour is how old a reading may be
const HOUSE_LEAVES_AT = 56;
const AWAY_MINUTES = 20;
const SENSORS = {
  "hot_water.tempC": { entity: "sensor.hot_water_tank_temperature", kind: "sensorNaN", says: "nan is not a number" },
  "battery.soc": { entity: "sensor.battery_soc", kind: "sensorFrozen", says: /[34]\d minutes old/ },
  "living_room.tempC": { entity: "sensor.living_room_temperature", kind: "sensorUnavailable", says: "unavailable" },
} as const;
const DEVICES = ["hot_water", "battery", "living_room"] as const;

interface Look {
  readonly atMs: number;
  readonly commands: readonly Command[];
  readonly connected: boolean;
}

let demo: ComposedDemo;
let early: { readonly plan: Plan; readonly health: Health; readonly refused: readonly number[] };
let sensorsFailedAtMs: number;
let sensorsBackAtMs: number;
let whileBlind: Health;
let healthAfterwards: Health;
let houseLeftAtMs: number;
let whileAway: Look;
let houseBackAtMs: number;
let provedAgain: readonly { readonly command: Command; readonly events: readonly CommandEvent[] }[];
let stored: readonly StoredPlan[];
let commandsAtTheEnd: readonly Command[];
let readings: ReadonlyMap<string, readonly ReadingPoint[]>;

const readingsCheck = (health: Health) => health.checks.find(({ name }) => name === "readings");

beforeAll(async () => {
  demo = await startComposedDemo({ speed: SPEED });

  await demo.untilHouse(demo.minute(SENSORS_FAIL_AT - 2));
  const withToken = async (authorization: string | undefined, path: string, method = "GET") => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    return (await fetch(`${demo.optimizerUrl}${path}`, { method, headers })).status;
  };
  early = {
    plan: await demo.plan(),
    health: await demo.health(),
    refused: await Promise.all([
      withToken("Bearer wrong", "/api/v1/plan"),
      withToken(`Bearer ${demo.token}x`, "/api/v1/recommendation/now"),
      withToken(`Basic ${demo.token}`, "/api/v1/events"),
      withToken(undefined, "/api/v1/commands"),
      withToken("Bearer wrong", "/api/v1/overrides", "POST"),
      withToken(`Bearer ${demo.houseToken}`, "/metrics"),
    ]),
  };

  await demo.untilHouse(demo.minute(SENSORS_FAIL_AT));
  for (const { entity, kind } of Object.values(SENSORS)) await demo.sim.addFault({ kind, entityId: entity });
  sensorsFailedAtMs = demo.houseNowMs();
  await demo.untilHouse(demo.minute(SENSORS_BACK_AT));
  whileBlind = await demo.health();
  sensorsBackAtMs = demo.houseNowMs();
  await demo.sim.clearFaults();
  await demo.untilHouse(demo.minute(HOUSE_LEAVES_AT));
  healthAfterwards = await demo.health();

  await demo.sim.addFault({ kind: "goAway", forSeconds: AWAY_MINUTES * 60 });
  houseLeftAtMs = demo.houseNowMs();
  await untilSo(
    "Node-RED notices",
    5000,
    async () => !(await demo.nodeRedHealth()).homeAssistantConnected || undefined,
  );
  // A wish that needs a command, whatever the plan would do by itself.
  await demo.ask("POST", "/api/v1/overrides", { kind: "boostHeat", deviceId: "living_room", minutes: 120 });
  await demo.untilHouse(houseLeftAtMs + (AWAY_MINUTES - 2) * MINUTE_MS);
  const { homeAssistantConnected: connected } = await demo.nodeRedHealth();
  whileAway = { atMs: demo.houseNowMs(), connected, commands: await demo.commands() };

  houseBackAtMs = houseLeftAtMs + AWAY_MINUTES * MINUTE_MS;
  await demo.untilHouse(houseBackAtMs);
  await untilSo(
    "Node-RED is connected again",
    20_000,
    async () => (await demo.nodeRedHealth()).homeAssistantConnected || undefined,
  );
  const waited = new Set(waitedWhileAway().map(({ id }) => id));
  provedAgain = await untilSo("what waited has come to its end or is proved", 20_000, async () => {
    const commands = (await demo.commands()).filter(({ id }) => waited.has(id));
    if (commands.some(({ state }) => isLive(state) && state !== "verified")) return undefined;
    return Promise.all(commands.map(async (command) => ({ command, events: await demo.eventsOf(command.id) })));
  });
  commandsAtTheEnd = await demo.commands();
  await demo.stop();
  const store = openStore(demo.databasePath);
  stored = store.plans
    .between(0, Number.MAX_SAFE_INTEGER, 10_000)
    .toReversed()
    .flatMap(({ id }) => store.plans.byId(id) ?? []);
  readings = new Map(
    Object.keys(SENSORS).map((signal) => [signal, store.readings.between(signal, 0, Number.MAX_SAFE_INTEGER)]),
  );
  store.close();
});
afterAll(async () => {
  await demo?.stop();
  demo?.remove();
});

const waitedWhileAway = () =>
  whileAway.commands.filter(({ createdAtMs, state }) => createdAtMs > houseLeftAtMs && isLive(state));
const madeBetween = (fromMs: number, untilMs: number) =>
  stored.filter(({ plan }) => plan.createdAtMs > fromMs && plan.createdAtMs <= untilMs);

test("a wrong token opens nothing", () => {
  expect(early.refused).toEqual([401, 401, 401, 401, 401, 401]);
});

test("before tomorrow's prices are published the plan goes on with what they usually are, and says from when", () => {
  const lastKnownMs = Date.UTC(2024, 0, 5, 23); // the market's midnight
  const lastSlot = early.plan.slots.at(-1);
  expect(early.plan.notes).toContain("Prices: until Sat 6 Jan, 01:00 from csv, then as on days like these");
  expect((lastSlot?.startMs ?? 0) + (lastSlot?.hours ?? 0) * 3_600_000).toBeGreaterThan(lastKnownMs + 12 * 3_600_000);
  expect(early.plan).toMatchObject({ rung: "full", status: "optimal" });
  expect(early.health.checks.find(({ name }) => name === "prices")).toMatchObject({ detail: "Known until Sat 01:00." });
});

describe("sensors that give nothing, nonsense, or always the same", () => {
  test("before and after all is well", () => {
    expect(readingsCheck(early.health)).toMatchObject({ status: "ok" });
    expect(readingsCheck(healthAfterwards)).toMatchObject({ status: "ok" });
  });

  test.each(Object.entries(SENSORS))(
    "the health names %s, its entity, and what is wrong",
    (signal, { entity, says }) => {
      const { status, detail = "" } = readingsCheck(whileBlind) ?? {};
      expect(status).toBe("warning");
      // "Not used, …: battery.soc (sensor.battery_soc): 31 minutes old; …"
      const parts = detail.split(/[:;] /);
      expect(parts).toContain(`${signal} (${entity})`);
      expect(parts[parts.indexOf(`${signal} (${entity})`) + 1]).toMatch(says);
    },
  );

  test("planning goes on at its pace, with the full model of every device", () => {
    const blind = madeBetween(sensorsFailedAtMs, sensorsBackAtMs);
    expect(blind.length).toBeGreaterThanOrEqual(6);
    for (const { plan } of blind) {
      expect(plan.rung).toBe("full");
      expect(plan.schedule.tanks.map(({ id }) => id)).toEqual(["hot_water"]);
      expect(plan.schedule.batteries.map(({ id }) => id)).toEqual(["battery"]);
      expect(plan.schedule.zones.map(({ id }) => id)).toEqual(["living_room"]);
    }
  });

  test("once a reading is too old the last plan's prediction stands in for it, and the plan says so", () => {
    const late = stored.flatMap(({ plan }, k) => {
      const previous = stored[k - 1]?.plan;
      const isBlind = plan.createdAtMs > sensorsFailedAtMs + 31 * MINUTE_MS && plan.createdAtMs < sensorsBackAtMs;
      return isBlind && previous ? [{ plan, previous, problem: stored[k]?.problem }] : [];
    });
    expect(late.length).toBeGreaterThanOrEqual(1);
    for (const { plan, previous, problem } of late) {
      const began = {
        hot_water: problem?.tanks[0]?.tempC,
        battery: problem?.batteries[0]?.soc,
        living_room: problem?.zones[0]?.tempC,
      };
      const nowMs = problem?.slots[0]?.startMs ?? 0;
      for (const device of DEVICES) expect(began[device]).toBeCloseTo(predictedState(previous, device, nowMs) ?? 0, 3);
      for (const signal of Object.keys(SENSORS))
        expect(plan.notes.join("\n")).toMatch(
          new RegExp(`^${signal} was last read [34]\\d minutes ago: .* prediction is used`, "m"),
        );
    }
    const [afterwards] = madeBetween(sensorsBackAtMs + 5 * MINUTE_MS, houseLeftAtMs);
    expect(afterwards?.plan.notes.join()).not.toContain("prediction is used");
  });

  test("what is no number is neither stored nor planned with", () => {
    const oldest = { "hot_water.tempC": 40, "living_room.tempC": 18, "battery.soc": 0 };
    for (const [signal, least] of Object.entries(oldest)) {
      const values = readings.get(signal) ?? [];
      expect(values.length).toBeGreaterThan(3);
      for (const [, value] of values) expect(value).toBeGreaterThan(least);
      // The house lives from minute to minute: its own time is up to one behind.
      const [fromMs, untilMs] = [sensorsFailedAtMs + 2 * MINUTE_MS, sensorsBackAtMs - 2 * MINUTE_MS];
      const whileFailed = values.filter(([atMs]) => atMs > fromMs && atMs < untilMs);
      expect({ signal, whileFailed }).toEqual({ signal, whileFailed: [] });
    }
    for (const { problem } of stored) expect(problem.tanks[0]?.tempC ?? 52).toBeGreaterThan(40);
  });
});

describe("Home Assistant away for twenty minutes", () => {
  test("commands wait: none is sent, none fails, one per device", () => {
    expect(whileAway.connected).toBe(false);
    const waiting = waitedWhileAway();
    expect(waiting.map(({ deviceId }) => deviceId)).toContain("living_room");
    for (const { id, state, attempt } of waiting)
      expect({ id, state, attempt }).toEqual({ id, state: "pending", attempt: 1 });
    const live = whileAway.commands.filter(({ state }) => isLive(state)).map(({ deviceId }) => deviceId);
    expect(new Set(live).size).toBe(live.length);
  });

  test("when it is back they are carried once and proved", () => {
    expect(provedAgain.length).toBeGreaterThan(0);
    for (const { command, events } of provedAgain) {
      const sent = events.filter(({ type }) => type === "sent");
      if (command.state === "superseded" && sent.length === 0) continue; // the plan changed its mind meanwhile
      expect(sent).toHaveLength(1);
      expect(sent[0]?.atMs).toBeGreaterThanOrEqual(houseBackAtMs);
    }
    expect(provedAgain.filter(({ events }) => events.some(({ type }) => type === "verified"))).not.toEqual([]);
  });

  test("planning never stopped", () => {
    expect(madeBetween(houseLeftAtMs, houseBackAtMs).length).toBeGreaterThanOrEqual(3);
  });
});

test("whatever happened, no command failed", () => {
  expect(
    commandsAtTheEnd.filter(({ state }) => state === "failed").map(({ id, lastError }) => ({ id, lastError })),
  ).toEqual([]);
});
