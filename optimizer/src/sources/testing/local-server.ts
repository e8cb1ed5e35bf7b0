import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What was asked for: path and query, and what came with it. */
export type Asked = URL & {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

export type Answer = (asked: Asked, response: ServerResponse) => void;

/** How a provider fails to answer, whatever it is asked. */
export type Fault =
  | { readonly kind: "slow"; readonly ms: number }
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string }
  /** As if the answer were shorter: a proxy that cut it, or a maker's bug. `share` of its length, 0 to below 1. */
  | { readonly kind: "truncated"; readonly share: number }
  /** The wire breaks within the body. */
  | { readonly kind: "brokenOff"; readonly share: number }
  /** The body is another one. */
  | { readonly kind: "altered"; readonly alter: (body: string) => string };

export interface LocalServer {
  readonly url: string;
  /** Oldest first. */
  readonly asked: Asked[];
  /** Answers all further requests this way, when it is well. */
  answer(how: Answer): void;
  /** Fails from now on, until it is well. */
  misbehave(fault: Fault): void;
  /** Nobody listens any more, as when the process is gone. */
  closePort(): Promise<void>;
  /** Without fault, and on its port. */
  beWell(): Promise<void>;
  close(): Promise<void>;
}

/** A provider's API on a free port of this machine. */
export async function startLocalServer(): Promise<LocalServer> {
  const asked: Asked[] = [];
  let how: Answer = send("{}", 500);
  let fault: Fault | undefined;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = Object.assign(new URL(request.url ?? "/", "http://localhost"), {
        method: request.method ?? "GET",
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      });
      asked.push(url);
      if (!fault) how(url, response);
      else failBy(fault, how, url, response);
    });
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const closePort = async () => {
    if (!server.listening) return;
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeAllConnections();
    await closed;
  };
  await listen(0);
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answer: (next) => {
      how = next;
    },
    misbehave: (next) => {
      fault = next;
    },
    closePort,
    beWell: async () => {
      fault = undefined;
      if (!server.listening) await listen(port);
    },
    close: closePort,
  };
}

function failBy(fault: Fault, how: Answer, asked: Asked, response: ServerResponse): void {
  if (fault.kind === "status") {
    const { status, retryAfter } = fault;
    const more = retryAfter === undefined ? {} : { "retry-after": retryAfter };
    response.writeHead(status, { "content-type": "application/json", ...more }).end(`{"message":"no"}`);
    return;
  }
  if (fault.kind === "slow") {
    const timer = setTimeout(() => how(asked, response), fault.ms);
    response.on("close", () => clearTimeout(timer));
    return;
  }
  // What it would have said, caught before it is sent.
  const spoiled = Object.create(response) as ServerResponse;
  let status = 200;
  spoiled.writeHead = (code: number) => {
    status = code;
    return spoiled;
  };
  spoiled.end = (body?: unknown) => {
    const bytes = Buffer.from(typeof body === "string" ? body : "");
    const cut = "share" in fault ? bytes.subarray(0, Math.floor(bytes.length * fault.share)) : bytes;
    if (fault.kind === "brokenOff") {
      response.writeHead(status, { "content-length": bytes.length }).write(cut, () => response.destroy());
      return response;
    }
    response
      .writeHead(status)
      .end(fault.kind === "altered" && bytes.length > 0 ? fault.alter(bytes.toString("utf8")) : cut);
    return response;
  };
  how(asked, spoiled);
}

export const fixture = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");

export const send =
  (body: string, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  };

/** `{ count, next, previous, results }` of all results, in pages of this many, as the first of its pages was asked for. */
export const sendPages =
  (results: readonly unknown[], perPage: number, url: () => string): Answer =>
  (asked, response) => {
    const page = Number(asked.searchParams.get("page") ?? 1);
    const linkTo = (number: number): string => {
      const link = new URL(asked.pathname + asked.search, url());
      link.searchParams.set("page", String(number));
      return link.href;
    };
    const body = {
      count: results.length,
      next: page * perPage < results.length ? linkTo(page + 1) : null,
      previous: page > 1 ? linkTo(page - 1) : null,
      results: results.slice((page - 1) * perPage, page * perPage),
    };
    send(JSON.stringify(body))(asked, response);
  };
