import type { IncomingMessage, ServerResponse } from "node:http";
import { InputError } from "../../domain/errors.ts";
import type { FaultInput } from "../faults/fault.ts";
import { garbled, isToken } from "./session.ts";
import { ServiceCallError } from "./services.ts";
import type { SimulatedHome } from "./simulated-home.ts";
import { stateJson } from "./state-machine.ts";
import { renderTemplate, TemplateError } from "./template.ts";

const MOST_BODY_BYTES = 1_000_000;
const DAY_MS = 86_400_000;

/** An answer with its status; an object becomes JSON, text stays text. */
class Answer extends Error {
  override readonly name = "Answer";
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(String(status));
    this.status = status;
    this.body = body;
  }
}
/** No answer will come: silence, or the connection is cut. */
class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly isCut: boolean;
  constructor(isCut: boolean) {
    super("no answer");
    this.isCut = isCut;
  }
}
const message = (status: number, text: string): Answer => new Answer(status, { message: text });

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MOST_BODY_BYTES) throw message(413, "Request body too large.");
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text.trim() === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Readonly<Record<string, unknown>>;
  } catch {
    // falls through: the same complaint
  }
  throw message(400, "Data should be valid JSON.");
}

interface Call {
  readonly home: SimulatedHome;
  readonly url: URL;
  readonly parts: readonly string[];
  readonly body: () => Promise<Readonly<Record<string, unknown>>>;
}

const timeOf = (text: string | null | undefined, otherwise: number): number => {
  if (!text) return otherwise;
  const atMs = Date.parse(text.replace(" ", "+")); // a plus sign that nobody escaped
  if (Number.isNaN(atMs)) throw message(400, "Invalid datetime");
  return atMs;
};

function history({ home, url, parts: [from] }: Call): unknown {
  const fromMs = timeOf(from === undefined ? undefined : decodeURIComponent(from), home.nowMs() - DAY_MS);
  const untilMs = timeOf(url.searchParams.get("end_time"), fromMs + DAY_MS);
  const ids = url.searchParams.get("filter_entity_id");
  if (!ids) throw message(400, "filter_entity_id is missing");
  const isWithoutAttributes = url.searchParams.has("no_attributes");
  return ids
    .split(",")
    .map((id) =>
      home.states
        .history(id.trim(), fromMs, untilMs)
        .map((stored) => stateJson(isWithoutAttributes ? { ...stored, attributes: {} } : stored)),
    )
    .filter((list) => list.length > 0);
}

async function callService({ home, parts: [domain = "", service = ""], body }: Call): Promise<unknown> {
  try {
    const { changed, wire, delayMs } = home.callService({ domain, service, target: {}, data: await body() });
    if (delayMs > 0) await new Promise<void>((resolve) => home.after(delayMs, resolve));
    if (wire !== "answered") throw new NoAnswer(wire === "cut");
    return changed.map(stateJson);
  } catch (error) {
    if (!(error instanceof ServiceCallError)) throw error;
    // Home Assistant says no more than this over REST; an error in the action itself is a 500.
    const isBadRequest = error.code === "not_found" || error.code === "invalid_format";
    throw isBadRequest
      ? new Answer(400, "400: Bad Request")
      : new Answer(500, "500 Internal Server Error\n\nServer got itself in trouble");
  }
}

async function addFault({ home, body }: Call): Promise<unknown> {
  const given = await body();
  home.live(Number.POSITIVE_INFINITY);
  home.faults.add(given as FaultInput); // checked there
  return home.faults.list();
}

function endFault({ home, parts: [id = ""] }: Call): unknown {
  const known = home.faults.list().map((each) => each.id);
  if (!home.faults.end(id))
    throw message(404, `no fault "${id}"; there is: ${known.length > 0 ? known.join(", ") : "none"}`);
  return home.faults.list();
}

