import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer } from "ws";
import { isControl, serveRequest } from "./rest.ts";
import { serveSession } from "./session.ts";
import type { SimulatedHome } from "./simulated-home.ts";

export interface HomeAssistantServer {
  /** Resolves with the port; rejects when it is taken. */
  start(): Promise<number>;
  /** Closes every connection; may come twice. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly home: SimulatedHome;
  readonly token: string;
  readonly host: string;
  /** 0 takes any free one */
  readonly port: number;
  /** how often, in real milliseconds, the house lives on */
  readonly tickMs: number;
  /** real milliseconds from now to a house time, so that what is due between two ticks is not late */
  readonly realMsUntil?: (houseMs: number) => number;
}

/** Catching up, ten minutes of house time at once at most: then it is told, and the wires get their turn. */
const MOST_STEPS_AT_ONCE = 10;

/** The house's clockwork, and the wires on which it speaks Home Assistant. */
export function createHomeAssistantServer(options: ServerOptions): HomeAssistantServer {
  const { home, token, host, port, tickMs, realMsUntil = () => tickMs } = options;
  const http = createServer((request, response) => {
    if (isControl(request)) {
      controls.add(request.socket);
      response.on("close", () => controls.delete(request.socket));
    } else if (home.wire().isAway) {
      request.socket.destroy();
      return;
    }
    void serveRequest(request, response, home, token);
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4_000_000 });
  const connections = new Set<Socket>();
  /** whoever is at the simulation's controls just now, who is not hung up on by what he ordered */
  const controls = new Set<Socket>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const hangUp = (): void => {
    for (const connection of connections) if (!controls.has(connection) || isStopped) connection.destroy();
  };
  home.onCut(hangUp);
  http.on("connection", (connection) => {
    if (isStopped) {
      connection.destroy();
      return;
    }
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
  });
  http.on("upgrade", (request, connection, head) => {
    if (home.wire().isAway) {
      connection.destroy();
      return;
    }
    if (new URL(request.url ?? "/", "http://house").pathname !== "/api/websocket") {
      connection.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, connection, head, (socket) => serveSession(socket, home, token));
  });

  const tick = (): void => {
    const isThere = home.live(MOST_STEPS_AT_ONCE);
    if (isStopped) return;
    const dueMs = Math.max(1, realMsUntil(home.nextMs()));
    timer = setTimeout(tick, isThere ? Math.min(tickMs, dueMs) : 0);
  };
  return {
    start: () =>
      new Promise((resolve, reject) => {
        http.once("error", reject);
        http.listen(port, host, () => {
          http.off("error", reject);
          tick();
          resolve((http.address() as AddressInfo).port);
        });
      }),
    stop: async () => {
      if (isStopped) return;
      isStopped = true;
      clearTimeout(timer);
      hangUp();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}
