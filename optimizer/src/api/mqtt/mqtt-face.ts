import type { Recommendation } from "@ohmstead/contract";
import { connect, type MqttClient } from "mqtt";
import type { Logger } from "pino";
import type { Appliance } from "../../cycles/appliance.ts";

export interface MqttFaceSetup {
  readonly appliance: Pick<Appliance, "recommendation" | "subscribe">;
  readonly config: { readonly url: string; readonly topicPrefix: string };
  /** From the environment, never from the config file. */
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly logger: Logger;
  /** Pause before trying again to reach a broker that is away. */
  readonly reconnectMs?: number;
}

export interface MqttFace {
  /** Connects, and goes on trying for as long as it takes. */
  start(): void;
  /** Says goodbye to a broker that is there. May come twice, at any time. */
  stop(): Promise<void>;
}

const RETAINED = { qos: 1, retain: true } as const;
const GOODBYE_MS = 1000;

/**
 * Tells a broker, in retained messages, what the house does: `<prefix>/status` online or offline (also when we die),
 * `<prefix>/recommendation`, and `<prefix>/devices/<id>/mode`. It listens to nothing.
 */
export function createMqttFace({
  appliance,
  config,
  credentials,
  logger: parent,
  reconnectMs = 5000,
}: MqttFaceSetup): MqttFace {
  const logger = parent.child({ face: "mqtt" });
  const topic = (name: string): string => `${config.topicPrefix}/${name}`;
  let client: MqttClient | undefined;
  let unsubscribe: (() => void) | undefined;
  let stopping: Promise<void> | undefined;

  const publish = (name: string, text: string): void => {
    // While the broker is away nothing is kept for it: on its return it gets what is true then.
    if (!client?.connected) return;
    client.publish(topic(name), text, RETAINED, (error) => {
      if (error) logger.warn({ err: error, topic: topic(name) }, "could not publish");
    });
  };

  const publishRecommendation = (recommendation: Recommendation): void => {
    publish("recommendation", JSON.stringify(recommendation));
    for (const device of recommendation.devices) publish(`devices/${device.deviceId}/mode`, device.mode);
  };

  const greet = (): void => {
    logger.info("connected to the broker");
    publish("status", "online");
    const recommendation = appliance.recommendation();
    if (recommendation) publishRecommendation(recommendation);
  };

  const connectTo = (url: string): MqttClient => {
    const connection = connect(url, {
      ...credentials,
      reconnectPeriod: reconnectMs,
      will: { topic: topic("status"), payload: Buffer.from("offline"), ...RETAINED },
    });
    let isOutageKnown = false;
    connection.on("connect", () => {
      isOutageKnown = false;
      greet();
    });
    const complain = (error?: Error): void => {
      if (isOutageKnown || stopping) return;
      isOutageKnown = true;
      logger.warn(
        { err: error },
        "no connection to the MQTT broker; it is tried again and again. Check mqtt.url in the config, MQTT_USER and MQTT_PASSWORD",
      );
    };
    connection.on("error", complain);
    connection.on("close", () => complain());
    return connection;
  };

  const goodbye = async (connection: MqttClient): Promise<void> => {
    if (connection.connected) {
      const patience = AbortSignal.timeout(GOODBYE_MS);
      await Promise.race([
        connection.publishAsync(topic("status"), "offline", RETAINED).catch(() => undefined),
        new Promise((resolve) => patience.addEventListener("abort", resolve)),
      ]);
    }
    await connection.endAsync(true);
  };

  return {
    start: () => {
      if (client || stopping) return;
      client = connectTo(config.url);
      unsubscribe = appliance.subscribe((event) => {
        if (event.type === "recommendation") publishRecommendation(event.recommendation);
      });
    },
    stop: () => {
      unsubscribe?.();
      stopping ??= client ? goodbye(client) : Promise.resolve();
      return stopping;
    },
  };
}
