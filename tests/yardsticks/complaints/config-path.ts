import type { PlanningInput } from "./case-file.ts";

export type ConfigPath = (string | number)[];

const STORAGE = new Map([
  ["startSoc", "soc"],
  ["storedEnergyPricePerKwh", "endValuePerKwh"],
  ["powerLimits", "chargeLimitKw"],
  ["connectedFrom", "connected"],
  ["connectedUntil", "connected"],
]);
const ROOM = new Map([
  ["startTempC", "tempC"],
  ["minTempC", "comfortMinTempC"],
  ["maxTempC", "comfortMaxTempC"],
]);
const TANK = new Map([["startTempC", "tempC"]]);
const HEATER = new Map([
  ["maxKw", "maxPowerKw"],
  ["onOff", "minPowerKw"],
]);
const TIMES = new Map([
  ["at", "atMs"],
  ["from", "fromMs"],
  ["until", "untilMs"],
]);
const HOUSE = new Map([["loadKw", "baseLoadKw"]]);

const heaterCount = (devices: readonly { readonly heater?: unknown }[], until: number): number =>
  devices.slice(0, until).filter((each) => each.heater !== undefined).length;

/** All heaters stand in one list, those of the rooms first. */
const heaterPath = (before: number, key: string, copName: string): ConfigPath => [
  "heatPumps",
  before,
  key === "cop" ? copName : (HEATER.get(key) ?? key),
];

/** Where our configuration keeps what the case keeps at a `/`-separated place; names that only we have come back unchanged. */
export function configPath(field: string, { rooms = [], tanks = [] }: PlanningInput): ConfigPath {
  const [group = "", place = "", name = "", ...rest] = field.split("/");
  const index = Number(place);
  const inner = rest.map((part) => (/^\d+$/.test(part) ? Number(part) : (TIMES.get(part) ?? part)));
  switch (group) {
    case "batteries":
    case "evs":
      return [group, index, STORAGE.get(name) ?? name, ...inner];
    case "rooms":
      if (name !== "heater") return ["zones", index, ROOM.get(name) ?? name, ...inner];
      return heaterPath(heaterCount(rooms, index), rest[0] ?? "", "copSpace");
    case "tanks":
      if (name !== "heater") return ["tanks", index, TANK.get(name) ?? name, ...inner];
      return heaterPath(heaterCount(rooms, rooms.length) + heaterCount(tanks, index), rest[0] ?? "", "copWater");
    case "appliances":
      return ["appliances", index, name, ...inner];
    case "site":
      return place === "pvCurtailable" ? ["pvArrays", 0, "curtailable"] : ["site", place];
    case "slots":
      return place === "pvKw" ? ["pvArrays", 0, "forecastKw"] : [HOUSE.get(place) ?? place];
    case "timeZone":
    case "currency":
      return [group];
    default:
      throw new Error(`our configuration has no place for "${field}"`);
  }
}
