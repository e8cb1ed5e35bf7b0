import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface LocalServer {
  readonly url: string;
  /** What was asked for, path and query, oldest first. */
  readonly asked: URL[];
  /** Answers all further requests this way. */
  answer(how: (asked: URL, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** A provider's API on a free port of this machine. */
export async function startLocalServer(): Promise<LocalServer> {
  const asked: URL[] = [];
  let how: (asked: URL, response: ServerResponse) => void = send("{}", 500);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    asked.push(url);
    how(url, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answer: (next) => {
      how = next;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

export const fixture = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");

export const send =
  (body: string, status = 200) =>
  (_: URL, response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  };
