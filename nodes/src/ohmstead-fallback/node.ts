import { join } from "node:path";
import { type FallbackPack, type FallbackReport, type ServiceCall, WATCHDOG_TIMER } from "@ohmstead/contract";
import { decideFallback, describeFallback } from "@ohmstead/fallback";
import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { resolvedValue } from "../ohmstead-service/logic.ts";
import { type Service, ServiceError } from "../ohmstead-service/service.ts";
import { plainValue, readingsIn, sourceOf, statesIn } from "../ohmstead-telemetry/states.ts";
import { shortReason } from "../problem-text.ts";
import { registerServiceUser, type ServiceUser, type ServiceUserConfig } from "../service-node.ts";
import {
  beatMs,
  cycleOf,
  type FallbackStatus,
  isSameStatus,
  reportOf,
  type Shift,
  statusFor,
  stepFallback,
  tickMs,
} from "./logic.ts";
import { migrations } from "./migrations.ts";
import { readPack } from "./pack-file.ts";
import { createPackKeeper } from "./pack-keeper.ts";

interface FallbackConfig extends ServiceUserConfig {
  /** Where the pack is kept; Node-RED's own folder when empty. */
  readonly folder: string;
}

const MOST_REPORTS = 50;
/** Real time before an order that Home Assistant refused is given again. */
const REST_AFTER_FAILURE_MS = 2000;
/** Real time between two looks whether a heartbeat is due. */
const BEAT_LOOK_MS = 500;

export default (RED: NodeAPI): void =>
  registerServiceUser<FallbackConfig>(RED, "ohmstead-fallback", migrations, (node, config, service) =>
    standIn(node, join(resolvedValue(config.folder) ?? RED.settings.userDir ?? ".", "fallback-pack.json"), service),
  );

function standIn(node: Node, packPath: string, service: Service): ServiceUser {
  const readings = new Map<string, number | string>();
  const reports: FallbackReport[] = [];
  const restsUntil = new Map<string, number>();
  let pack: FallbackPack | undefined;
  let shift: Shift | undefined;
  let shown: FallbackStatus | undefined;
  let isClosed = false;
  let beatAtMs = 0;

  const show = () => {
    const status = statusFor(shift, pack !== undefined);
    if (isSameStatus(shown, status)) return;
    shown = status;
    node.status(
      status.active
        ? { fill: "red", shape: "dot", text: `active: ${status.rung}` }
        : { fill: pack ? "green" : "grey", shape: "ring", text: status.text },
    );
    node.send([null, { topic: "fallback", payload: status }, null]);
  };

  /** The service speaks again: from this moment on it alone drives. What fallback set stays until the first command. */
  const handBack = () => {
    if (!shift) return;
    reports.push(reportOf(shift, service.nowMs()));
    if (reports.length > MOST_REPORTS) reports.shift();
    shift = undefined;
    show();
  };

  const sendReports = async () => {
    for (let report = reports[0]; report; report = reports[0])
      try {
        await service.request("POST", "/api/v1/fallback-reports", report);
        reports.shift();
      } catch (error) {
        if (!(error instanceof ServiceError && error.isFinal)) return;
        node.warn(`the report on fallback was refused: ${error.message}`);
        reports.shift();
      }
  };

  const isSettled = (deviceId: string, calls: readonly ServiceCall[]) =>
    (restsUntil.get(deviceId) ?? 0) > Date.now() || service.actuators.wasTold(deviceId, calls);

  const tick = () => {
    const mayAct = pack && service.isSilent(cycleOf(pack)) && !service.actuators.isBusy();
    if (pack && mayAct) {
      const nowMs = service.nowMs();
      const decision = decideFallback(pack, readings, nowMs);
      const step = stepFallback(shift, decision, describeFallback(pack, decision, nowMs), nowMs, isSettled);
      shift = step.shift;
      for (const { deviceId, calls, reason } of step.orders) {
        service.actuators.begin(deviceId);
        service.actuators.end(deviceId, calls);
        for (const call of calls)
          node.send([{ topic: "fallback", payload: call, ohmstead: { fallback: true, deviceId, reason } }, null, null]);
      }
    }
    show();
  };

  /** Told to the watchdog in Home Assistant, where there is one: somebody drives the house, the service or this node. */
  const beat = () => {
    const everyMs = beatMs(readings.get(sourceOf(WATCHDOG_TIMER, "duration")));
    const isDriven = shift !== undefined || !service.isSilent(cycleOf(pack));
    if (everyMs === undefined || !isDriven || Date.now() - beatAtMs < everyMs) return;
    beatAtMs = Date.now();
    const call: ServiceCall = { action: "timer.start", target: { entity_id: WATCHDOG_TIMER }, data: {} };
    node.send([null, null, { topic: "heartbeat", payload: call }]);
  };

  const refused = (origin: unknown) => {
    const { deviceId } = (origin ?? {}) as { deviceId?: unknown };
    if (typeof deviceId !== "string") return;
    service.actuators.forget(deviceId);
    restsUntil.set(deviceId, Date.now() + REST_AFTER_FAILURE_MS);
  };

  const keeper = createPackKeeper(
    service,
    packPath,
    (text) => node.warn(text),
    (newer) => {
      pack = newer;
      show();
    },
  );
  const readStored = async () => {
    try {
      const stored = await readPack(packPath);
      pack ??= stored;
      show();
    } catch (error) {
      node.warn(`the stored fallback pack cannot be used and is replaced with the next plan: ${shortReason(error)}`);
    }
  };
  void readStored();

  const endings = [
    service.onHeard(handBack),
    service.onEvent((event) => {
      if (event.type === "plan" || event.type === "hello") {
        keeper.want();
        void sendReports();
      }
    }),
  ];
  let timer: NodeJS.Timeout;
  const tickOn = () => {
    tick();
    if (!isClosed) timer = setTimeout(tickOn, tickMs(cycleOf(pack), service.speed));
  };
  timer = setTimeout(tickOn, 0);
  const beater = setInterval(beat, BEAT_LOOK_MS);

  return {
    onMessage: (message) => {
      if (message.topic === "home_assistant_client:ready") {
        service.actuators.forget();
        restsUntil.clear();
      } else if (message["error"] !== undefined) refused(message["ohmstead"]);
      else takeReadings(message, readings, service.nowMs());
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      clearInterval(beater);
      keeper.close();
      endings.forEach((end) => end());
    },
  };
}

/** All states and attributes: which of them a guard looks at, only the next pack tells. */
function takeReadings(message: NodeMessageInFlow, readings: Map<string, number | string>, nowMs: number): void {
  const note = (source: string, value: number | string | undefined) => {
    if (value === undefined) readings.delete(source);
    else readings.set(source, value);
  };
  for (const { source, value } of readingsIn(message, nowMs)) note(source, plainValue(value));
  for (const { entityId, state, attributes } of statesIn(message, nowMs)) {
    note(entityId, plainValue(state));
    for (const [name, value] of Object.entries(attributes))
      if (typeof value === "number" || typeof value === "string") note(sourceOf(entityId, name), plainValue(value));
  }
}
