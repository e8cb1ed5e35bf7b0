import { setTimeout as wait } from "node:timers/promises";
import type { IClientOptions, MqttClient } from "mqtt";
import type { Logger } from "pino";
import { DeliveryError } from "../domain/errors.ts";

export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: string;
  /** The broker forgets it after so long if nobody could be given it. */
  readonly expiresAfterS: number;
}

export interface IncomingMessage {
  readonly topic: string;
  readonly text: string;
  /** Found at the broker: it may be of any age. */
  readonly isRetained: boolean;
}

export interface DurableSession {
  readonly expiryS: number;
  /** When this has returned, the broker may forget the message. When it throws, the broker is left, and brings the message again. */
  readonly take: (message: IncomingMessage) => "taken" | "malformed";
}

export interface BrokerLinkSetup {
  readonly url: string;
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  /** With a will the broker must know us again: the same in every life of the process. */
  readonly clientId?: string;
  /** What the broker says in our place when we have been away for so long. */
  readonly will?: { readonly topic: string; readonly payload: string; readonly afterS: number };
  /** The broker keeps what comes while we are away, for so long; under the same clientId. */
  readonly session?: DurableSession;
  readonly topics?: readonly string[];
  readonly onMessage?: (message: IncomingMessage) => void;
  readonly onConnect?: () => void;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly firstPauseMs?: number;
}

export interface BrokerLink {
  start(): void;
  isConnected(): boolean;
  /** Resolves when the broker has it and somebody listens; never kept for later, never retained. Rejects with DeliveryError. */
  publish(message: OutgoingMessage): Promise<void>;
  /** The will stays in force: whoever starts again in time takes it back. May come twice. */
  stop(): Promise<void>;
}

const GOODBYE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const KEEPALIVE_S = 30;
/** A session must outlive the will's delay: the broker speaks as soon as the session ends. */
const SESSION_SPARE_S = 60;
const NO_MATCHING_SUBSCRIBERS = 16;
const PAYLOAD_FORMAT_INVALID = 153;
/** So many messages of a session may be under way before the broker waits for our answers. */
const RECEIVE_MAXIMUM = 100;
/** MQTT 5: goodbye, but see to my will. */
const DISCONNECT_WITH_WILL = 4;

function optionsOf({ credentials, clientId, will, session }: BrokerLinkSetup, firstPauseMs: number): IClientOptions {
  return {
    ...credentials,
    protocolVersion: 5,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: firstPauseMs,
    queueQoSZero: false,
    ...(clientId === undefined ? {} : { clientId }),
    ...(will
      ? {
          // A clean start would end the session of the life before, and with it the will's delay.
          clean: false,
          properties: { sessionExpiryInterval: will.afterS + SESSION_SPARE_S },
          will: {
            topic: will.topic,
            payload: Buffer.from(will.payload),
            qos: 1 as const,
            retain: false,
            properties: { willDelayInterval: will.afterS },
          },
        }
      : {}),
    ...(session
      ? { clean: false, properties: { sessionExpiryInterval: session.expiryS, receiveMaximum: RECEIVE_MAXIMUM } }
      : {}),
  };
}

const messageOf = (topic: string, payload: Buffer, packet: { readonly retain: boolean }): IncomingMessage => ({
  topic,
  text: payload.toString(),
  isRetained: packet.retain,
});

