// How often a well house is suspected, and how soon a faulty one: node tools/run.mjs --conditions=source tests/bench/false-alarms.ts <folder of recorded houses>
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse";
import { QUARTER_MS } from "../../optimizer/src/domain/quarter-hours.ts";
import type { Stretch } from "../../optimizer/src/domain/series.ts";
import { type Finding, findings } from "../../optimizer/src/telemetry/findings.ts";
import type { Signal } from "../../optimizer/src/telemetry/signals.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const signal = (id: string, quantity: Signal["quantity"], rest: Partial<Signal> = {}): Signal => ({
  id,
  source: `sensor.${id}`,
  quantity,
  invert: false,
  staleAfterMs: HOUR_MS / 2,
  min: -200,
  max: 200,
  ...rest,
});
const GRID = signal("grid.powerKw", "power");
const ROOF = signal("roof.powerKw", "power", { deviceId: "roof", deviceType: "pvArray", max: 8 });
const ROOM = signal("room.tempC", "temperature", { deviceId: "room", deviceType: "zone" });
const OUTDOOR = signal("outdoor.tempC", "temperature");

type Row = Readonly<Record<string, string>>;
type Points = readonly (readonly [atMs: number, value: number])[];
interface Record_ {
  readonly file: string;
  readonly stepMs: number;
  readonly columns: readonly { readonly signal: Signal; readonly value: (row: Row) => number | undefined }[];
}
const number = (text: string | undefined): number | undefined =>
  text === undefined || text === "" ? undefined : Number(text);
const column =
  (name: string, factor = 1) =>
  (row: Row) => {
    const value = number(row[name]);
    return value === undefined ? undefined : value * factor;
  };
const grid = (load: (row: Row) => number | undefined, pv: (row: Row) => number | undefined) => (row: Row) => {
  const taken = load(row);
  return taken === undefined ? undefined : taken - (pv(row) ?? 0);
};
const house = (load: string, pv: string, factor: number): Record_["columns"] => [
  { signal: GRID, value: grid(column(load, factor), column(pv, factor)) },
  { signal: ROOF, value: (row) => column(pv, factor)(row) ?? 0 },
];
const thermostat: Record_["columns"] = [
  { signal: ROOM, value: column("indoor_temp_c") },
  { signal: OUTDOOR, value: column("outdoor_temp_c") },
  { signal: ROOF, value: column("solar_kw") },
];
const RECORDS: readonly Record_[] = [
  {
    file: "load_pv/fr_house_load_pv_30min_2024-02_2025-02.csv",
    stepMs: HOUR_MS / 2,
    columns: house("load_w", "pv_w", 0.001),
  },
  {
    file: "load_pv/us_ca_house01_load_pv_weather_60min_2016-08_2017-07.csv",
    stepMs: HOUR_MS,
    columns: [...house("load_kwh", "pv_kwh", 1), { signal: OUTDOOR, value: column("outdoor_temp_c") }],
  },
  {
    file: "load_pv/us_ca_house04_load_pv_weather_60min_2016-08_2017-07.csv",
    stepMs: HOUR_MS,
    columns: [...house("load_kwh", "pv_kwh", 1), { signal: OUTDOOR, value: column("outdoor_temp_c") }],
  },
  { file: "thermal/us_house_thermostat_1min_2025-11-11_2025-11-20.csv", stepMs: 60_000, columns: thermostat },
  { file: "thermal/us_house_thermostat_1min_vacation_2025-11-23_2025-12-01.csv", stepMs: 60_000, columns: thermostat },
  {
    file: "thermal/dk_flexhouse_prbs_5min_2009-02.csv",
    stepMs: 300_000,
    columns: [
      { signal: ROOM, value: column("indoor_temp_c") },
      { signal: OUTDOOR, value: column("outdoor_temp_c") },
    ],
  },
];

/** Quarter-hours, or the record's own step where that is longer. */
function stretchesOf(points: Points, stepMs: number): Stretch[] {
  const lengthMs = Math.max(QUARTER_MS, stepMs);
  const groups = Map.groupBy(points, ([atMs]) => Math.floor(atMs / lengthMs) * lengthMs);
  return [...groups].map(([startMs, all]) => ({
    startMs,
    endMs: startMs + lengthMs,
    value: all.reduce((sum, [, value]) => sum + value, 0) / all.length,
  }));
}

