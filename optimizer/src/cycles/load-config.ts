import { readFileSync } from "node:fs";
import { type BatteryConfig, type EvConfig, HomeConfig } from "@ohmstead/contract";
import { closest } from "fastest-levenshtein";
import { IANAZone } from "luxon";
import { parseDocument } from "yaml";
import { ConfigError } from "../domain/errors.ts";
import { holidayFault } from "../domain/holidays.ts";
import { minuteOfDay } from "../domain/local-time.ts";
import { parseConfig } from "../domain/parse-config.ts";

/**
 * Reads and checks a home's config: shape, ranges, defaults, and what refers to what. Settings of sources and `control` blocks are
 * checked when they are created. Throws ConfigError that names the file, every wrong key, and the nearest match of a misspelt one.
 */
export function loadHomeConfig(path: string): HomeConfig {
  const config = parseConfig(HomeConfig, parseYaml(read(path), path), path);
  const complaints = complaintsAboutHome(config);
  if (complaints.length > 0)
    throw new ConfigError(
      `${path} cannot be used:\n${complaints.map((each) => `  ${each}`).join("\n")}\nCompare config/home.example.yaml.`,
    );
  return config;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new ConfigError(`${path} is not there: copy config/home.example.yaml to it and make it your house.`);
    throw new ConfigError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function parseYaml(text: string, path: string): unknown {
  const document = parseDocument(text);
  // The parser's message ends with line, column and the line itself.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new ConfigError(`${path} is not well-formed YAML: ${problem.message.trim()}`);
  const raw: unknown = document.toJS({ maxAliasCount: 100 });
  if (raw === null || raw === undefined)
    throw new ConfigError(`${path} is empty: copy config/home.example.yaml to it and make it your house.`);
  return raw;
}

/** What the schema cannot see: names used twice, references to nothing, limits the wrong way round. */
function complaintsAboutHome(config: HomeConfig): string[] {
  return [...timeZone(config), ...holidays(config), ...names(config), ...references(config), ...limits(config)];
}

function timeZone({ timeZone }: HomeConfig): string[] {
  if (IANAZone.isValidZone(timeZone)) return [];
  const nearest = closest(timeZone, Intl.supportedValuesOf("timeZone"));
  return [`timeZone: "${timeZone}" is not a known time zone; did you mean "${nearest}"?`];
}

function holidays({ holidays: place }: HomeConfig): string[] {
  const fault = place && holidayFault(place);
  return fault === undefined ? [] : [`holidays: ${fault}`];
}

function groupsOf(config: HomeConfig) {
  const { batteries, evs, pvArrays, inverters, zones, tanks, heatPumps, boilers, immersionHeaters, appliances } =
    config;
  const devices = {
    batteries,
    evs,
    pvArrays,
    inverters,
    zones,
    tanks,
    heatPumps,
    boilers,
    immersionHeaters,
    appliances,
  };
  return Object.entries(devices);
}

/** `grid` and `outdoor` name the meters' signals. */
const METER_NAMES = new Map([
  ["grid", "the grid meter"],
  ["outdoor", "the outdoor sensor"],
]);

function names(config: HomeConfig): string[] {
  const taken = new Map(METER_NAMES);
  return groupsOf(config).flatMap(([group, devices]) =>
    devices.flatMap(({ id }, i) => {
      const other = taken.get(id);
      taken.set(id, `${group}[${i}]`);
      return other ? [`${group}[${i}].id: "${id}" is already the name of ${other}; every device needs its own`] : [];
    }),
  );
}

function refer(field: string, wanted: string | undefined, group: string, devices: readonly { id: string }[]): string[] {
  const ids = devices.map((each) => each.id);
  if (wanted === undefined || ids.includes(wanted)) return [];
  const hint = ids.length > 0 ? `did you mean "${closest(wanted, ids)}"?` : `there are no ${group}`;
  return [`${field}: there is no "${wanted}" in ${group}; ${hint}`];
}

const referAll = (
  field: string,
  wanted: readonly string[],
  group: string,
  devices: readonly { id: string }[],
): string[] =>
  wanted.flatMap((each, n) => [
    ...refer(`${field}[${n}]`, each, group, devices),
    ...(wanted.indexOf(each) < n ? [`${field}[${n}]: "${each}" is named twice`] : []),
  ]);

function references({
  batteries,
  pvArrays,
  inverters,
  zones,
  tanks,
  heatPumps,
  boilers,
  immersionHeaters,
}: HomeConfig): string[] {
  const behind = new Map<string, string>();
  return [
    ...Object.entries({ heatPumps, boilers }).flatMap(([group, producers]) =>
      producers.flatMap((producer, i) => [
        ...referAll(`${group}[${i}].zoneIds`, producer.zoneIds, "zones", zones),
        ...refer(`${group}[${i}].tankId`, producer.tankId, "tanks", tanks),
        ...(producer.zoneIds.length === 0 && producer.tankId === undefined
          ? [`${group}[${i}].zoneIds: it heats nothing; name the zones it heats, or a tank in tankId`]
          : []),
      ]),
    ),
    ...immersionHeaters.flatMap((heater, i) => refer(`immersionHeaters[${i}].tankId`, heater.tankId, "tanks", tanks)),
    ...inverters.flatMap((inverter, i) => [
      ...referAll(`inverters[${i}].pvArrayIds`, inverter.pvArrayIds, "pvArrays", pvArrays),
      ...referAll(`inverters[${i}].batteryIds`, inverter.batteryIds, "batteries", batteries),
      ...[...inverter.pvArrayIds, ...inverter.batteryIds].flatMap((id) => {
        const other = behind.get(id);
        behind.set(id, inverter.id);
        return other !== undefined && other !== inverter.id
          ? [`inverters[${i}]: "${id}" is already behind "${other}"; each device has one inverter`]
          : [];
      }),
    ]),
  ];
}

const below = (field: string, low: number, highName: string, high: number): string[] =>
  low < high ? [] : [`${field}: ${low} must be below ${highName} ${high}`];

const notAbove = (field: string, low: number | undefined, highName: string, high: number): string[] =>
  low === undefined || low <= high ? [] : [`${field}: ${low} must not be above ${highName} ${high}`];

function limits({ batteries, evs, zones, tanks, heatPumps, appliances }: HomeConfig): string[] {
  return [
    ...Object.entries({ batteries, evs }).flatMap(([group, storages]) =>
      storages.flatMap((each, i) => storageLimits(`${group}[${i}]`, each)),
    ),
    ...zones.flatMap(({ comfort: { minTempC, maxTempC, night } }, i) => [
      ...below(`zones[${i}].comfort.minTempC`, minTempC, "maxTempC", maxTempC),
      ...(night ? below(`zones[${i}].comfort.night.minTempC`, night.minTempC, "maxTempC", maxTempC) : []),
      ...(night && night.from === night.until
        ? [`zones[${i}].comfort.night: from and until are both ${night.from}; leave night away, or make it a time`]
        : []),
    ]),
    ...tanks.flatMap(({ minTempC, maxTempC, hardMaxTempC, hygiene }, i) => [
      ...below(`tanks[${i}].minTempC`, minTempC, "maxTempC", maxTempC),
      ...notAbove(`tanks[${i}].maxTempC`, maxTempC, "hardMaxTempC", hardMaxTempC),
      ...notAbove(`tanks[${i}].hygiene.tempC`, hygiene?.tempC, "hardMaxTempC", hardMaxTempC),
    ]),
    ...heatPumps.flatMap(({ minPowerKw, maxPowerKw, heatingCurve }, i) => [
      ...notAbove(`heatPumps[${i}].minPowerKw`, minPowerKw, "maxPowerKw", maxPowerKw),
      ...(heatingCurve
        ? notAbove(`heatPumps[${i}].heatingCurve.minTempC`, heatingCurve.minTempC, "maxTempC", heatingCurve.maxTempC)
        : []),
    ]),
    ...appliances.flatMap(({ runHours, window }, i) => {
      const minutes = minuteOfDay(window.until) - minuteOfDay(window.from);
      const windowHours = (minutes > 0 ? minutes : minutes + 1440) / 60;
      return notAbove(`appliances[${i}].runHours`, runHours, "the length of its window,", windowHours);
    }),
  ];
}

function storageLimits(field: string, storage: BatteryConfig | EvConfig): string[] {
  const { minChargeKw, minGridChargeKw, maxChargeKw, minDischargeKw, maxDischargeKw, maxSoc, taper } = storage;
  return [
    ...notAbove(`${field}.minChargeKw`, minChargeKw, "maxChargeKw", maxChargeKw),
    ...notAbove(`${field}.minGridChargeKw`, minGridChargeKw, "maxChargeKw", maxChargeKw),
    ...notAbove(`${field}.minDischargeKw`, minDischargeKw, "maxDischargeKw", maxDischargeKw),
    ...notAbove(`${field}.reserveSoc`, storage.reserveSoc, "maxSoc", maxSoc),
    ...notAbove(`${field}.taper.endKw`, taper?.endKw, "maxChargeKw", maxChargeKw),
    ...(taper ? below(`${field}.taper.fromSoc`, taper.fromSoc, "a full battery,", 1) : []),
    ...storage.goals.flatMap((goal, n) => notAbove(`${field}.goals[${n}].soc`, goal.soc, "maxSoc", maxSoc)),
  ];
}