/** Method, path with * for a part, and what answers. The paths under /simulator are no part of Home Assistant. */
const ROUTES: readonly (readonly [string, string, (call: Call) => unknown])[] = [
  ["GET", "/api", () => ({ message: "API running." })],
  ["GET", "/api/config", ({ home }) => home.config()],
  ["GET", "/api/states", ({ home }) => home.states.all().map(stateJson)],
  [
    "GET",
    "/api/states/*",
    ({ home, parts: [entityId = ""] }) => {
      const stored = home.states.get(entityId);
      if (!stored) throw message(404, "Entity not found.");
      return stateJson(stored);
    },
  ],
  [
    "GET",
    "/api/services",
    ({ home }) => Object.entries(home.services()).map(([domain, services]) => ({ domain, services })),
  ],
  ["POST", "/api/services/*/*", callService],
  ["GET", "/api/history/period", history],
  ["GET", "/api/history/period/*", history],
  [
    "POST",
    "/api/events/*",
    async ({ home, parts: [eventType = ""], body }) => {
      home.fire(eventType, await body(), "REMOTE");
      return { message: `Event ${eventType} fired.` };
    },
  ],
  [
    "POST",
    "/api/template",
    async ({ home, body }) => new Answer(200, renderTemplate(String((await body())["template"]), home.states)),
  ],
  ["GET", "/simulator/report", ({ home }) => home.report()],
  ["GET", "/simulator/calls", ({ home }) => home.calls()],
  ["GET", "/simulator/faults", ({ home }) => home.faults.list()],
  ["POST", "/simulator/faults", addFault],
  [
    "DELETE",
    "/simulator/faults",
    ({ home }) => {
      home.faults.clear();
      return [];
    },
  ],
  ["DELETE", "/simulator/faults/*", endFault],
];

/** The parts of the path that stand where the pattern has a *, or undefined when it does not match. */
function matched(pattern: string, path: string): string[] | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const parts: string[] = [];
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? "";
    if (part === "*") parts.push(text);
    else if (part !== text) return undefined;
  }
  return parts;
}

async function answerOf(request: IncomingMessage, home: SimulatedHome): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://house");
  const path = url.pathname.replace(/\/+$/, "");
  let isKnownPath = false;
  for (const [method, pattern, handle] of ROUTES) {
    const parts = matched(pattern, path);
    if (!parts) continue;
    isKnownPath = true;
    if (method !== request.method) continue;
    const result = await handle({ home, url, parts, body: () => bodyOf(request) });
    return result instanceof Answer ? result : new Answer(200, result);
  }
  return isKnownPath ? new Answer(405, "405: Method Not Allowed") : new Answer(404, "404: Not Found");
}

async function answerTo(request: IncomingMessage, home: SimulatedHome, token: string): Promise<Answer> {
  try {
    const [scheme, given] = (request.headers.authorization ?? "").split(" ");
    const isAllowed = scheme?.toLowerCase() === "bearer" && isToken(given, token);
    const isRejected = home.wire().isTokenRejected && !isControl(request);
    return isAllowed && !isRejected ? await answerOf(request, home) : new Answer(401, "401: Unauthorized");
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    if (error instanceof Answer) return error;
    if (error instanceof InputError) return new Answer(422, { message: error.message, errors: error.errors });
    if (error instanceof TemplateError) return message(400, `Error rendering template: ${error.message}`);
    return new Answer(500, "500 Internal Server Error");
  }
}

/** The simulation's own controls answer whatever is wrong with Home Assistant's wires. */
export const isControl = (request: IncomingMessage): boolean => (request.url ?? "").startsWith("/simulator/");

/** Home Assistant's REST API, and the controls of the simulation beside it. Everything asks for the bearer token. */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  home: SimulatedHome,
  token: string,
): Promise<void> {
  if (home.wire().isMute && !isControl(request)) return;
  let answer: Answer;
  try {
    answer = await answerTo(request, home, token);
  } catch (error) {
    if (error instanceof NoAnswer && error.isCut) request.socket.destroy();
    return;
  }
  const isText = typeof answer.body === "string";
  const text = isText ? (answer.body as string) : JSON.stringify(answer.body);
  const write = (): void => {
    const isGarbled = !isControl(request) && home.faults.takeGarble();
    response.writeHead(answer.status, { "content-type": isText ? "text/plain; charset=utf-8" : "application/json" });
    response.end(isGarbled ? garbled(text) : text);
  };
  const { delayMs } = home.wire();
  if (delayMs === 0 || isControl(request)) write();
  else home.after(delayMs, write);
}
