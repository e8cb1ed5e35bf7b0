import { AuditEntry, Deviation, DeviceStatus } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { answers, refuses, type RouteDocs } from "./route-docs.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const AuditQuery = z.strictObject({
  day: z.string().regex(DAY, "write a local day, for example 2026-01-31").optional().describe("local; default today"),
  deviceId: z.string().optional(),
});

export const auditRoutes = (appliance: Pick<Appliance, "audit" | "deviations" | "deviceStatus">) =>
  Router()
    .get("/api/v1/audit", (req, res) => {
      res.json(appliance.audit(parseInput(AuditQuery, { ...req.query }, "the query")));
    })
    .get("/api/v1/deviations", (req, res) => {
      res.json(appliance.deviations(parseInput(AuditQuery, { ...req.query }, "the query")));
    })
    .get("/api/v1/devices", (_req, res) => {
      res.json(appliance.deviceStatus());
    });

const cannot = { 422: refuses("The query cannot be used.") };

export const auditDocs: RouteDocs = {
  "/api/v1/audit": {
    get: {
      summary: "What was done to each device on one day, and who or what caused it; oldest first",
      requestParams: { query: AuditQuery },
      responses: { 200: answers("The entries.", z.array(AuditEntry)), ...cannot },
    },
  },
  "/api/v1/deviations": {
    get: {
      summary: "Where devices were not as they had been told, on one day; oldest first",
      requestParams: { query: AuditQuery },
      responses: { 200: answers("What reconciliation found.", z.array(Deviation)), ...cannot },
    },
  },
  "/api/v1/devices": {
    get: {
      summary: "How each controlled device stands with its commands: breaker, write budget, what it waits for",
      responses: { 200: answers("In the order of the config.", z.array(DeviceStatus)) },
    },
  },
};
