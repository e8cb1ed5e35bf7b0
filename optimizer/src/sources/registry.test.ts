import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, SourceError } from "../domain/errors.ts";
import {
  createHistorySource,
  createPriceSources,
  createWeatherSources,
  HISTORY_KINDS,
  PRICE_KINDS,
  WEATHER_KINDS,
} from "./registry.ts";
import type { SourceKind } from "./source.ts";
import { fixture, type LocalServer, send, startLocalServer } from "./testing/local-server.ts";

interface Trial {
  readonly nowMs: number;
  readonly settings: () => object;
  readonly works: () => void;
  /** Absent: the kind has nothing that could fail. */
  readonly fails?: () => void;
}

let server: LocalServer;
let folder: string;
beforeAll(async () => {
  server = await startLocalServer();
  folder = mkdtempSync(join(tmpdir(), "ohmstead-sources-"));
  writeFileSync(join(folder, "series.csv"), "time_utc,value\n2024-01-05T00:00:00Z,1\n2024-01-05T01:00:00Z,2\n");
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const seriesPath = (): string => join(folder, "series.csv");
const file = (more: object): Omit<Trial, "nowMs"> => {
  let isAway = false;
  const move = (away: boolean) => {
    if (away !== isAway)
      renameSync(isAway ? `${seriesPath()}.away` : seriesPath(), away ? `${seriesPath()}.away` : seriesPath());
    isAway = away;
  };
  return {
    settings: () => ({ file: seriesPath(), ...more }),
    works: () => move(false),
    fails: () => move(true),
  };
};
const wire = (name: string, more: object): Omit<Trial, "nowMs"> => ({
  settings: () => ({ baseUrl: server.url, ...more }),
  works: () => server.answer(send(fixture(name))),
  fails: () => server.answer(send("{}", 503)),
});
const CSV_NOW_MS = Date.parse("2024-01-05T02:00:00Z");

/** How each kind is set up, so that a new one cannot be forgotten here. */
const trials: Readonly<Record<string, Trial>> = {
  "price octopus-agile": {
    nowMs: Date.parse("2025-11-30T12:00:00Z"),
    ...wire("octopus/agile_unit_rates_46_results.json", { product: "AGILE-24-10-01", region: "N" }),
  },
  "price csv": { nowMs: CSV_NOW_MS, ...file({ column: "value" }) },
  "price push": { nowMs: CSV_NOW_MS, settings: () => ({}), works: () => {} },
  "weather open-meteo": {
    nowMs: Date.parse("2026-03-02T12:00:00Z"),
    ...wire("open-meteo/forecast_hourly_2026-03.json", { latitude: 50, longitude: 10 }),
  },
  "weather csv": { nowMs: CSV_NOW_MS, ...file({ column: "value" }) },
  "history csv": { nowMs: CSV_NOW_MS, ...file({ load: { column: "value" } }) },
};

const all = [
  ...PRICE_KINDS.map((kind) => ["price", kind] as const),
  ...WEATHER_KINDS.map((kind) => ["weather", kind] as const),
  ...HISTORY_KINDS.map((kind) => ["history", kind] as const),
].map(([what, kind]) => ({
  name: `${what} ${kind.kind}`,
  kind: kind as SourceKind<unknown>,
}));

describe.each(all)("$name", ({ name, kind }) => {
  const trial = trials[name];
  const create = () => kind.create({ kind: kind.kind, ...trial?.settings() }, { currency: "GBP", timeoutMs: 2000 });
  const never = new AbortController().signal;

  test("works, fails with the right type, and recovers with the same answer", async () => {
    if (!trial) throw new Error(`no trial for ${name}: add one`);
    const source = create();
    expect(source.refreshMinutes).toBeGreaterThan(0);
    trial.works();
    const answer = await source.fetch(trial.nowMs, never);
    if (trial.fails) {
      expect(JSON.stringify(answer).length).toBeGreaterThan(20);
      trial.fails();
      await expect(source.fetch(trial.nowMs, never)).rejects.toBeInstanceOf(SourceError);
    }
    trial.works();
    expect(await source.fetch(trial.nowMs, never)).toEqual(answer);
  });

  test("refuses a key it does not know", () => {
    expect(() => kind.create({ kind: kind.kind, ...trial?.settings(), nonsense: 1 }, { currency: "GBP" })).toThrow(
      ConfigError,
    );
  });

  test("gives up when its caller does", async () => {
    if (!trial?.fails) return;
    const controller = new AbortController();
    controller.abort(new Error("stopping"));
    trial.works();
    await expect(create().fetch(trial.nowMs, controller.signal)).rejects.toThrow("stopping");
  });
});

test.each([
  {
    what: "price",
    create: () => createPriceSources([{ kind: "octopus-agil" }], { currency: "GBP" }),
    says: /no price source "octopus-agil"; did you mean "octopus-agile"/,
  },
  {
    what: "weather",
    create: () => createWeatherSources([{ kind: "openmeteo" }], { currency: "GBP" }),
    says: /did you mean "open-meteo"/,
  },
  { what: "history", create: () => createHistorySource({ kind: "sql" }, { currency: "GBP" }), says: /There are: csv/ },
])("an unknown $what kind is refused with the nearest one", ({ create, says }) => {
  expect(create).toThrow(ConfigError);
  expect(create).toThrow(says);
});

test("sources are created by their kind, and those of one kind told apart", () => {
  const all = [{ kind: "push" }, { kind: "push" }, { kind: "push", name: "neighbour" }];
  expect(createPriceSources(all, { currency: "EUR" }).map(({ name }) => name)).toEqual(["push", "push-2", "neighbour"]);
  const twice = [
    { kind: "push", name: "mine" },
    { kind: "push", name: "mine" },
  ];
  expect(() => createPriceSources(twice, { currency: "EUR" })).toThrow(/Two price sources are called "mine"/);
});
