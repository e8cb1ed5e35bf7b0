import * as contract from "@ohmstead/contract";
import { Router } from "express";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { auditDocs } from "./audit-routes.ts";
import { inputDocs } from "./input-routes.ts";
import { commandDocs } from "./command-routes.ts";
import { diagnosticsDocs } from "./diagnostics-routes.ts";
import { doctorDocs } from "./doctor-routes.ts";
import { eventDocs } from "./event-routes.ts";
import { fallbackDocs } from "./fallback-routes.ts";
import { forecastDocs } from "./forecast-routes.ts";
import { healthDocs } from "./health-routes.ts";
import { ingestDocs } from "./ingest-routes.ts";
import { historyDocs } from "./history-routes.ts";
import { metricsDocs } from "./metrics-routes.ts";
import { overrideDocs } from "./override-routes.ts";
import { planDocs } from "./plan-routes.ts";
import { priceDocs } from "./price-routes.ts";
import { quarantineDocs } from "./quarantine-routes.ts";
import { recommendationDocs } from "./recommendation-routes.ts";
import { refuses, type RouteDocs } from "./route-docs.ts";
import { solveDocs } from "./solve-routes.ts";
import { telemetryDocs } from "./telemetry-routes.ts";
import { timelineDocs } from "./timeline-routes.ts";

const openApiDocs: RouteDocs = {
  "/openapi.json": {
    get: {
      summary: "This document",
      responses: { 200: { description: "An OpenAPI 3.1 document.", content: { "application/json": {} } } },
    },
  },
};

/** What every route with a token, and every route with a body, may answer besides its own. */
function withCommonAnswers(operation: ZodOpenApiOperationObject): ZodOpenApiOperationObject {
  const forBodies = {
    400: refuses("The body is not JSON."),
    413: refuses("The body is too large."),
    415: refuses("The body is of another type than JSON."),
    422: refuses("The body cannot be used; errors name each wrong field."),
  };
  const forTokens = {
    401: refuses("The token is missing or wrong."),
    429: refuses("Too many requests without a valid token."),
  };
  return {
    ...operation,
    responses: {
      ...operation.responses,
      ...(operation.requestBody ? forBodies : {}),
      ...(operation.security ? {} : forTokens),
    },
  };
}

/** get /api/v1/commands/{id}/events → getCommandsIdEvents: generated clients name their functions after it. */
const nameOf = (method: string, path: string): string =>
  path
    .replace("/api/v1", "")
    .split(/[^a-zA-Z]+/)
    .reduce((name, word) => name + word.charAt(0).toUpperCase() + word.slice(1), method);

const METHODS = ["get", "post", "delete"] as const;

function completed(docs: RouteDocs): ZodOpenApiPathsObject {
  return Object.fromEntries(
    Object.entries(docs).map(([path, item]) => [
      path,
      Object.fromEntries(
        METHODS.flatMap((method) => {
          const operation = item[method];
          return operation ? [[method, { operationId: nameOf(method, path), ...withCommonAnswers(operation) }]] : [];
        }),
      ),
    ]),
  );
}

/** Schemas that appear by name instead of being repeated wherever they are used. */
const schemas = {
  Command: contract.Command,
  CommandEvent: contract.CommandEvent,
  CommandReport: contract.CommandReport,
  FallbackPack: contract.FallbackPack,
  FallbackReport: contract.FallbackReport,
  ForecastSlot: contract.ForecastSlot,
  ForecastsUpdate: contract.ForecastsUpdate,
  Health: contract.Health,
  HouseholdProblem: contract.HouseholdProblem,
  Intent: contract.Intent,
  NewOverride: contract.NewOverride,
  Override: contract.Override,
  Plan: contract.Plan,
  PricesUpdate: contract.PricesUpdate,
  PriceSlot: contract.PriceSlot,
  ProblemDocument: contract.ProblemDocument,
  Quarantine: contract.Quarantine,
  Recommendation: contract.Recommendation,
  Savings: contract.Savings,
  ServiceCall: contract.ServiceCall,
  ServiceEvent: contract.ServiceEvent,
  Slot: contract.Slot,
  TelemetryAnswer: contract.TelemetryAnswer,
  TelemetryBatch: contract.TelemetryBatch,
  Timeline: contract.Timeline,
};

export const openApiDocument = (version: string): ReturnType<typeof createDocument> =>
  createDocument({
    openapi: "3.1.0",
    info: {
      title: "Ohmstead",
      version,
      description:
        "Units: kW, kWh, °C, shares 0..1, the house's currency per kWh, times in epoch milliseconds. Errors are problem documents (RFC 9457).",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths: completed({
      ...healthDocs,
      ...doctorDocs,
      ...diagnosticsDocs,
      ...metricsDocs,
      ...openApiDocs,
      ...priceDocs,
      ...quarantineDocs,
      ...forecastDocs,
      ...telemetryDocs,
      ...ingestDocs,
      ...recommendationDocs,
      ...planDocs,
      ...solveDocs,
      ...auditDocs,
      ...inputDocs,
      ...commandDocs,
      ...overrideDocs,
      ...timelineDocs,
      ...historyDocs,
      ...fallbackDocs,
      ...eventDocs,
    }),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas,
    },
  });

/** Made at the first request: most homes never ask. */
export function openApiRoutes(version: () => string): Router {
  let text: string | undefined;
  return Router().get("/openapi.json", (_req, res) => {
    text ??= JSON.stringify(openApiDocument(version()));
    res.type("application/json").send(text);
  });
}
