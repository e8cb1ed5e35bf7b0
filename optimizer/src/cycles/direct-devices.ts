import { join } from "node:path";
import {
  type Call,
  type CloudConfig,
  type Command,
  type HomeConfig,
  isHttpRequest,
  isMqttPublish,
  type TelemetryReading,
} from "@ohmstead/contract";
import { closest } from "fastest-levenshtein";
import type { Logger } from "pino";
import type { Device } from "../devices/device.ts";
import { ConfigError, DeliveryError } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import { readingsOfMessage, topicsOf } from "../telemetry/mqtt-readings.ts";
import { createAccessTokens } from "../transport/access-tokens.ts";
import { type BrokerLink, createBrokerLink } from "../transport/broker-link.ts";
import { createMakerApi, type MakerApi } from "../transport/maker-api.ts";
import { refreshTokenFile } from "../transport/refresh-token-file.ts";
import type { Appliance } from "./appliance.ts";
import { type CloudPoll, createCloudPoll } from "./cloud-poll.ts";
import { createDirectCarrier, type Route } from "./direct-carrier.ts";

export interface DirectDevicesDeps {
  readonly config: Pick<HomeConfig, "mqtt" | "clouds">;
  readonly devices: ReadonlyMap<string, Device>;
  readonly appliance: Pick<Appliance, "nowMs" | "greeting" | "subscribe" | "reportCommand" | "takeTelemetry">;
  readonly dataFolder: string;
  /** Where secrets come from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly speed: number;
  readonly logger: Logger;
  /** Real milliseconds that one call may take. */
  readonly timeLimitMs?: number;
  /** Real milliseconds from an order to the first look at what became of it. */
  readonly lookAfterMs?: number;
}

/** The devices that the optimizer reaches without Node-RED. */
export interface DirectDevices {
  start(): void;
  /** May come twice, at any time. */
  stop(): Promise<void>;
}

/** So long a request goes on after nobody waits for it any more: a late answer is still news. */
const LATE_ANSWER_MS = 60_000;
const TOKEN_LIMIT_MS = 10_000;
const KEPT_FOR_ORDERS = 50;

interface Cloud {
  readonly api: MakerApi;
  readonly poll: CloudPoll;
}

/**
 * Connections for what is carried over MQTT and HTTP, and the readings that come back over them. Throws ConfigError when a device needs a broker
 * or an interface that the config does not name.
 */
export function createDirectDevices(deps: DirectDevicesDeps): DirectDevices {
  const { config, devices, appliance, environment, speed, logger: parent, timeLimitMs } = deps;
  const logger = parent.child({ part: "direct devices" });
  checkWays(config, devices);
  const { MQTT_USER: username, MQTT_PASSWORD: password } = environment;
  const credentials = username && password ? { username, password } : undefined;
  let sources: readonly string[] = [];

  const take = (readings: readonly TelemetryReading[]): void => {
    if (readings.length > 0) appliance.takeTelemetry({ readings });
  };

  const relays = new Map<string, BrokerLink>();
  for (const device of devices.values()) {
    if (device.carrier !== "mqtt" || !config.mqtt) continue;
    const will = willOf(device);
    relays.set(
      device.deviceId,
      createBrokerLink({
        url: config.mqtt.url,
        credentials,
        clientId: `${config.mqtt.topicPrefix.replaceAll(/[^\w-]/g, "-")}-relay-${device.deviceId}`,
        ...(will ? { will } : {}),
        onConnect: () => carrier.routeOpened(),
        logger,
      }),
    );
  }

  const clouds = new Map<string, Cloud>(
    config.clouds.map((each) => {
      const api = apiOf(each, deps);
      const pollMs = each.pollMinutes * MS_PER_MINUTE;
      const poll = createCloudPoll({
        api,
        pollMs,
        wanted: () => sources,
        take,
        nowMs: () => appliance.nowMs(),
        say: (level, text) => logger[level](text),
        ...(deps.lookAfterMs === undefined ? {} : { afterOrderMs: deps.lookAfterMs }),
      });
      return [each.id, { api, poll }];
    }),
  );

  const mqttRoute = (link: BrokerLink): Route => ({
    isOpen: () => link.isConnected(),
    carry: async (call: Call, command: Command) => {
      if (!isMqttPublish(call)) throw new DeliveryError("refused", "this is no MQTT message");
      const leftS = (command.validUntilMs - appliance.nowMs()) / speed / 1000;
      await link.publish({ topic: call.topic, payload: call.payload, expiresAfterS: Math.max(1, Math.ceil(leftS)) });
    },
  });
  const httpRoute: Route = {
    isOpen: () => true,
    carry: async (call) => {
      if (!isHttpRequest(call)) throw new DeliveryError("refused", "this is no HTTP request");
      const cloud = clouds.get(call.api);
      if (!cloud) throw new DeliveryError("refused", `there is no "${call.api}" in clouds of the config any more`);
      await cloud.api.send(call, LATE_ANSWER_MS);
      cloud.poll.orderTaken();
    },
  };

  const carrier = createDirectCarrier({
    appliance,
    logger,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    routeTo: ({ carrier: kind, deviceId }) => {
      if (kind === "http") return httpRoute;
      const link = relays.get(deviceId);
      return link && mqttRoute(link);
    },
  });
  let listener: BrokerLink | undefined;

  /** Of a message that the broker had kept nobody knows how old it is: it proves nothing, and the next live one will come. */
  const listenTo = (url: string): BrokerLink =>
    createBrokerLink({
      url,
      credentials,
      topics: topicsOf(sources),
      onMessage: ({ topic, text, isRetained }) => {
        if (!isRetained) take(readingsOfMessage({ topic, text }, sources, appliance.nowMs()));
      },
      logger,
    });

  return {
    start: () => {
      sources = appliance.greeting().flatMap((event) => (event.type === "hello" ? event.sources : []));
      if (config.mqtt && topicsOf(sources).length > 0) listener = listenTo(config.mqtt.url);
      listener?.start();
      for (const link of relays.values()) link.start();
      for (const { poll } of clouds.values()) poll.start();
      if (relays.size > 0 || clouds.size > 0) carrier.start();
    },
    stop: async () => {
      carrier.stop();
      for (const { poll } of clouds.values()) poll.stop();
      const links = [...relays.values(), ...(listener ? [listener] : [])];
      await Promise.all(links.map((link) => link.stop()));
    },
  };
}