/** One connection to an MQTT 5 broker, made again after growing pauses for as long as it takes. */
export function createBrokerLink(setup: BrokerLinkSetup): BrokerLink {
  const { url, will, topics = [], logger, firstPauseMs = 1000 } = setup;
  let client: MqttClient | undefined;
  let opening: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  /** Messages come one after the other: the next is not looked at before this one is answered. */
  function acknowledgeAfter(
    { take }: DurableSession,
    leave: () => void,
  ): NonNullable<IClientOptions["customHandleAcks"]> {
    return (topic, payload, packet, done) => {
      try {
        done(take(messageOf(topic, payload, packet)) === "taken" ? 0 : PAYLOAD_FORMAT_INVALID);
      } catch (error) {
        logger.warn({ err: error, topic }, "a message could not be stored; the broker will bring it again");
        leave();
      }
    };
  }

  /** Sent without a wish for an answer: what cannot be stored is lost. */
  function takeUnasked({ take }: DurableSession, message: IncomingMessage): void {
    try {
      take(message);
    } catch (error) {
      logger.warn(
        { err: error, topic: message.topic },
        "a message could not be stored, and was sent with QoS 0: it is lost",
      );
    }
  }

  async function open(): Promise<void> {
    // A house without a broker does not carry the library.
    const { connect } = await import("mqtt");
    if (stopping) return;
    const connection = connect(url, {
      ...optionsOf(setup, firstPauseMs),
      ...(setup.session
        ? { customHandleAcks: acknowledgeAfter(setup.session, () => connection.stream.destroy()) }
        : {}),
    });
    let isOutageKnown = false;
    connection.on("connect", () => {
      isOutageKnown = false;
      connection.options.reconnectPeriod = firstPauseMs;
      if (topics.length > 0)
        connection.subscribe([...topics], { qos: 1 }, (error) => {
          if (error) logger.warn({ err: error, topics }, "could not subscribe");
        });
      setup.onConnect?.();
    });
    connection.on("message", (topic, payload, packet) => {
      const message = messageOf(topic, payload, packet);
      // Of a session, what wants an answer has been taken.
      if (setup.session && packet.qos === 0) takeUnasked(setup.session, message);
      setup.onMessage?.(message);
    });
    const complain = (error?: Error): void => {
      if (isOutageKnown || stopping) return;
      isOutageKnown = true;
      logger.warn(
        { err: error },
        "no connection to the MQTT broker for devices; orders wait. Check mqtt.url in the config, MQTT_USER and MQTT_PASSWORD",
      );
    };
    connection.on("error", complain);
    connection.on("close", () => {
      const { reconnectPeriod = firstPauseMs } = connection.options;
      connection.options.reconnectPeriod = Math.min(2 * reconnectPeriod, LONGEST_PAUSE_MS);
      complain();
    });
    client = connection;
  }

  return {
    start: () => {
      if (!stopping) opening ??= open();
    },
    isConnected: () => client?.connected ?? false,
    publish: ({ topic, payload, expiresAfterS }) =>
      new Promise((resolve, reject) => {
        const connection = client;
        if (!connection?.connected) {
          reject(new DeliveryError("unreachable", "there is no connection to the MQTT broker"));
          return;
        }
        const options = { qos: 1, retain: false, properties: { messageExpiryInterval: expiresAfterS } } as const;
        let reasonCode: number | undefined;
        let isLost = false;
        const hear = (packet: {
          cmd: string;
          messageId?: number | undefined;
          reasonCode?: number | undefined;
        }): void => {
          if (packet.cmd === "puback" && packet.messageId === messageId) reasonCode = packet.reasonCode;
        };
        // Without this the library would send it again, at some later time, when the connection is back.
        const forget = (): void => {
          isLost = true;
          connection.removeOutgoingMessage(messageId);
        };
        connection.on("packetreceive", hear);
        connection.once("close", forget);
        connection.publish(topic, payload, options, (error) => {
          connection.off("close", forget);
          connection.off("packetreceive", hear);
          if (isLost) reject(new DeliveryError("unreachable", "the connection to the MQTT broker was lost"));
          else if (error) reject(new DeliveryError("refused", `the MQTT broker refuses ${topic}: ${error.message}`));
          else if (reasonCode === NO_MATCHING_SUBSCRIBERS)
            reject(
              new DeliveryError("unreachable", `nobody listens to ${topic}: is the relay connected to the broker?`),
            );
          else resolve();
        });
        const messageId = connection.getLastMessageId();
      }),
    stop: () => {
      stopping ??= (async () => {
        await opening;
        if (!client) return;
        const goodbye = client.endAsync(!client.connected, will ? { reasonCode: DISCONNECT_WITH_WILL } : {});
        // It would wait for what is still on its way.
        await Promise.race([goodbye, wait(GOODBYE_MS, undefined, { ref: false })]);
        client.stream.destroy();
      })();
      return stopping;
    },
  };
}
