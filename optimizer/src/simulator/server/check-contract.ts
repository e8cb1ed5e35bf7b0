import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import { z } from "zod";
import type {
  AuthenticationCase,
  ContractCase,
  ContractTarget,
  RestCase,
  WebSocketCase,
} from "./home-assistant-contract.ts";

const PATIENCE_MS = 5000;
/** $name, or $name.detail; the longer name first, so that $select does not eat $select.option */
const PLACEHOLDER = /\$[a-z_]+(?:\.[a-z_]+)?/g;

type Filled = { readonly value: unknown } | { readonly missing: string };

function filled(template: unknown, values: ContractTarget["values"]): Filled {
  let missing: string | undefined;
  const fill = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(fill);
    if (typeof each === "object" && each !== null)
      return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, fill(inner)]));
    if (typeof each !== "string") return each;
    const whole = values[each];
    if (whole !== undefined) return whole;
    return each.replaceAll(PLACEHOLDER, (name) => {
      const value = values[name];
      if (value === undefined) missing ??= name;
      return String(value);
    });
  };
  const value = fill(template);
  return missing === undefined ? { value } : { missing };
}

const complaint = (what: string, schema: z.ZodType, given: unknown): string[] => {
  const parsed = schema.safeParse(given);
  return parsed.success
    ? []
    : [`${what}: ${z.prettifyError(parsed.error)}\n  in ${JSON.stringify(given)?.slice(0, 300)}`];
};

async function checkRest(target: ContractTarget, each: RestCase): Promise<string[]> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(target.url + each.path, {
    method: each.method,
    headers: each.token === "" ? headers : { ...headers, authorization: `Bearer ${each.token ?? target.token}` },
    ...(each.body === undefined ? {} : { body: JSON.stringify(each.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  const wrongStatus = response.status === each.status ? [] : [`status ${response.status}, not ${each.status}`];
  return [...wrongStatus, ...complaint("body", each.answer, isJson ? JSON.parse(text) : text)];
}

/** A connection that was asked for its token, with all that came in. */
async function open(target: ContractTarget) {
  const socket = new WebSocket(`${target.url.replace(/^http/, "ws")}/api/websocket`);
  const inbox: Readonly<Record<string, unknown>>[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data: Buffer) => {
    const parsed: unknown = JSON.parse(data.toString("utf8"));
    inbox.push(...(Array.isArray(parsed) ? parsed : [parsed]));
    for (const look of waiting) look();
  });
  socket.on("error", () => socket.close());
  const closed = new Promise<true>((resolve) => socket.on("close", () => resolve(true)));
  const isClosedSoon = () => Promise.race([closed, wait(PATIENCE_MS, false, { ref: false })]);
  /** The first message that fits, of those that came or will come; undefined when patience ends. */
  const find = (fits: (message: Readonly<Record<string, unknown>>) => boolean) =>
    new Promise<Readonly<Record<string, unknown>> | undefined>((resolve) => {
      const finish = (found: Readonly<Record<string, unknown>> | undefined): void => {
        waiting.delete(look);
        clearTimeout(patience);
        resolve(found);
      };
      const look = (): void => {
        const found = inbox.find(fits);
        if (found) finish(found);
      };
      const patience = setTimeout(() => finish(undefined), PATIENCE_MS);
      waiting.add(look);
      look();
    });
  await find((message) => message["type"] === "auth_required");
  return { socket, find, isClosedSoon };
}

async function connect(target: ContractTarget) {
  const connection = await open(target);
  connection.socket.send(JSON.stringify({ type: "auth", access_token: target.token }));
  const welcome = await connection.find((message) => message["type"] === "auth_ok");
  return { ...connection, isWelcome: welcome !== undefined };
}

async function checkAuthentication(target: ContractTarget, each: AuthenticationCase): Promise<string[]> {
  const { socket, find, isClosedSoon } = await open(target);
  try {
    socket.send(JSON.stringify(each.send));
    const answer = await find(({ type }) => type !== "auth_required");
    const stays = each.isClosed && !(await isClosedSoon()) ? ["the connection stays open"] : [];
    return [...complaint("answer", each.answer, answer), ...stays];
  } finally {
    socket.close();
  }
}

/** A restart, done by `restart`: who was connected is cut off, and finds everything again as soon as it runs. */
export async function checkRestart(target: ContractTarget, restart: () => Promise<void>): Promise<string[]> {
  const before = await connect(target);
  if (!before.isWelcome) return ["no auth_ok before"];
  const [isClosed] = await Promise.all([before.isClosedSoon(), restart()]);
  const runs = await checkWebSocket(target, {
    via: "websocket",
    name: "runs again",
    send: [{ type: "get_config" }],
    answer: z.looseObject({ result: z.looseObject({ state: z.literal("RUNNING") }) }),
  });
  return [...(isClosed ? [] : ["the connection outlived the restart"]), ...runs];
}

async function checkWebSocket(target: ContractTarget, each: WebSocketCase): Promise<string[]> {
  const { socket, find, isWelcome } = await connect(target);
  try {
    if (!isWelcome) return ["no auth_ok"];
    let answer: unknown;
    for (const [index, message] of each.send.entries()) {
      const id = index + 1;
      socket.send(JSON.stringify({ ...message, id }));
      answer = await find((got) => got["id"] === id && got["type"] !== "event");
    }
    const missed: string[] = [];
    for (const [index, schema] of (each.messages ?? []).entries())
      if (!(await find((got) => schema.safeParse(got).success))) missed.push(`message ${index + 1} never came`);
    return [...complaint("answer", each.answer, answer), ...missed];
  } finally {
    socket.close();
  }
}

/** What an instance does otherwise than the contract says; nothing when it holds, undefined where a case is not applicable to it. */
export async function checkContract(target: ContractTarget, each: ContractCase): Promise<string[] | undefined> {
  const { answer, name, ...request } = each;
  const messages = each.via === "websocket" ? each.messages : undefined;
  const plain = filled(Object.fromEntries(Object.entries(request).filter(([key]) => key !== "messages")), {
    ...target.values,
    $token: target.token,
  });
  if ("missing" in plain) return undefined;
  const ready = { ...(plain.value as object), answer, name, ...(messages ? { messages } : {}) } as ContractCase;
  if (ready.via === "authentication") return checkAuthentication(target, ready);
  return ready.via === "rest" ? checkRest(target, ready) : checkWebSocket(target, ready);
}
