import type { Recommendation, Savings } from "@ohmstead/contract";
import { connect, type IPublishPacket, type MqttClient } from "mqtt";
import type { Logger } from "pino";
import type { Appliance } from "../../cycles/appliance.ts";
import { NotReady } from "../../domain/errors.ts";
import { type Ask, BY } from "./ask.ts";
import { attributesTopic, commandTopic, discoveryOf, entityIdIn, stateTopic } from "./discovery.ts";
import { entitiesOf, type World } from "./entities.ts";

export interface MqttFaceSetup {
  readonly appliance: Pick<
    Appliance,
    | "nowMs"
    | "recommendation"
    | "subscribe"
    | "overrides"
    | "overrideChoices"
    | "addOverride"
    | "endOverride"
    | "health"
    | "plan"
    | "savings"
    | "replan"
  >;
  readonly config: { readonly url: string; readonly topicPrefix: string; readonly discoveryPrefix: string };
  readonly homeName: string;
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
 * `<prefix>/recommendation`, `<prefix>/devices/<id>/mode`, and the entities of Home Assistant, which it announces by discovery. What people
 * switch there comes in on the entities' command topics.
 */
export function createMqttFace({
  appliance,
  config,
  homeName,
  credentials,
  logger: parent,
  reconnectMs = 5000,
}: MqttFaceSetup): MqttFace {
  const logger = parent.child({ face: "mqtt" });
  const { topicPrefix, discoveryPrefix } = config;
  const topic = (name: string): string => `${topicPrefix}/${name}`;
  const birthTopic = `${discoveryPrefix}/status`;
  const entities = entitiesOf(appliance.overrideChoices());
  const byId = new Map(entities.map((each) => [each.id, each]));
  /** What the broker was told last, by topic: what has not changed is not told again. */
  const told = new Map<string, string>();
  let client: MqttClient | undefined;
  let unsubscribe: (() => void) | undefined;
  let stopping: Promise<void> | undefined;

  const publishTo = (where: string, text: string): void => {
    // While the broker is away nothing is kept for it: on its return it gets what is true then.
    if (!client?.connected) return;
    told.set(where, text);
    client.publish(where, text, RETAINED, (error) => {
      if (error) logger.warn({ err: error, topic: where }, "could not publish");
    });
  };
  const publish = (name: string, text: string): void => publishTo(topic(name), text);
  const publishChange = (where: string, text: string): void => {
    if (told.get(where) !== text) publishTo(where, text);
  };

  const publishRecommendation = (recommendation: Recommendation): void => {
    publish("recommendation", JSON.stringify(recommendation));
    for (const device of recommendation.devices) publish(`devices/${device.deviceId}/mode`, device.mode);
  };

  const savingsNow = (): Savings | undefined => {
    try {
      return appliance.savings();
    } catch (error) {
      if (error instanceof NotReady) return undefined;
      throw error;
    }
  };
  const world = (): World => ({
    nowMs: appliance.nowMs(),
    recommendation: appliance.recommendation(),
    overrides: appliance.overrides(),
    health: appliance.health(),
    plan: appliance.plan(),
    savings: savingsNow(),
  });
  const publishEntities = (): void => {
    if (!client?.connected) return;
    const now = world();
    for (const entity of entities) {
      const state = entity.state?.(now);
      if (state !== undefined) publishChange(stateTopic(topicPrefix, entity), state);
      if (entity.attributes)
        publishChange(attributesTopic(topicPrefix, entity), JSON.stringify(entity.attributes(now)));
    }
  };
  const announce = (): void => {
    const { version } = appliance.health();
    const message = discoveryOf({ topicPrefix, discoveryPrefix, homeName, version, entities });
    publishTo(message.topic, message.payload);
  };

  /** All anew: for a broker, or a Home Assistant, that has just come (back). */
  const greet = (): void => {
    told.clear();
    announce();
    publish("status", "online");
    const recommendation = appliance.recommendation();
    if (recommendation) publishRecommendation(recommendation);
    publishEntities();
  };

  async function obey(ask: Ask): Promise<void> {
    if (ask.kind === "replan") await appliance.replan("asked for in Home Assistant");
    else if (ask.kind === "add") await appliance.addOverride(ask.wish);
    else for (const id of ask.ids) await appliance.endOverride(id, BY);
  }

  /** Whatever comes, nothing is thrown: what cannot be done is said, and the entity shows what holds. */
  async function onCommand(entityId: string, payload: string): Promise<void> {
    const entity = byId.get(entityId);
    try {
      if (!entity?.ask)
        throw new Error(
          `there is no entity "${entityId}" to command; there is: ${entities.flatMap(({ id, ask }) => (ask ? [id] : [])).join(", ")}`,
        );
      await obey(entity.ask(payload, appliance.overrides()));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      logger.warn({ entity: entityId }, `a command over MQTT was not carried out: ${why}`);
    }
    // A switch that was pressed in vain must go back.
    if (entity?.state) told.delete(stateTopic(topicPrefix, entity));
    publishEntities();
  }

  const onMessage = (where: string, payload: Buffer, { retain }: IPublishPacket): void => {
    if (where === birthTopic) {
      if (payload.toString() === "online") greet();
      return;
    }
    const entityId = entityIdIn(topicPrefix, where);
    if (entityId === undefined) return;
    // Somebody's wish of another day, which the broker has kept: it would come again with every start.
    if (retain) logger.warn({ topic: where }, "a retained command is not carried out: send commands without retain");
    else void onCommand(entityId, payload.toString());
  };

  const connectTo = (url: string): MqttClient => {
    const connection = connect(url, {
      ...credentials,
      reconnectPeriod: reconnectMs,
      will: { topic: topic("status"), payload: Buffer.from("offline"), ...RETAINED },
    });
    let isOutageKnown = false;
    connection.on("message", onMessage);
    connection.on("connect", () => {
      isOutageKnown = false;
      logger.info("connected to the broker");
      connection.subscribe([commandTopic(topicPrefix, { id: "+" }), birthTopic], { qos: 1 }, (error) => {
        if (error && !stopping)
          logger.warn({ err: error }, "the broker takes no subscription: nothing can be commanded");
      });
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
        if (event.type === "recommendation" || event.type === "overrides" || event.type === "alert") publishEntities();
      }, "ourselves");
    },
    stop: () => {
      unsubscribe?.();
      stopping ??= client ? goodbye(client) : Promise.resolve();
      return stopping;
    },
  };
}
