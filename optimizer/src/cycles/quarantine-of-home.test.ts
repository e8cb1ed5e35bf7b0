import { HomeConfig } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { openStore } from "../store/store.ts";
import { signalTable } from "../telemetry/signals.ts";
import { quarantineOfHome } from "./quarantine-of-home.ts";

const config = HomeConfig.parse({
  timeZone: "Europe/London",
  currency: "GBP",
  prices: { source: [{ kind: "octopus-agile", product: "AGILE-24-10-01", region: "C" }, { kind: "push" }] },
  weather: { source: { kind: "csv" } },
  meters: { gridPower: "sensor.grid" },
  batteries: [
    {
      id: "battery",
      name: "Cellar battery",
      capacityKwh: 10,
      maxChargeKw: 5,
      maxDischargeKw: 5,
      sensors: { soc: "sensor.soc#level", power: "sensor.battery_power" },
    },
  ],
});
const NOW_MS = Date.UTC(2024, 0, 5, 12);

/** Of these subjects one value each. */
function kept(...subjects: readonly string[]) {
  const { quarantine } = openStore(":memory:");
  quarantine.add(
    subjects.map((subject) => ({ subject, atMs: NOW_MS, value: "1", reason: "is wrong" })),
    NOW_MS,
  );
  return quarantineOfHome(
    {
      quarantine,
      config,
      priceSources: ["octopus-agile", "push"],
      signals: signalTable(config),
      names: new Map([["battery", "Cellar battery"]]),
    },
    { limit: 10 },
  ).values;
}

test.each([
  { subject: "battery.soc", name: "Cellar battery: charge", remedy: /sensor\.soc#level.*batteries\[0\]\.sensors\.soc/ },
  { subject: "grid.powerKw", name: "Grid: power", remedy: /sensor\.grid; .*meters\.gridPower/ },
  {
    subject: "prices/octopus-agile",
    name: "Prices of octopus-agile",
    remedy: /last good price stays.*prices\.source\[0\]/,
  },
  { subject: "prices/push", name: "Prices of push", remedy: /final prices in GBP per kWh/ },
  { subject: "prices/tibber", name: "Prices of tibber", remedy: /no such source any more/ },
  { subject: "old_heater.powerKw", name: "old_heater: power", remedy: /does not name it any more/ },
])("$subject is told by name, with the place in the config", ({ subject, name, remedy }) => {
  expect(kept(subject)).toEqual([expect.objectContaining({ subject, name, remedy: expect.stringMatching(remedy) })]);
});
