import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export const recordedAnswer = (name: string): string =>
  readFileSync(new URL(`../fixtures/viessmann/${name}.json`, import.meta.url), "utf8");

interface Feature {
  readonly feature: string;
  timestamp: string;
  readonly properties: Record<string, { value: unknown }>;
}

/** How the next requests to the features are answered; `hang`: not at all. */
export type Misbehaviour =
  | "hang"
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

export interface ViessmannServer {
  readonly url: string;
  /** "POST /token", "GET /features", "POST /features/…/commands/…"; oldest first. */
  readonly asked: string[];
  readonly refreshTokens: string[];
  /** For so many requests to the features; then it is well again. */
  misbehave(how: Misbehaviour, times?: number): void;
  /** All access tokens given so far are refused from now on. */
  expireTokens(): void;
  /** No refresh token works any more. */
  closeAccount(): void;
  /** Answers all that hang. */
  release(): void;
  valueOf(feature: string, property: string): unknown;
  /** The heat pump is heard of, and says so in one of its features. */
  heardAt(atMs: number): void;
  close(): Promise<void>;
}

const PROPERTY_OF: Readonly<Record<string, readonly [parameter: string, property: string]>> = {
  setTemperature: ["targetTemperature", "temperature"],
  setTargetTemperature: ["temperature", "value"],
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
};
const answer = (response: ServerResponse, status: number, body: string, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);

/** Viessmann's interface on a free port of this machine: a recorded heat pump that obeys, tokens that run out, and recorded errors. */
export async function startViessmannServer({ expiresInS = 3600 } = {}): Promise<ViessmannServer> {
  const features = (JSON.parse(recordedAnswer("features_Vitocal250A")) as { readonly data: Feature[] }).data;
  const asked: string[] = [];
  const refreshTokens: string[] = [];
  const good = new Set<string>();
  const hanging: (() => void)[] = [];
  const queue: Misbehaviour[] = [];
  let tokenCount = 0;
  let isAccountOpen = true;

  function giveToken(text: string, response: ServerResponse): void {
    const given = new URLSearchParams(text).get("refresh_token") ?? "";
    refreshTokens.push(given);
    if (!isAccountOpen) {
      answer(response, 400, JSON.stringify({ error: "invalid_grant" }));
      return;
    }
    tokenCount += 1;
    good.add(`access-${tokenCount}`);
    const refreshed = { access_token: `access-${tokenCount}`, refresh_token: `refresh-${tokenCount}` };
    answer(response, 200, JSON.stringify({ ...refreshed, expires_in: expiresInS, token_type: "Bearer" }));
  }

  function obey(path: string, text: string, response: ServerResponse): void {
    const [, name, order = ""] = /\/features\/([^/]+)\/commands\/(\w+)$/.exec(path) ?? [];
    const [parameter, property] = PROPERTY_OF[order] ?? [];
    const found = features.find(({ feature }) => feature === name)?.properties[property ?? ""];
    if (!found || parameter === undefined) {
      answer(response, 404, JSON.stringify({ statusCode: 404, errorType: "FEATURE_NOT_FOUND" }));
      return;
    }
    found.value = (JSON.parse(text) as Record<string, unknown>)[parameter];
    answer(response, 202, JSON.stringify({ data: { success: true, reason: "COMMAND_EXECUTION_SUCCESS" } }));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").replace(/^.*\/devices\/0/, "");
    const text = await bodyOf(request);
    asked.push(`${request.method} ${path}`);
    if (path === "/token") {
      giveToken(text, response);
      return;
    }
    if (!good.has(request.headers.authorization?.replace("Bearer ", "") ?? "")) {
      answer(response, 401, recordedAnswer("error_expired_token"));
      return;
    }
    const serve = () =>
      request.method === "GET" ? answer(response, 200, JSON.stringify({ data: features })) : obey(path, text, response);
    const how = queue.shift();
    if (how === undefined) serve();
    else if (how === "hang") hanging.push(serve);
    else answer(response, how.status, how.body, how.headers);
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    asked,
    refreshTokens,
    misbehave: (how, times = 1) => {
      for (let n = 0; n < times; n += 1) queue.push(how);
    },
    expireTokens: () => good.clear(),
    closeAccount: () => {
      isAccountOpen = false;
      good.clear();
    },
    release: () => {
      for (const serve of hanging.splice(0)) serve();
    },
    valueOf: (name, property) => features.find(({ feature }) => feature === name)?.properties[property]?.value,
    heardAt: (atMs) => {
      const [first] = features;
      if (first) first.timestamp = new Date(atMs).toISOString();
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
