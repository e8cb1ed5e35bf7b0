import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FallbackPack, formatHouseClock, HOUSE_CLOCK_VARIABLE, type ServiceEvent } from "@ohmstead/contract";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aCommand, aFallbackPack, fakeAppliance, NOW_MS } from "../../../tests/support/appliance-fake.ts";
import { soon, type Stage, type StageSetup, startStage } from "../../../tests/support/node-red-helper.ts";

const SPEED = 1200; // a cycle of 5 min is a quarter of a second
const folder = mkdtempSync(join(tmpdir(), "ohmstead-fallback-"));
const hello: ServiceEvent = { type: "hello", version: "1", nowMs: NOW_MS, sources: [] };
const callOf = (option: string) => ({
  action: "select.select_option",
  target: { entity_id: "select.mode" },
  data: { option },
});
const act = (option: string) => ({ intent: { kind: "hold" } as const, calls: [callOf(option)] });
const options = (messages: readonly { payload?: unknown }[]) =>
  messages.map(({ payload }) => (payload as { data?: { option?: string } }).data?.option);

let stage: Stage | undefined;
const start = async (appliance: StageSetup["appliance"], others: StageSetup["others"] = []) => {
  stage = await startStage({ appliance, node: { type: "ohmstead-fallback", folder }, others });
  return stage;
};

const pack: FallbackPack = {
  ...aFallbackPack,
  planValidUntilMs: NOW_MS + 3_600_000 * 24,
  devices: [
    {
      deviceId: "battery",
      name: "Battery",
      deviceType: "battery",
      segments: [{ startMs: 0, endMs: NOW_MS * 2, ...act("plan") }],
      rules: { cheap: act("cheap"), normal: act("normal"), expensive: act("expensive") },
      safe: act("safe"),
      guard: { source: "sensor.soc", low: 10, high: 95, whenLow: act("low"), whenHigh: act("high") },
    },
  ],
};
const withPack = () => fakeAppliance({ greeting: () => [hello], fallbackPack: () => pack });

beforeEach(() => {
  process.env[HOUSE_CLOCK_VARIABLE] = formatHouseClock({
    speed: SPEED,
    houseStartMs: NOW_MS,
    realStartMs: Date.now(),
  });
});

afterEach(async () => {
  await stage?.stop();
  stage = undefined;
  rmSync(folder, { recursive: true, force: true });
});

test("takes over when the service is silent, follows the guard, hands back and reports", async () => {
  const { node, out, service } = await start(withPack().appliance);
  await soon(() =>
    expect(out("out2").at(-1)).toMatchObject({ payload: { active: false, text: "Ready to take over." } }),
  );
  expect(out()).toEqual([]);
  await service.goAway();
  await soon(() => expect(options(out())).toEqual(["plan"]));
  expect(out("out2").at(-1)).toMatchObject({ topic: "fallback", payload: { active: true, rung: "plan" } });

  node.receive({ payload: { entity_id: "sensor.soc", state: "5" } });
  await soon(() => expect(options(out())).toEqual(["plan", "low"]));
  node.receive({ payload: { entity_id: "sensor.soc", state: "unavailable" } });
  await soon(() => expect(options(out())).toEqual(["plan", "low", "plan"]));

  const later = withPack();
  await service.comeBack(later.appliance);
  await soon(() => expect(out("out2").at(-1)).toMatchObject({ payload: { active: false } }));
  const report = await vi.waitFor(() => {
    const found = later.calls.find(([name]) => name === "reportFallback");
    expect(found).toBeDefined();
    return found?.[1] as { rung: string; actions: readonly { deviceId: string }[] };
  });
  expect(report).toMatchObject({ rung: "plan" });
  expect(report.actions).toHaveLength(3);
});

test("orders are repeated when Home Assistant was away, or said no", async () => {
  const { node, out, service } = await start(withPack().appliance);
  await soon(() => expect(out("out2").at(-1)).toMatchObject({ payload: { text: "Ready to take over." } }));
  await service.goAway();
  await soon(() => expect(out()).toHaveLength(1));
  node.receive({ topic: "home_assistant_client:ready", payload: "ready" });
  await soon(() => expect(out()).toHaveLength(2));
  node.receive({ ...out()[1], error: { message: "no" } });
  await soon(() => expect(out()).toHaveLength(3));
});

test("one driver at a time: the returning service's first command leaves after fallback has ended", async () => {
  const others = [{ id: "carry", type: "ohmstead-command", z: "f", service: "s", wires: [["out2"]] }];
  const { out, service } = await start(withPack().appliance, others);
  await soon(() => expect(out("out2").at(-1)).toMatchObject({ payload: { text: "Ready to take over." } }));
  await service.goAway();
  await soon(() => expect(out("out2").at(-1)).toMatchObject({ payload: { active: true } }));
  const command: ServiceEvent = { type: "command", command: { ...aCommand, validUntilMs: NOW_MS * 2 } };
  await service.comeBack(fakeAppliance({ greeting: () => [command], fallbackPack: () => pack }).appliance);
  await soon(() => expect(out("out2").at(-1)).toMatchObject({ topic: "command" }));
  expect(out("out2").at(-2)).toMatchObject({ topic: "fallback", payload: { active: false } });
});

test("a Node-RED that starts without a service has the pack from the disk", async () => {
  const first = await start(withPack().appliance);
  await soon(() => expect(first.out("out2").at(-1)).toMatchObject({ payload: { text: "Ready to take over." } }));
  await soon(() => expect(existsSync(join(folder, "fallback-pack.json"))).toBe(true));
  await first.stop();
  const { out, service } = await start(
    fakeAppliance({ fallbackPack: () => undefined, greeting: () => [hello] }).appliance,
  );
  await service.goAway();
  await soon(() => expect(options(out())).toEqual(["plan"]));
});

const timer = { entity_id: "timer.ohmstead_watchdog", state: "idle", attributes: { duration: "0:00:02" } };

test("the heart beats for a watchdog while the service drives and while fallback does, and only where there is one", async () => {
  const { node, out, service } = await start(withPack().appliance);
  await soon(() => expect(out("out2").at(-1)).toMatchObject({ payload: { text: "Ready to take over." } }));
  expect(out("out3")).toEqual([]);
  node.receive({ payload: [timer] });
  await soon(() => expect(out("out3").length).toBeGreaterThan(1));
  expect(out("out3")[0]).toMatchObject({
    payload: { action: "timer.start", target: { entity_id: "timer.ohmstead_watchdog" }, data: {} },
  });
  await service.goAway();
  await soon(() => expect(options(out())).toEqual(["plan"]));
  const before = out("out3").length;
  await soon(() => expect(out("out3").length).toBeGreaterThan(before + 1));
});

test("the heart stops when the service is silent and fallback has nothing to go by", async () => {
  const { node, out, service } = await start(
    fakeAppliance({ fallbackPack: () => undefined, greeting: () => [hello] }).appliance,
  );
  node.receive({ payload: [timer] });
  await soon(() => expect(out("out3").length).toBeGreaterThan(0));
  await service.goAway();
  let beats = 0;
  let lastBeatMs = Date.now();
  const isOver = () => {
    if (out("out3").length > beats) lastBeatMs = Date.now();
    beats = out("out3").length;
    expect(Date.now() - lastBeatMs).toBeGreaterThan(2000); // as long as the watchdog waits
  };
  await vi.waitFor(isOver, { timeout: 15_000, interval: 50 });
}, 20_000);
