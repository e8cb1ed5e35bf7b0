import type { Intent, ServiceEvent } from "@ohmstead/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LatestReading } from "../commands/readings.ts";
import { aPlan, aReport, MINUTE, T0, usualSettings } from "../commands/testing/examples.ts";
import { createDevice } from "../devices/registry.ts";
import { openStore, type Store } from "../store/store.ts";
import { type CommandCycle, createCommandCycle } from "./command-cycle.ts";

const CHARGE: Intent = { kind: "charge", kw: 3, untilSoc: 0.8 };
const SELF_USE = { "select.work_mode": "Self Use", "number.max_soc": 100, "number.force_charge_power": 5 };
const AS_TOLD = { "select.work_mode": "Force Charge", "number.max_soc": 80, "number.force_charge_power": 3 };
/** Seen in the wild: the integration gives up on an answer after so long. */
const TIMES_OUT_MS = 17_000;

const inverter = createDevice(
  "foxess-modbus",
  {
    kind: "foxess-modbus",
    workModeEntity: "select.work_mode",
    minSocEntity: "number.min_soc_on_grid",
    maxSocEntity: "number.max_soc",
    forceChargePowerEntity: "number.force_charge_power",
  },
  {
    deviceId: "battery",
    name: "Battery",
    deviceType: "battery",
    limits: { maxChargeKw: 5, maxDischargeKw: 5, minSoc: 0.1, maxSoc: 1 },
    signals: { power: "battery.powerKw", soc: "battery.soc" },
  },
);

let store: Store;
let cycle: CommandCycle;
let nowMs: number;
let readings: Map<string, LatestReading>;
let heard: ServiceEvent[];
const alerts = () => heard.filter(({ type }) => type === "alert");
const show = (values: Record<string, string | number>) => {
  for (const [source, value] of Object.entries(values)) readings.set(source, { value, atMs: nowMs });
  cycle.onReadings();
};

beforeEach(() => {
  nowMs = T0;
  heard = [];
  readings = new Map();
  store = openStore(":memory:");
  cycle = createCommandCycle({
    store,
    devices: new Map([["battery", inverter]]),
    settings: usualSettings,
    clock: { nowMs: () => nowMs },
    publish: (event) => heard.push(event),
    readings: () => readings,
    overrides: () => [],
    hold: () => undefined,
    onUsable: () => {},
    onOverride: () => {},
  });
  show({ ...SELF_USE, "number.min_soc_on_grid": 10, "battery.powerKw": -0.6, "battery.soc": 0.4 });
  cycle.onPlan(aPlan({ battery: [[0, 330, CHARGE]] }));
});
afterEach(() => store.close());

/** Carries what is offered as the integration does while the inverter does not answer: `onWrite` is what really happens. Times of the writes. */
function silentFor(minutes: number, onWrite: () => void): number[] {
  const writesAtMs: number[] = [];
  for (const untilMs = T0 + minutes * MINUTE; nowMs < untilMs; nowMs += 1000) {
    if ((nowMs - T0) % 30_000 === 0) show({ "battery.powerKw": Number(readings.get("battery.powerKw")?.value ?? 0) });
    cycle.tick();
    const [offered] = cycle.toCarry();
    if (offered?.state !== "pending") continue;
    writesAtMs.push(nowMs);
    cycle.onReport(offered.id, aReport("sent", nowMs, offered.attempt));
    onWrite();
    nowMs += TIMES_OUT_MS;
    cycle.onReport(offered.id, {
      ...aReport("failed", nowMs, offered.attempt, "no answer"),
      failure: { kind: "timeout" },
    });
  }
  return writesAtMs;
}

describe("a Fox ESS write that nobody answers", () => {
  test("E17 without effect: it is tried again once a minute at most, then given up aloud", () => {
    const writesAtMs = silentFor(60, () => {});
    const gapsMs = writesAtMs.slice(1).map((atMs, k) => atMs - (writesAtMs[k] ?? 0));
    expect(writesAtMs.length).toBeGreaterThanOrEqual(3);
    expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(MINUTE);
    expect(cycle.list({ openOnly: false, limit: 10 }).map(({ state }) => state)).toContain("deadLettered");
    expect(alerts().length).toBeGreaterThan(0);
  });

  test("with effect: the meter decides, it is not sent again, and nobody is alarmed", () => {
    const writesAtMs = silentFor(20, () => show({ ...AS_TOLD, "battery.powerKw": 2.9 }));
    expect(writesAtMs).toHaveLength(1);
    expect(cycle.list({ openOnly: false, limit: 1 })).toMatchObject([{ state: "verified", attempt: 1 }]);
    expect(alerts()).toEqual([]);
  });
});
