import type { HomeConfig } from "@ohmstead/contract";
import type { Logger } from "pino";
import { type TopicMessage, topicMessageOf } from "../telemetry/topic-message.ts";
import { type BrokerLink, createBrokerLink, type IncomingMessage } from "../transport/broker-link.ts";
import type { Appliance } from "./appliance.ts";

export interface MqttIngestDeps {
  readonly config: Pick<HomeConfig, "mqtt">;
  readonly appliance: Pick<Appliance, "ingest" | "takeTelemetry">;
  /** MQTT_USER and MQTT_PASSWORD. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

const SECONDS_PER_HOUR = 3600;
/** Topics of which it has been said that their messages cannot be used; more are not told apart. */
const MOST_COMPLAINTS = 100;

/**
 * Takes in what gateways say on the topics of `mqtt.ingest`, over a session that the broker keeps while we are away: a message is acknowledged when
 * its readings are in the store, and comes again otherwise. Undefined where the config names no such topic.
 */
export function createMqttIngest(deps: MqttIngestDeps): Pick<BrokerLink, "start" | "stop" | "isConnected"> | undefined {
  const { config, appliance, environment, logger: parent } = deps;
  const { mqtt } = config;
  if (!mqtt?.ingest) return undefined;
  const logger = parent.child({ part: "mqtt ingest" });
  const { MQTT_USER: username, MQTT_PASSWORD: password } = environment;
  const complained = new Set<string>();

  function complain(topic: string, reason: string): void {
    if (complained.has(topic) || complained.size >= MOST_COMPLAINTS) return;
    complained.add(topic);
    logger.warn({ topic }, `a message cannot be used: ${reason} (said once for this topic)`);
  }

  function take({ topic, text }: IncomingMessage): "taken" | "malformed" {
    const message: TopicMessage = topicMessageOf({ topic, text });
    if (message.kind === "gateway") appliance.ingest(message.payloads);
    else if (message.kind === "reading") appliance.takeTelemetry({ readings: [message.reading] });
    else {
      complain(topic, message.reason);
      return "malformed";
    }
    return "taken";
  }

  return createBrokerLink({
    url: mqtt.url,
    credentials: username && password ? { username, password } : undefined,
    clientId: `${mqtt.topicPrefix.replaceAll(/[^\w-]/g, "-")}-ingest`,
    session: { expiryS: Math.round(mqtt.ingest.sessionHours * SECONDS_PER_HOUR), take },
    topics: mqtt.ingest.topics,
    logger,
  });
}
