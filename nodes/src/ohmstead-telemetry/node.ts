import { type HouseView, TelemetryAnswer, type TelemetryReading } from "@ohmstead/contract";
import type { Node, NodeAPI } from "node-red";
import { ServiceError, type Service } from "../ohmstead-service/service.ts";
import { shortReason } from "../problem-text.ts";
import { registerServiceUser, type ServiceUser, type ServiceUserConfig, showLink } from "../service-node.ts";
import { createHouseWatch } from "./house-view.ts";
import { createReadingQueue } from "./logic.ts";
import { migrations } from "./migrations.ts";
import { readingsIn, statesIn } from "./states.ts";

interface TelemetryConfig extends ServiceUserConfig {
  /** Real milliseconds in which readings are gathered into one request. */
  readonly batchMs: number;
  /** House minutes between two requests for all states, to see which of the unchanged ones are still reported; 0 for never. */
  readonly refreshMinutes: number;
}

const RETRY_MS = 2000;
const FASTEST_REFRESH_MS = 2000;

export default (RED: NodeAPI): void =>
  registerServiceUser<TelemetryConfig>(RED, "ohmstead-telemetry", migrations, sendReadings);

function sendReadings(node: Node, config: TelemetryConfig, service: Service): ServiceUser {
  const queue = createReadingQueue();
  const house = createHouseWatch();
  let timer: NodeJS.Timeout | undefined;
  let isSending = false;
  let isClosed = false;
  let houseNews: HouseView | undefined;

  const sendSoon = (afterMs: number) => {
    houseNews = house.news() ?? houseNews;
    if (isClosed || isSending || (queue.waiting === 0 && !houseNews)) return;
    timer ??= setTimeout(() => void sendBatch(), afterMs);
  };

  const sendBatch = async () => {
    timer = undefined;
    if (service.link().kind !== "connected") return;
    const batch = queue.nextBatch();
    const news = houseNews;
    houseNews = undefined;
    isSending = true;
    let nextMs = config.batchMs;
    try {
      const sent = { readings: batch, ...(news ? { house: news } : {}) };
      showAnswer(batch, TelemetryAnswer.parse(await service.request("POST", "/api/v1/telemetry", sent)));
    } catch (error) {
      if (error instanceof ServiceError && error.isFinal)
        node.warn(`${batch.length} readings were refused: ${error.message}`);
      else {
        queue.giveBack(batch);
        houseNews ??= news;
      }
      node.status({ fill: "red", shape: "ring", text: shortReason(error) });
      nextMs = RETRY_MS;
    }
    isSending = false;
    sendSoon(nextMs);
  };

  const showAnswer = (batch: readonly TelemetryReading[], { rejected }: TelemetryAnswer) => {
    const [first] = rejected;
    node.status(
      first
        ? { fill: "yellow", shape: "dot", text: `${first.source}: ${first.reason}`.slice(0, 80) }
        : { fill: "green", shape: "dot", text: `${batch.length} sent` },
    );
  };

  const askForAll = () => node.send({ topic: "ohmstead/refresh", payload: {} });
  const refreshMs = (config.refreshMinutes * 60_000) / service.speed;
  const refresher =
    config.refreshMinutes > 0 ? setInterval(askForAll, Math.max(refreshMs, FASTEST_REFRESH_MS)) : undefined;

  const endings = [
    showLink(node, service),
    service.onEvent((event) => {
      if (event.type !== "hello") return;
      queue.want(event.sources);
      house.want(event.sources);
      house.repeat();
      askForAll();
      sendSoon(0);
    }),
  ];

  return {
    onMessage: (message) => {
      const nowMs = service.nowMs();
      house.take(message);
      const states = statesIn(message, nowMs);
      for (const state of states) queue.takeState(state);
      for (const reading of readingsIn(message, nowMs)) queue.takeReading(reading);
      sendSoon(config.batchMs);
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      clearInterval(refresher);
      for (const end of endings) end();
    },
  };
}
