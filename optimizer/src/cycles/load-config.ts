import { readFileSync } from "node:fs";
import { HomeConfig } from "@ohmstead/contract";
import { closest } from "fastest-levenshtein";
import { IANAZone } from "luxon";
import { parseDocument } from "yaml";
import { ConfigError } from "../domain/errors.ts";
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
  return [...timeZone(config), ...names(config), ...references(config), ...limits(config)];
}

function timeZone({ timeZone }: HomeConfig): string[] {
  if (IANAZone.isValidZone(timeZone)) return [];
  const nearest = closest(timeZone, Intl.supportedValuesOf("timeZone"));
  return [`timeZone: "${timeZone}" is not a known time zone; did you mean "${nearest}"?`];
}

const groupsOf = ({ batteries, pvArrays, zones, tanks, heatPumps, immersionHeaters }: HomeConfig) =>
  Object.entries({ batteries, pvArrays, zones, tanks, heatPumps, immersionHeaters });

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

function references({ zones, tanks, heatPumps, immersionHeaters }: HomeConfig): string[] {
  return [
    ...heatPumps.flatMap((pump, i) => [
      ...refer(`heatPumps[${i}].zoneId`, pump.zoneId, "zones", zones),
      ...refer(`heatPumps[${i}].tankId`, pump.tankId, "tanks", tanks),
    ]),
    ...immersionHeaters.flatMap((heater, i) => refer(`immersionHeaters[${i}].tankId`, heater.tankId, "tanks", tanks)),
  ];
}

const below = (field: string, low: number, highName: string, high: number): string[] =>
  low < high ? [] : [`${field}: ${low} must be below ${highName} ${high}`];

function limits({ zones, tanks }: HomeConfig): string[] {
  return [
    ...zones.flatMap(({ comfort: { minTempC, maxTempC, night } }, i) => [
      ...below(`zones[${i}].comfort.minTempC`, minTempC, "maxTempC", maxTempC),
      ...(night ? below(`zones[${i}].comfort.night.minTempC`, night.minTempC, "maxTempC", maxTempC) : []),
      ...(night && night.from === night.until
        ? [`zones[${i}].comfort.night: from and until are both ${night.from}; leave night away, or make it a time`]
        : []),
    ]),
    ...tanks.flatMap(({ minTempC, maxTempC, hardMaxTempC }, i) => [
      ...below(`tanks[${i}].minTempC`, minTempC, "maxTempC", maxTempC),
      ...(maxTempC <= hardMaxTempC
        ? []
        : [`tanks[${i}].maxTempC: ${maxTempC} must not be above hardMaxTempC ${hardMaxTempC}`]),
    ]),
  ];
}
