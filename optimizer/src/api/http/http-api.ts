import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import express, { type Express } from "express";
import type { Logger } from "pino";
import type { Appliance } from "../../cycles/appliance.ts";
import { ConfigError } from "../../domain/errors.ts";
import { auditRoutes } from "./audit-routes.ts";
import { bearerToken } from "./bearer-token.ts";
import { commandRoutes } from "./command-routes.ts";
import { diagnosticsRoutes } from "./diagnostics-routes.ts";
import { doctorRoutes } from "./doctor-routes.ts";
import { eventStreams } from "./event-routes.ts";
import { fallbackRoutes } from "./fallback-routes.ts";
import { forecastRoutes } from "./forecast-routes.ts";
import { ingestRoutes } from "./ingest-routes.ts";
import { liveRoutes, readyRoutes } from "./health-routes.ts";
import { inputRoutes } from "./input-routes.ts";
import { metricsRoutes } from "./metrics-routes.ts";
import { openApiRoutes } from "./open-api.ts";
import { overrideRoutes } from "./override-routes.ts";
import { planRoutes } from "./plan-routes.ts";
import { priceRoutes } from "./price-routes.ts";
import { answerErrors, answerNotFound } from "./problems.ts";
import { quarantineRoutes } from "./quarantine-routes.ts";
import { recommendationRoutes } from "./recommendation-routes.ts";
import { securityHeaders } from "./security-headers.ts";
import { solveRoutes } from "./solve-routes.ts";
import { statusPage } from "./status-page.ts";
import { telemetryRoutes } from "./telemetry-routes.ts";
import { timelineRoutes } from "./timeline-routes.ts";
import { historyRoutes } from "./history-routes.ts";

export interface HttpApiSetup {
  readonly appliance: Appliance;
  readonly token: string;
  /** Where the built status page lies. */
  readonly uiFolder: string;
  readonly logger: Logger;
  /** What requests under way may still take when it stops. */
  readonly patienceMs?: number;
}

export interface HttpApi {
  readonly app: Express;
  /** Resolves with the port it listens on (of its own choice for 0). Rejects with ConfigError when that cannot be. */
  listen(host: string, port: number): Promise<{ readonly port: number }>;
  /** Ends event streams at once, lets the requests under way finish for a moment. May come twice, at any time. */
  stop(): Promise<void>;
}

/** The HTTP face of the appliance. Does nothing until `listen`. */
export function createHttpApi({
  appliance,
  token,
  uiFolder,
  logger: parent,
  patienceMs = 2000,
}: HttpApiSetup): HttpApi {
  const logger = parent.child(
    { face: "http" },
    { redact: { paths: ["req.headers.authorization", "req.headers.cookie"], censor: "(hidden)" } },
  );
  const guard = bearerToken(token, logger);
  const events = eventStreams(appliance, logger);

  const app = express()
    .disable("x-powered-by")
    .disable("etag")
    .set("query parser", "simple")
    .use(securityHeaders())
    .use(liveRoutes())
    .use(statusPage(uiFolder))
    .use(guard.check)
    .use((_req, res, next) => {
      res.setHeader("Cache-Control", "no-store");
      next();
    })
    // Asked for most, so it comes first.
    .use(recommendationRoutes(appliance))
    .use(telemetryRoutes(appliance))
    .use(ingestRoutes(appliance))
    .use(commandRoutes(appliance))
    .use(auditRoutes(appliance))
    .use(inputRoutes(appliance))
    .use(events.routes)
    .use(planRoutes(appliance))
    .use(timelineRoutes(appliance))
    .use(historyRoutes(appliance))
    .use(overrideRoutes(appliance))
    .use(fallbackRoutes(appliance))
    .use(priceRoutes(appliance))
    .use(quarantineRoutes(appliance))
    .use(forecastRoutes(appliance))
    .use(solveRoutes(appliance))
    .use(readyRoutes(appliance))
    .use(doctorRoutes(appliance))
    .use(diagnosticsRoutes(appliance, [token]))
    .use(metricsRoutes(appliance, { authFailures: guard.failures, listenersDropped: events.dropped }))
    .use(openApiRoutes(() => appliance.health().version))
    .use(answerNotFound)
    .use(answerErrors(logger));

  const server = createServer(app);
  let stopping: Promise<void> | undefined;

  return {
    app,
    listen: async (host, port) => {
      if (stopping) throw new Error("stopped already");
      if (!existsSync(join(uiFolder, "index.html")))
        logger.warn({ uiFolder }, "the status page is not built: run npm run build");
      await listening(server, host, port);
      const address = server.address();
      return { port: address && typeof address === "object" ? address.port : port };
    },
    stop: () => {
      stopping ??= closed(server, events.stop, patienceMs).finally(guard.stop);
      return stopping;
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(explained(error, host, port));
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const elsewhere = `choose another port: service.port in config/home.yaml, or --port ${port + 10}`;
  if (error.code === "EADDRINUSE")
    return new ConfigError(
      `Port ${port} on ${host} is in use. Is Ohmstead running already? Stop the other program, or ${elsewhere}`,
      { cause: error },
    );
  if (error.code === "EACCES")
    return new ConfigError(`Port ${port} is reserved for the system; ${elsewhere}`, { cause: error });
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
    return new ConfigError(
      `This machine has no address ${host}; write 127.0.0.1 or 0.0.0.0: service.host in config/home.yaml, or --host`,
      { cause: error },
    );
  return error;
}

async function closed(server: Server, endStreams: () => void, patienceMs: number): Promise<void> {
  endStreams();
  const all = new Promise<void>((resolve) => server.close(() => resolve()));
  // A stream that has just ended becomes idle a moment later; who is still busy after the patience is cut off.
  const sweep = setInterval(() => server.closeIdleConnections(), 20);
  const cut = setTimeout(() => server.closeAllConnections(), patienceMs);
  await all;
  clearInterval(sweep);
  clearTimeout(cut);
}