type Fault = (stretch: Stretch, before: number) => Stretch;
const FAULTS: Readonly<Record<string, { readonly kind: Finding["kind"]; readonly on: Signal; readonly fault: Fault }>> =
  {
    "grid stuck": { kind: "stuck", on: GRID, fault: (each, before) => ({ ...each, value: before }) },
    "room stuck": { kind: "stuck", on: ROOM, fault: (each, before) => ({ ...each, value: before }) },
    "grid with the wrong sign": { kind: "sign", on: GRID, fault: (each) => ({ ...each, value: -each.value }) },
    "sun with the wrong sign": { kind: "sign", on: ROOF, fault: (each) => ({ ...each, value: -each.value }) },
    "grid in W that says kW": { kind: "unit", on: GRID, fault: (each) => ({ ...each, value: 1000 * each.value }) },
    "grid in kW that says W": { kind: "unit", on: GRID, fault: (each) => ({ ...each, value: each.value / 1000 }) },
  };

const until = (means: ReadonlyMap<string, readonly Stretch[]>, nowMs: number) =>
  new Map(
    [...means].map(([id, all]) => [id, all.filter(({ endMs }) => endMs <= nowMs && endMs > nowMs - 28 * DAY_MS)]),
  );

/** Episodes of each finding while time goes on by the hour. */
function suspicions(
  signals: readonly Signal[],
  means: ReadonlyMap<string, readonly Stretch[]>,
  fromMs: number,
  endMs: number,
) {
  const episodes = new Map<string, number>();
  let hours = 0;
  let before = new Set<string>();
  for (let nowMs = fromMs; nowMs <= endMs; nowMs += HOUR_MS) {
    const now = new Set(
      findings(signals, { means: until(means, nowMs) }, nowMs).map(({ kind, signal: id }) => `${kind} ${id}`),
    );
    for (const each of now) if (!before.has(each)) episodes.set(each, (episodes.get(each) ?? 0) + 1);
    if (now.size > 0) hours += 1;
    before = now;
  }
  return { episodes, hours };
}

async function main(folder: string): Promise<void> {
  for (const { file, stepMs, columns } of RECORDS) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    const points = new Map<Signal, (readonly [number, number])[]>(columns.map(({ signal: each }) => [each, []]));
    for await (const row of createReadStream(path).pipe(parse({ columns: true })) as AsyncIterable<Row>)
      for (const { signal: each, value } of columns) {
        const found = value(row);
        if (found !== undefined) points.get(each)?.push([Date.parse(row["time_utc"] ?? ""), found]);
      }
    const means = new Map([...points].map(([each, all]) => [each.id, stretchesOf(all, stepMs)]));
    const signals = columns.map(({ signal: each }) => each);
    const ends = [...means.values()].map((all) => all.at(-1)?.endMs ?? 0);
    const starts = [...means.values()].map((all) => all[0]?.startMs ?? 0);
    const [startMs, endMs] = [Math.ceil(Math.min(...starts) / HOUR_MS) * HOUR_MS, Math.max(...ends)];
    const { episodes, hours } = suspicions(signals, means, startMs, endMs);
    const days = (endMs - startMs) / DAY_MS;
    console.log(`${file}: ${days.toFixed(0)} days, ${hours} hours suspected`);
    for (const [what, count] of episodes) console.log(`  false: ${what}: ${count} times`);
    for (const [name, { kind, on, fault }] of Object.entries(FAULTS)) {
      if (!signals.includes(on)) continue;
      const delays: number[] = [];
      let missed = 0;
      for (
        let faultMs = startMs + 4 * DAY_MS;
        faultMs < endMs - 3 * DAY_MS;
        faultMs += Math.max(DAY_MS, (endMs - startMs) / 12)
      ) {
        const all = means.get(on.id) ?? [];
        const last = all.findLast((each) => each.endMs <= faultMs)?.value ?? 0;
        const broken = new Map(means).set(
          on.id,
          all.map((each) => (each.startMs >= faultMs ? fault(each, last) : each)),
        );
        let delay: number | undefined;
        for (let nowMs = faultMs; nowMs <= faultMs + 3 * DAY_MS && delay === undefined; nowMs += HOUR_MS)
          if (
            findings(signals, { means: until(broken, nowMs) }, nowMs).some(
              (each) => each.kind === kind && each.signal === on.id,
            )
          )
            delay = (nowMs - faultMs) / HOUR_MS;
        if (delay === undefined) missed += 1;
        else delays.push(delay);
      }
      const sorted = delays.toSorted((a, b) => a - b);
      console.log(
        `  ${name}: found ${delays.length} of ${delays.length + missed} within three days, in the middle after ${sorted[sorted.length >> 1] ?? "-"} h`,
      );
    }
  }
}

await main(process.argv[2] ?? ".");
