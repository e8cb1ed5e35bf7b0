import type { ServiceEvent } from "@ohmstead/contract";
import type { Logger } from "pino";
import type { Clock } from "../../domain/clock.ts";

type Alert = Extract<ServiceEvent, { type: "alert" }>;

export interface Listeners {
  publish(event: ServiceEvent): void;
  /** Something to be told at once, also to the log. */
  alert(level: Alert["level"], message: string, about?: Alert["about"]): void;
  /** Returns the function that ends the subscription. A part of the optimizer says so: it does not count as somebody who listens. */
  subscribe(listener: (event: ServiceEvent) => void, who?: "ourselves"): () => void;
  /** How many of the others there are. */
  count(): number;
  /** Since when there is one of the others. Node-RED cannot be told from a browser here; it is the first to come and the last to go. */
  sinceMs(): number | undefined;
  clear(): void;
}

/** Who hears what happens in the house. */
export function createListeners({
  clock,
  logger,
}: {
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Logger;
}): Listeners {
  const listeners = new Map<(event: ServiceEvent) => void, "ourselves" | "others">();
  let sinceMs: number | undefined;
  const count = () => [...listeners.values()].filter((who) => who === "others").length;
  const publish = (event: ServiceEvent): void => {
    if (event.type === "alert") logger[event.level === "warning" ? "warn" : event.level](event.message);
    for (const listener of listeners.keys()) listener(event);
  };
  return {
    publish,
    alert: (level, message, about) =>
      publish({ type: "alert", level, message, atMs: clock.nowMs(), ...(about === undefined ? {} : { about }) }),
    subscribe: (listener, who) => {
      listeners.set(listener, who ?? "others");
      if (count() > 0) sinceMs ??= clock.nowMs();
      return () => {
        listeners.delete(listener);
        if (count() === 0) sinceMs = undefined;
      };
    },
    count,
    sinceMs: () => sinceMs,
    clear: () => listeners.clear(),
  };
}