/** What the broker says to the device when the optimizer has died. */
function willOf(device: Device) {
  const [first] = device.translate(device.safeIntent);
  return first && isMqttPublish(first) && device.safeWhenAwayAfterMs !== undefined
    ? { topic: first.topic, payload: first.payload, afterS: Math.round(device.safeWhenAwayAfterMs / 1000) }
    : undefined;
}

function apiOf(cloud: CloudConfig, { dataFolder, environment }: DirectDevicesDeps): MakerApi {
  const variable = `${cloud.id.toUpperCase().replaceAll("-", "_")}_REFRESH_TOKEN`;
  // Tokens and daily limits live in the maker's time, whatever the house's clock.
  const nowMs = Date.now;
  const refreshToken = refreshTokenFile(join(dataFolder, `${cloud.id}-token.json`), variable, environment[variable]);
  const { id, clientId, tokenUrl, installationId, gatewaySerial, deviceId } = cloud;
  return createMakerApi({
    id,
    baseUrl: `${cloud.apiUrl}/iot/v2/features/installations/${installationId}/gateways/${gatewaySerial}/devices/${deviceId}`,
    tokens: createAccessTokens({ name: id, tokenUrl, clientId, refreshToken, timeLimitMs: TOKEN_LIMIT_MS, nowMs }),
    callsPerDay: cloud.callsPerDay,
    keptForOrders: KEPT_FOR_ORDERS,
    nowMs,
  });
}

function checkWays(config: DirectDevicesDeps["config"], devices: DirectDevicesDeps["devices"]): void {
  const ids = config.clouds.map(({ id }) => id);
  const twice = ids.find((id, k) => ids.indexOf(id) < k);
  if (twice !== undefined) throw new ConfigError(`clouds: "${twice}" is named twice; every interface needs its own id`);
  for (const device of devices.values()) {
    if (device.carrier === "mqtt" && !config.mqtt)
      throw new ConfigError(
        `control of ${device.deviceId} (kind "${device.kind}") needs a broker: write mqtt: { url: "mqtt://…" }`,
      );
    for (const call of device.translate(device.safeIntent)) {
      if (!isHttpRequest(call) || ids.includes(call.api)) continue;
      const hint = ids.length > 0 ? `did you mean "${closest(call.api, ids)}"?` : "clouds is empty";
      throw new ConfigError(`control of ${device.deviceId}: there is no "${call.api}" in clouds; ${hint}`);
    }
  }
}
