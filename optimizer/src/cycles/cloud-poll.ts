import type { TelemetryReading } from "@ohmstead/contract";
import { z } from "zod";
import { DeliveryError } from "../domain/errors.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import { readingsOfFeatures, ViessmannFeatures } from "../telemetry/viessmann-features.ts";
import type { MakerApi } from "../transport/maker-api.ts";

export interface CloudPollDeps {
  readonly api: Pick<MakerApi, "id" | "send">;
  readonly pollMs: number;
  /** The sources that the house wants, of all kinds. */
  readonly wanted: () => readonly string[];
  readonly take: (readings: readonly TelemetryReading[]) => void;
  readonly nowMs: () => number;
  /** What a person must know: the readings do not come, or come again. */
  readonly say: (level: "info" | "warn", text: string) => void;
  /** Real milliseconds from an order to its proof. */
  readonly afterOrderMs?: number;
}

export interface CloudPoll {
  start(): void;
  /** An order was taken: what became of it is read soon. */
  orderTaken(): void;
  stop(): void;
}

const TIME_LIMIT_MS = 10_000;
const LONGEST_PAUSE_MS = 30 * MS_PER_MINUTE;
/** A heat pump shows a new set-point some seconds after its cloud took the order. */
const AFTER_ORDER_MS = 15_000;

/** Reads a maker's features again and again: after growing pauses while that fails, and never before the maker allows it. */
export function createCloudPoll(deps: CloudPollDeps): CloudPoll {
  const { api, pollMs, afterOrderMs = AFTER_ORDER_MS } = deps;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let isReading = false;
  let failures = 0;
  let lastTrouble: string | undefined;

  async function read(): Promise<void> {
    const answer = await api.send({ method: "GET", path: "/features" }, TIME_LIMIT_MS, stopping.signal);
    const features = ViessmannFeatures.safeParse(answer);
    if (!features.success)
      throw new DeliveryError(
        "error",
        `${api.id} gave features that cannot be used: ${z.prettifyError(features.error).slice(0, 300)}`,
      );
    deps.take(readingsOfFeatures(features.data, api.id, deps.wanted(), deps.nowMs()));
  }

  /** Once, until it changes. */
  const say = (trouble: string | undefined): void => {
    if (trouble === lastTrouble) return;
    lastTrouble = trouble;
    if (trouble === undefined) deps.say("info", `${api.id} is read again`);
    else deps.say("warn", `${api.id} is not read: ${trouble}`);
  };

  async function readOnce(): Promise<void> {
    isReading = true;
    let pauseMs = pollMs;
    try {
      await read();
      failures = 0;
      if (lastTrouble !== undefined) say(undefined);
    } catch (error) {
      if (stopping.signal.aborted) return;
      failures += 1;
      const { kind, retryAfterMs = 0 } = error instanceof DeliveryError ? error : { kind: "error" };
      pauseMs = Math.max(retryAfterMs, Math.min(pollMs * 2 ** failures, LONGEST_PAUSE_MS));
      say(`${error instanceof Error ? error.message : String(error)} (${kind})`);
    } finally {
      isReading = false;
    }
    schedule(pauseMs);
  }

  function schedule(afterMs: number): void {
    clearTimeout(timer);
    if (!stopping.signal.aborted) timer = setTimeout(() => void readOnce(), afterMs);
  }

  return {
    start: () => schedule(0),
    orderTaken: () => {
      if (!isReading && failures === 0) schedule(afterOrderMs);
    },
    stop: () => {
      stopping.abort();
      clearTimeout(timer);
    },
  };
}
