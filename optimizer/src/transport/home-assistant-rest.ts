import { z } from "zod";
import { DeliveryError } from "../domain/errors.ts";
import { failureOf } from "./answer-failure.ts";
import { ask } from "./ask.ts";

/** A state as Home Assistant keeps it. */
export interface EntityState {
  readonly entityId: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** When its device last reported it, also when nothing had changed. */
  readonly reportedMs: number;
}

export interface HomeAssistantSettings {
  readonly version: string;
  readonly timeZone: string;
  readonly currency: string | undefined;
}

/** What Home Assistant says of itself. All of it rejects with DeliveryError when there is no usable answer. */
export interface HomeAssistantReader {
  readonly url: string;
  settings(signal: AbortSignal): Promise<HomeAssistantSettings>;
  states(signal: AbortSignal): Promise<readonly EntityState[]>;
  /** The states of some entities in a period, oldest first, the first one that which held at its start; without their attributes. */
  history(
    entityIds: readonly string[],
    fromMs: number,
    untilMs: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly { readonly atMs: number; readonly state: string }[]>>;
}

const TIME_LIMIT_MS = 15_000;

const moment = z.iso.datetime({ offset: true }).transform(Date.parse);
const State = z.object({
  entity_id: z.string(),
  state: z.string(),
  attributes: z.record(z.string(), z.unknown()).default({}),
  last_updated: moment,
  last_reported: moment.optional(),
});
const Settings = z.object({ version: z.string(), time_zone: z.string(), currency: z.string().optional() });
/** Of each entity only the first entry names it. */
const Past = z.array(
  z.array(z.object({ entity_id: z.string().optional(), state: z.string(), last_changed: moment })).min(1),
);

/** Its REST interface. */
export function createHomeAssistantReader({
  url,
  token,
}: {
  readonly url: string;
  readonly token: string;
}): HomeAssistantReader {
  async function get<S extends z.ZodType>(path: string, schema: S, signal: AbortSignal): Promise<z.output<S>> {
    const address = new URL(path, url);
    const question = { method: "GET", headers: { authorization: `Bearer ${token}` } };
    const answer = await ask(address, question, TIME_LIMIT_MS, signal);
    if (answer.status !== 200) throw failureOf(answer, address.host, Date.now());
    const parsed = schema.safeParse(asJson(answer.text));
    if (parsed.success) return parsed.data;
    throw new DeliveryError(
      "error",
      `${address.host} does not answer as Home Assistant does (asked for ${address.pathname})`,
    );
  }

  return {
    url,
    settings: async (signal) => {
      const { version, time_zone: timeZone, currency } = await get("/api/config", Settings, signal);
      return { version, timeZone, currency };
    },
    states: async (signal) =>
      (await get("/api/states", z.array(State), signal)).map(
        ({ entity_id: entityId, state, attributes, last_updated, last_reported = last_updated }) => ({
          entityId,
          state,
          attributes,
          reportedMs: last_reported,
        }),
      ),
    history: async (entityIds, fromMs, untilMs, signal) => {
      if (entityIds.length === 0) return new Map();
      const query = new URLSearchParams({
        filter_entity_id: entityIds.join(","),
        end_time: new Date(untilMs).toISOString(),
        minimal_response: "",
        no_attributes: "",
      });
      const past = await get(`/api/history/period/${new Date(fromMs).toISOString()}?${query.toString()}`, Past, signal);
      return new Map(
        past.map((states) => [
          states[0]?.entity_id ?? "",
          states.map(({ state, last_changed }) => ({ atMs: last_changed, state })),
        ]),
      );
    },
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
