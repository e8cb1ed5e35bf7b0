import { ServiceEvent } from "@ohmstead/contract";
import { Router, type Response } from "express";
import type { Logger } from "pino";
import type { Appliance } from "../../cycles/appliance.ts";
import { HttpProblem } from "./problems.ts";
import { refuses, type RouteDocs } from "./route-docs.ts";

export interface EventLimits {
  /** Proxies and sleeping listeners take a silent connection for a dead one. Real time, whatever the house's clock does. */
  readonly commentEveryMs: number;
  /** What may wait, beyond the greeting, for a listener that does not read. */
  readonly maxWaitingBytes: number;
  readonly maxListeners: number;
}

const LIMITS: EventLimits = { commentEveryMs: 15_000, maxWaitingBytes: 1_000_000, maxListeners: 64 };

export interface EventStreams {
  readonly routes: Router;
  /** Listeners cut off because they did not read. */
  readonly dropped: () => number;
  /** Ends every stream. */
  readonly stop: () => void;
}

/** Server-sent events: the greeting, then everything as it happens, in order, with nothing lost between the two. */
export function eventStreams(
  appliance: Pick<Appliance, "greeting" | "subscribe">,
  logger: Logger,
  limits: EventLimits = LIMITS,
): EventStreams {
  const open = new Set<Response>();
  const texts = new WeakMap<ServiceEvent, string>();
  let dropped = 0;

  const textOf = (event: ServiceEvent): string => {
    const text = texts.get(event) ?? `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
    texts.set(event, text);
    return text;
  };

  const stream = (res: Response): void => {
    // Greeting and subscription in one turn of the event loop: no event can come between them.
    const greeting = appliance.greeting();
    res.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    });
    res.write(greeting.map(textOf).join("") || ": welcome\n\n");
    const allowedBytes = res.writableLength + limits.maxWaitingBytes;
    const send = (text: string): void => {
      if (res.destroyed || res.writableEnded) return;
      res.write(text);
      if (res.writableLength <= allowedBytes) return;
      dropped += 1;
      logger.warn({ waitingBytes: res.writableLength }, "cut off a listener that does not read");
      res.destroy();
    };
    const unsubscribe = appliance.subscribe((event) => send(textOf(event)));
    const comments = setInterval(() => send(": still here\n\n"), limits.commentEveryMs);
    open.add(res);
    res.on("close", () => {
      clearInterval(comments);
      unsubscribe();
      open.delete(res);
    });
  };

  return {
    routes: Router().get("/api/v1/events", (req, res) => {
      if (open.size >= limits.maxListeners)
        throw new HttpProblem(503, "Too many listeners", `${open.size} listeners are connected: close some.`, {
          "Retry-After": "30",
        });
      if (req.method === "HEAD") res.type("text/event-stream").end();
      else stream(res);
    }),
    dropped: () => dropped,
    stop: () => {
      for (const res of open) res.end();
    },
  };
}

export const eventDocs: RouteDocs = {
  "/api/v1/events": {
    get: {
      summary: "Everything as it happens, as server-sent events",
      description:
        "The event's name is its `type`, its data the whole event as JSON. First comes `hello`, then the present recommendation and every open command.",
      responses: {
        200: {
          description: "A stream without end, with a comment every 15 s.",
          content: { "text/event-stream": { schema: ServiceEvent } },
        },
        503: refuses("Too many listeners are connected."),
      },
    },
  },
};
