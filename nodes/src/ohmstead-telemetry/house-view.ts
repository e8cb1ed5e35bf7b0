import type { HouseView } from "@ohmstead/contract";
import { statesIn } from "./states.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Follows what messages say of Home Assistant itself, for the service to tell people. */
export interface HouseWatch {
  /** The sources that the config names. */
  want(sources: readonly string[]): void;
  take(message: Fields): void;
  /** What the service has not been told yet. */
  news(): HouseView | undefined;
  /** The service is told everything again: a new connection, or news that did not arrive. */
  repeat(): void;
}

/** With one of these topics, a list of states is all there are: the answer to our own question, or what is read after a restart. */
const WHOLE_LISTS = new Set(["ohmstead/refresh", "home_assistant_client:ready"]);
const ENTITY = /^[a-z_]+\.[a-z0-9_]+$/;
const MOST_NAMED = 1000;
const MOST_THERE = 5000;

const domainOf = (entityId: string): string => entityId.split(".", 1)[0] ?? "";

export function createHouseWatch(): HouseWatch {
  let wanted: readonly string[] = [];
  let all: readonly string[] | undefined;
  let link: HouseView["link"] | undefined;
  let detail: string | undefined;
  let told = "";

  const view = (): HouseView | undefined => {
    if (link === undefined) return undefined;
    const known = new Set(all);
    const missing = all ? wanted.filter((entityId) => !known.has(entityId)).slice(0, MOST_NAMED) : [];
    const domains = new Set(missing.map(domainOf));
    const there = (all ?? []).filter((entityId) => domains.has(domainOf(entityId))).slice(0, MOST_THERE);
    return { link, ...(detail === undefined ? {} : { detail }), missing, there };
  };

  return {
    want: (sources) => {
      const entities = sources.map((source) => source.split("#", 1)[0] ?? "");
      wanted = [...new Set(entities)].filter((entityId) => ENTITY.test(entityId));
    },
    take: (message) => {
      const complaint = complaintIn(message);
      if (isRefusal(message) || /\b40[13]\b/.test(complaint ?? "")) {
        link = "refused";
        detail = complaint?.slice(0, 500);
      } else if (complaint !== undefined) {
        // Whoever was refused is not asked again, and then there is no connection.
        if (link === "refused") return;
        link = "away";
        detail = complaint.slice(0, 500);
      } else if (WHOLE_LISTS.has(String(message["topic"])) && Array.isArray(message["payload"])) {
        link = "connected";
        detail = undefined;
        all = statesIn(message, 0).map(({ entityId }) => entityId);
      }
    },
    news: () => {
      const present = view();
      const text = JSON.stringify(present);
      if (present === undefined || text === told) return undefined;
      told = text;
      return present;
    },
    repeat: () => {
      told = "";
    },
  };
}

/** What a catch node says of a question that Home Assistant did not answer. */
function complaintIn(message: Fields): string | undefined {
  const { error } = message;
  if (typeof error !== "object" || error === null || !("message" in error)) return undefined;
  return String(error.message);
}

/**
 * The status of Home Assistant's own nodes is an error when it answers and does not let them in: a wrong token, or a user who is no
 * administrator. A Home Assistant that is away is "disconnected" or "connecting".
 */
function isRefusal({ topic, payload }: Fields): boolean {
  if (topic !== "homeAssistant" || typeof payload !== "object" || payload === null || !("text" in payload))
    return false;
  return /\berror\b/.test(String(payload.text));
}
