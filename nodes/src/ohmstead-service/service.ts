import { type HouseClock, houseTimeMs, type ServiceEvent } from "@ohmstead/contract";
import { type Actuators, createActuators } from "./actuators.ts";
import { keepStreamOpen } from "./event-stream.ts";
import { type Heard, hear, isSilent, type LinkState, REFUSED_TEXT } from "./logic.ts";

/** An answer of the service that is not a success, or none at all (then without status). */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
  /** True when the same request can never succeed: the service has understood and refused it. */
  get isFinal(): boolean {
    return (
      this.status !== undefined &&
      this.status >= 400 &&
      this.status < 500 &&
      ![401, 403, 408, 429].includes(this.status)
    );
  }
}

/** The one connection to the service, as the other nodes use it. */
export interface Service {
  nowMs(): number;
  /** House milliseconds per real millisecond. */
  readonly speed: number;
  link(): LinkState;
  isSilent(cycleMs: number): boolean;
  readonly actuators: Actuators;
  /** Rejects with ServiceError. Resolves with the parsed JSON, or undefined for an empty answer. */
  request(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<unknown>;
  /** Like request, and an answer that says "not well" is an answer too. */
  readHealth(): Promise<unknown>;
  /** Called before every event's listeners: whoever stands in for the service stops first. Returns what ends it, as do the others. */
  onHeard(listener: () => void): () => void;
  onEvent(listener: (event: ServiceEvent) => void): () => void;
  onLink(listener: (state: LinkState) => void): () => void;
  stop(): Promise<void>;
}

export interface ServiceSetup {
  readonly url: string;
  readonly token: string | undefined;
  readonly clock: HouseClock;
}

const ANSWER_WITHIN_MS = 10_000;

export function startService({ url, token, clock }: ServiceSetup): Service {
  const base = url.replace(/\/+$/, "");
  const headers: Readonly<Record<string, string>> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const nowMs = () => houseTimeMs(clock, Date.now());
  const stopper = new AbortController();
  const heardListeners = new Set<() => void>();
  const eventListeners = new Set<(event: ServiceEvent) => void>();
  const linkListeners = new Set<(state: LinkState) => void>();
  let link: LinkState = { kind: "connecting" };
  let heard: Heard = { lastEventMs: nowMs(), lastEventRealMs: Date.now() };

  const ended = keepStreamOpen(
    {
      url: base,
      headers,
      onEvent: (event) => {
        heard = hear(heard, event, nowMs(), Date.now());
        for (const listener of heardListeners) listener();
        for (const listener of eventListeners) listener(event);
      },
      onState: (state) => {
        // Between two attempts "connecting" says less than why the last one failed.
        if (state.kind === "connecting" && link.kind !== "connected") return;
        link = state;
        for (const listener of linkListeners) listener(state);
      },
    },
    stopper.signal,
  );

  const ask = async (method: string, path: string, body?: unknown): Promise<Response> => {
    try {
      return await fetch(`${base}${path}`, {
        method,
        headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([stopper.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
    } catch {
      throw new ServiceError(`the service does not answer at ${base}`);
    }
  };

  return {
    nowMs,
    speed: clock.speed,
    link: () => link,
    isSilent: (cycleMs) => isSilent(heard, link, nowMs(), Date.now(), cycleMs),
    actuators: createActuators(),
    request: async (method, path, body) => {
      const response = await ask(method, path, body);
      const answer = await jsonOf(response);
      if (response.ok) return answer;
      throw new ServiceError(problemText(response.status, answer), response.status);
    },
    readHealth: async () => jsonOf(await ask("GET", "/health/ready")),
    onHeard: (listener) => listen(heardListeners, listener),
    onEvent: (listener) => listen(eventListeners, listener),
    onLink: (listener) => listen(linkListeners, listener),
    stop: async () => {
      stopper.abort();
      await ended;
    },
  };
}

function listen<L>(listeners: Set<L>, listener: L): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** The title and detail of a problem document (RFC 9457). */
function problemText(status: number, answer: unknown): string {
  if (status === 401 || status === 403) return REFUSED_TEXT;
  const { title, detail } = (answer ?? {}) as { title?: unknown; detail?: unknown };
  const said = [title, detail].filter((part) => typeof part === "string").join(": ");
  return said === "" ? `the service answers ${status}` : said;
}
