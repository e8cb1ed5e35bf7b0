import { type AuditEntry, type Health, type Plan, sumDigits } from "@ohmstead/contract";
import type { LinkState, Status } from "../ohmstead-service/logic.ts";

const hours = (fromMs: number, untilMs: number): string =>
  `${Math.max(0, (untilMs - fromMs) / 3_600_000).toFixed(0)} h`;

export function statusOfPlan(plan: Plan): Status {
  const lastSlot = plan.slots.at(-1);
  const horizon = lastSlot ? hours(plan.createdAtMs, lastSlot.startMs + lastSlot.hours * 3_600_000) : "empty";
  const isSecondBest = plan.rung !== "full";
  return {
    fill: isSecondBest ? "yellow" : "green",
    shape: "dot",
    text: `${horizon}, ${plan.cost.total.toFixed(sumDigits(plan.currency))} ${plan.currency}${isSecondBest ? `, ${plan.rung}` : ""}`,
  };
}

/** What the house's health is while nobody else can tell it. */
export const healthWithoutService = (link: LinkState, nowMs: number): Health => ({
  status: "failing",
  nowMs,
  version: "",
  checks: [
    {
      name: "planner",
      status: "failing",
      detail:
        link.kind === "refused"
          ? "The planner refuses Node-RED's token. Set OHMSTEAD_TOKEN, then restart."
          : "The planner does not answer. It is started again by itself; if this stays, restart Ohmstead.",
    },
  ],
});

const MOST_ENTRIES = 60;

/** The newest first, and no more of them than a page can show. */
export const latestOf = (entries: readonly AuditEntry[]): readonly AuditEntry[] =>
  entries.toSorted((a, b) => b.atMs - a.atMs).slice(0, MOST_ENTRIES);
