import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HomeConfig } from "@ohmstead/contract";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createMeasuredHistory } from "../optimizer/src/cycles/measured-history.ts";
import { createHousePair } from "../optimizer/src/simulator/house-pair.ts";
import { demoHouse } from "../optimizer/src/simulator/physics/house-setup.ts";
import { readHouseInputs } from "../optimizer/src/simulator/read-inputs.ts";
import { createSimulatedHome } from "../optimizer/src/simulator/server/simulated-home.ts";
import { openStore } from "../optimizer/src/store/store.ts";
import { type Finding, findings } from "../optimizer/src/telemetry/findings.ts";
import { signalTable } from "../optimizer/src/telemetry/signals.ts";
import { createTelemetryBook } from "../optimizer/src/telemetry/telemetry-book.ts";

// The simulated house through telemetry and store, a day without and then one with a fault: what is refused, and what is suspected.

const DEMO = join(import.meta.dirname, "../config/demo");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WELL_HOURS = 26;
const config = HomeConfig.parse(parse(readFileSync(join(DEMO, "home.yaml"), "utf8")));

interface Outcome {
  readonly well: readonly Finding[];
  readonly found: readonly (Finding & { readonly afterHours: number })[];
  readonly refused: readonly string[];
}

/** Some hours without a fault, then some with it; looked at every hour. */
function daysWith(
  fault: Parameters<ReturnType<typeof createSimulatedHome>["faults"]["add"]>[0],
  hours: number,
  week: string,
): Outcome {
  const inputs = readHouseInputs(join(DEMO, week));
  const startMs = (inputs.baseLoadsKw[0]?.startMs ?? 0) + HOUR_MS;
  let nowMs = startMs;
  const pair = createHousePair(demoHouse, inputs, 1, startMs);
  const home = createSimulatedHome(demoHouse, pair, { nowMs: () => nowMs });
  const signals = signalTable(config);
  const store = openStore(":memory:");
  const book = createTelemetryBook({ signals });
  const history = createMeasuredHistory(store.readings, signals, 28);
  const reasons = new Set<string>();
  const found = new Map<string, Finding & { readonly afterHours: number }>();
  let well: readonly Finding[] = [];
  for (let minute = 1; minute <= (WELL_HOURS + hours) * 60; minute += 1) {
    nowMs += MINUTE_MS;
    if (minute === WELL_HOURS * 60) home.faults.add(fault);
    home.live(10);
    const readings = book.wantedSources().flatMap((source) => {
      const [entityId = ""] = source.split("#");
      const state = home.states.get(entityId);
      if (!state || source !== entityId) return [];
      const unit = state.attributes["unit_of_measurement"];
      return [{ source, value: state.state, atMs: state.reportedMs, ...(typeof unit === "string" ? { unit } : {}) }];
    });
    const { stored, refused } = book.take({ readings }, nowMs);
    store.readings.save(stored);
    for (const { signal, reason } of refused) reasons.add(`${signal}: ${reason}`);
    if (minute % 60 !== 0) continue;
    history.update(nowMs);
    const now = findings(signals, { means: history.means(), recent: book.recent() }, nowMs);
    if (minute < WELL_HOURS * 60) well = [...well, ...now];
    else
      for (const each of now)
        if (!found.has(`${each.kind} ${each.signal}`))
          found.set(`${each.kind} ${each.signal}`, { ...each, afterHours: minute / 60 - WELL_HOURS });
  }
  store.close();
  return { well, found: [...found.values()], refused: [...reasons] };
}

describe.each([
  {
    name: "the grid meter counts the other way round",
    fault: { kind: "sensorWrongSign", entityId: "sensor.house_grid_power" } as const,
    week: "winter",
    suspected: "sign grid.powerKw",
    says: "sensor.house_grid_power (grid.powerKw) does not fit the other meters",
  },
  {
    name: "the sun is counted the other way round",
    fault: { kind: "sensorWrongSign", entityId: "sensor.pv_power" } as const,
    week: "summer",
    suspected: "sign roof.powerKw",
    says: "write invert: true beside its source",
  },
])("E14 $name", ({ fault, week, suspected, says }) => {
  let outcome: Outcome;
  beforeAll(() => {
    outcome = daysWith(fault, 30, week);
  });
  test("E14 the house is not suspected before", () => expect(outcome.well).toEqual([]));
  test("E14 is suspected within thirty hours, by name and with the setting to change", () => {
    const it = outcome.found.find(({ kind, signal }) => `${kind} ${signal}` === suspected);
    expect(it?.sentence).toContain(says);
    expect(outcome.found.filter((each) => each.kind !== it?.kind)).toEqual([]);
  });
});

test.each([
  { kind: "sensorTimesThousand", entityId: "sensor.battery_power", says: "battery.powerKw: " },
  { kind: "sensorNaN", entityId: "sensor.battery_soc", says: "battery.soc: nan is not a number" },
] as const)("E14 $kind: what cannot be is refused, with the likely mistake", ({ says, ...fault }) => {
  const { refused } = daysWith(fault, 8, "winter");
  expect(refused.find((each) => each.startsWith(says))).toBeDefined();
});
