/* oxlint-disable oxc/no-async-endpoint-handlers -- express 5 hands a rejected promise to the error handler */
import { History, HISTORY_STEPS } from "@ohmstead/contract";
import { Router } from "express";
import { z } from "zod";
import type { Appliance } from "../../cycles/appliance.ts";
import { parseInput } from "../../domain/parse-config.ts";
import { answers, refuses, type RouteDocs } from "./route-docs.ts";

const MOST_SIGNALS = 100;
const Moment = z.union(
  [z.string().regex(/^\d{1,15}$/), z.iso.datetime({ offset: true })],
  "write epoch milliseconds, or a time such as 2026-01-31T00:00:00Z",
);
const HistoryQuery = z.strictObject({
  signal: z
    .union([z.string().min(1), z.array(z.string().min(1)).max(MOST_SIGNALS)])
    .describe("for example battery.soc; may be given several times"),
  from: Moment.optional().describe("default a day before until; moved to the begin of its step"),
  until: Moment.optional().describe("default now"),
  step: z.enum(HISTORY_STEPS, `must be one of ${HISTORY_STEPS.join(", ")}`).default("15m"),
});
const msOf = (moment: string): number => (/^\d+$/.test(moment) ? Number(moment) : Date.parse(moment));

export const historyRoutes = (appliance: Pick<Appliance, "history">) =>
  Router().get("/api/v1/history", async (req, res) => {
    const { signal, from, until, step } = parseInput(HistoryQuery, { ...req.query }, "the query");
    res.json(
      await appliance.history({
        signals: [...new Set([signal].flat())],
        fromMs: from === undefined ? undefined : msOf(from),
        untilMs: until === undefined ? undefined : msOf(until),
        step,
      }),
    );
  });

export const historyDocs: RouteDocs = {
  "/api/v1/history": {
    get: {
      summary:
        "What was measured: readings of 90 days, quarter-hours, hours and days of two years, each with what it rests on",
      requestParams: { query: HistoryQuery },
      responses: {
        200: answers("The series, in the order asked for.", History),
        422: refuses("The query cannot be used; an unknown signal is answered with the nearest known ones."),
      },
    },
  },
};
