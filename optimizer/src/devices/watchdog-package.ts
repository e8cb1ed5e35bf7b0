import {
  type Call,
  type ExpectedFact,
  isMqttPublish,
  isServiceCall,
  WATCHDOG_DRIVES,
  WATCHDOG_TIMER,
} from "@ohmstead/contract";
import { ConfigError } from "../domain/errors.ts";
import type { Device } from "./device.ts";

const NOTIFICATION = "ohmstead_watchdog";
/** A device that is away is waited for so long, and one that does not obey is told so often. */
const DEVICE_PATIENCE = "01:00:00";
const EFFECT_WITHIN = "00:00:30";
const MOST_TRIES = 5;

export interface WatchdogSettings {
  /** Without a heartbeat for so long, nobody drives the house. */
  readonly silentSeconds: number;
}

type Yaml = Readonly<Record<string, unknown>>;

const clockTime = (seconds: number): string =>
  [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":");

const nameOf = (entityId: string): string => entityId.split(".")[1] ?? entityId;
const stateTrigger = (...events: readonly string[]): Yaml => ({
  trigger: "event",
  event_type: events.map((each) => `timer.${each}`),
  event_data: { entity_id: WATCHDOG_TIMER },
});
const drives = (state: "on" | "off"): Yaml => ({ condition: "state", entity_id: WATCHDOG_DRIVES, state });
/** What one device refuses must not keep the others from their safe state. */
const GO_ON = { continue_on_error: true };
function actionsOf(call: Call): Yaml[] {
  if (isMqttPublish(call)) return [{ action: "mqtt.publish", data: call, ...GO_ON }];
  if (!isServiceCall(call)) return [];
  const { action, target, data } = call;
  return [{ action, target, ...(Object.keys(data).length > 0 ? { data } : {}), ...GO_ON }];
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** What the entity shows when the call had its effect, as a template. */
function holds(fact: ExpectedFact): string {
  const [entityId = "", attribute] = fact.source.split("#", 2);
  const value =
    attribute === undefined ? `states(${quoted(entityId)})` : `state_attr(${quoted(entityId)}, ${quoted(attribute)})`;
  switch (fact.test) {
    case "equals":
      return `${value} == ${quoted(fact.value)}`;
    case "near":
      return `(${value} | float(-9999) - ${fact.value}) | abs <= ${fact.tolerance}`;
    case "atLeast":
      return `${value} | float(-9999) >= ${fact.value}`;
    case "atMost":
      return `${value} | float(9999) <= ${fact.value}`;
    case "rises":
      // A state says nothing of the one before it: what is set is told by the other facts.
      return "true";
    default:
      return fact satisfies never;
  }
}

/** Tells one device its safe state until it shows it: waits while it is away, and stops when Ohmstead is back. */
function restore(device: Device): Yaml {
  const intent = device.normalise(device.safeIntent);
  const calls = device.translate(intent);
  const entities = [...new Set(calls.filter(isServiceCall).map(({ target }) => target.entity_id))];
  const isThere = entities.map((each) => `not is_state(${quoted(each)}, 'unavailable')`).join(" and ") || "true";
  const isOwn = (source: string) => entities.includes(source.split("#", 1)[0] ?? "");
  const facts = device
    .expects(intent)
    .filter((each) => each.test !== "anyOf")
    .filter(({ source, fresh }) => !fresh && isOwn(source));
  const isSafe = facts.length > 0 ? facts.map(holds).join(" and ") : "true";
  return {
    alias: `${device.name} into its safe state`,
    repeat: {
      sequence: [
        { wait_template: `{{ ${isThere} }}`, timeout: DEVICE_PATIENCE, continue_on_timeout: true },
        // oxlint-disable-next-line unicorn/no-thenable -- Home Assistant's word
        { if: [drives("off")], then: calls.flatMap(actionsOf) },
        { wait_template: `{{ ${isSafe} }}`, timeout: EFFECT_WITHIN, continue_on_timeout: true },
      ],
      until: [`{{ repeat.index >= ${MOST_TRIES} or is_state('${WATCHDOG_DRIVES}', 'on') or (${isSafe}) }}`],
    },
  };
}

const isOutOfReach = ({ carrier }: Device): boolean => carrier === "http";

export interface WatchdogPackage {
  /** To be written as YAML. */
  readonly content: Yaml;
  /** Names of devices that only their maker's interface can reach: Home Assistant cannot put them into a safe state. */
  readonly outOfReach: readonly string[];
}

/**
 * A Home Assistant package that puts every device into its safe state when nobody drives the house: Node-RED starts a timer once a
 * minute, and what this package does begins when the timer runs out. Throws ConfigError when there is no device to watch.
 */
export function watchdogPackage(devices: Iterable<Device>, { silentSeconds }: WatchdogSettings): WatchdogPackage {
  const all = [...devices];
  const watched = all.filter((device) => !isOutOfReach(device));
  if (watched.length === 0)
    throw new ConfigError(
      "no device has a control block that Home Assistant could reach: there is nothing that a watchdog could put into its safe state",
    );
  return {
    content: contentFor(watched, silentSeconds),
    outOfReach: all.filter(isOutOfReach).map(({ name }) => name),
  };
}

function contentFor(watched: readonly Device[], silentSeconds: number): Yaml {
  const minutes = Math.round(silentSeconds / 60);
  const names = watched.map(({ name }) => name).join(", ");
  return {
    timer: {
      [nameOf(WATCHDOG_TIMER)]: {
        name: "Ohmstead watchdog",
        icon: "mdi:heart-pulse",
        duration: clockTime(silentSeconds),
        restore: true,
      },
    },
    // Without an initial value it is as it was before a restart.
    input_boolean: {
      [nameOf(WATCHDOG_DRIVES)]: { name: "Ohmstead drives the house", icon: "mdi:home-lightning-bolt" },
    },
    automation: [
      {
        id: "ohmstead_watchdog_heard",
        alias: "Ohmstead watchdog: Ohmstead drives the house",
        description:
          "The first heartbeat: from now on the watchdog watches. What Ohmstead wants of the devices it tells them itself.",
        triggers: [stateTrigger("started", "restarted")],
        conditions: [drives("off")],
        actions: [
          { action: "input_boolean.turn_on", target: { entity_id: WATCHDOG_DRIVES } },
          { action: "persistent_notification.dismiss", data: { notification_id: NOTIFICATION } },
        ],
        mode: "single",
      },
      {
        id: "ohmstead_watchdog_started",
        alias: "Ohmstead watchdog: Home Assistant has started",
        description: "Ohmstead gets the whole time once more to come back after a restart.",
        triggers: [{ trigger: "homeassistant", event: "start" }],
        conditions: [drives("on")],
        actions: [{ action: "timer.start", target: { entity_id: WATCHDOG_TIMER } }],
        mode: "single",
      },
      {
        id: "ohmstead_watchdog_silent",
        alias: "Ohmstead watchdog: nobody drives the house",
        description: "The heartbeat has stopped: every device goes into its safe state, and you are told.",
        triggers: [stateTrigger("finished")],
        conditions: [drives("on")],
        actions: [
          { action: "input_boolean.turn_off", target: { entity_id: WATCHDOG_DRIVES } },
          {
            action: "persistent_notification.create",
            data: {
              notification_id: NOTIFICATION,
              title: "Ohmstead is silent",
              message: `Nothing was heard of Ohmstead for ${minutes > 0 ? `${minutes} minutes` : `${silentSeconds} seconds`}. Home Assistant puts these devices into their safe state: ${names}. Is the Pi on, and does Node-RED run? When Ohmstead is back it goes on by itself.`,
            },
          },
          { parallel: watched.map(restore) },
        ],
        mode: "restart",
      },
    ],
  };
}
