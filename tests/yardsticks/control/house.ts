import type { ServiceCall } from "@ohmstead/contract";
import type { EntityState } from "../../../nodes/src/ohmstead-telemetry/states.ts";
import { entityNames, entityOf } from "./adapter.ts";
import type { Settings, SettingValue } from "./case-file.ts";
import { ORDER, type Schedule } from "./schedule.ts";
import type { Answer, SimulatedDevice } from "./simulated-device.ts";

/** Home Assistant and the wires to its devices: reads them, shows their states, brings calls to them. */
export interface House {
  /** What every entity shows now. */
  states(): readonly EntityState[];
  /** Undefined while nobody answers. `reached` says whether the device itself was written to. */
  call(call: ServiceCall): { readonly reached: boolean; readonly answer: Answer };
  /** Do the entities of a device show these settings? */
  shows(deviceId: string, settings: Settings): boolean;
  /** Home Assistant's program, or the host it runs on. */
  setRunning(isRunning: boolean): void;
  readonly isRunning: boolean;
  /** The wire to one device, or to all of them. */
  linkOf(deviceId: string | undefined, isUp: boolean): void;
  missReadings(deviceId: string, untilMs: number): void;
  /** `value` undefined: the entity shows again what it should. Without a name: all entities of the device. */
  show(deviceId: string, name: string | undefined, value: SettingValue | undefined): void;
  oldReading(deviceId: string, shown: Settings, measuredAtMs: number): void;
  reboot(deviceId: string, awayMs: number, state: Settings | undefined): void;
}

const UNAVAILABLE = "unavailable";
/** Among the wires that are cut: that of every device. */
const ALL = "";
const asText = (value: SettingValue | undefined): string => (value === undefined ? "unknown" : String(value ?? "null"));

export function createHouse(
  devices: ReadonlyMap<string, SimulatedDevice>,
  schedule: Schedule,
  /** Whoever listens to state changes. */
  onStates: (states: readonly EntityState[]) => void,
): House {
  const states = new Map<string, EntityState>();
  const cut = new Set<string>();
  const missedUntilMs = new Map<string, number>();
  const forced = new Map<string, SettingValue>();
  let isRunning = true;

  const set = (entityId: string, state: string, atMs: number): EntityState => {
    const next = { entityId, state, attributes: entityId.endsWith("Kw") ? { unit_of_measurement: "kW" } : {}, atMs };
    states.set(entityId, next);
    return next;
  };

  const isSilent = (device: SimulatedDevice): boolean => device.isAway || cut.has(device.input.id) || cut.has(ALL);

  /** Reads a device, or notes that it does not answer. */
  function read(device: SimulatedDevice): void {
    const { input } = device;
    const nowMs = schedule.nowMs();
    if (!isRunning || nowMs < (missedUntilMs.get(input.id) ?? 0)) return;
    const readings = device.readings();
    const changed = entityNames(input).flatMap((name) => {
      const entityId = entityOf(input.id, name);
      const value = forced.has(entityId) ? forced.get(entityId) : readings[name];
      if (isSilent(device)) return [set(entityId, UNAVAILABLE, nowMs)];
      return value === undefined ? [] : [set(entityId, asText(value), nowMs)];
    });
    onStates(changed);
  }

  for (const device of devices.values()) {
    read(device);
    schedule.every(device.input.readingsEverySeconds * 1000, ORDER.reading, () => {
      read(device);
      return true;
    });
  }

  return {
    states: () => [...states.values()],
    get isRunning() {
      return isRunning;
    },
    call: ({ target, data }) => {
      const device = devices.get(target.entity_id);
      if (!device) throw new Error(`no device "${target.entity_id}"`);
      if (!isRunning) return { reached: false, answer: undefined };
      if (isSilent(device))
        return {
          reached: false,
          answer: {
            afterMs: 1000,
            error: `The device of ${target.entity_id} is unavailable`,
          },
        };
      const settings = Object.fromEntries(
        Object.entries(data).map(([name, value]) => [name, value === "null" ? null : value]),
      );
      return { reached: true, answer: device.write(settings) };
    },
    shows: (deviceId, settings) =>
      Object.entries(settings).every(([name, value]) => states.get(entityOf(deviceId, name))?.state === asText(value)),
    setRunning: (next) => {
      isRunning = next;
      if (!next) states.clear();
      else for (const device of devices.values()) read(device);
    },
    linkOf: (deviceId, isUp) => {
      if (isUp) cut.delete(deviceId ?? ALL);
      else cut.add(deviceId ?? ALL);
      for (const device of devices.values()) if (deviceId === undefined || device.input.id === deviceId) read(device);
    },
    missReadings: (deviceId, untilMs) => void missedUntilMs.set(deviceId, untilMs),
    show: (deviceId, name, value) => {
      const device = devices.get(deviceId);
      if (!device) return;
      for (const each of entityNames(device.input)) {
        if (name !== undefined && each !== name) continue;
        if (value === undefined) forced.delete(entityOf(deviceId, each));
        else forced.set(entityOf(deviceId, each), value);
      }
      read(device);
    },
    oldReading: (deviceId, shown, measuredAtMs) => {
      if (!isRunning) return;
      // Only passes by: what Home Assistant itself holds is newer.
      onStates(
        Object.entries(shown).map(([name, value]) => ({
          entityId: entityOf(deviceId, name),
          state: asText(value),
          attributes: name.endsWith("Kw") ? { unit_of_measurement: "kW" } : {},
          atMs: measuredAtMs,
        })),
      );
    },
    reboot: (deviceId, awayMs, state) => {
      const device = devices.get(deviceId);
      if (!device) return;
      device.reboot(awayMs, state);
      read(device);
      // Home Assistant sees it again as soon as it answers.
      schedule.at(schedule.nowMs() + awayMs, ORDER.reading, () => read(device));
    },
  };
}
