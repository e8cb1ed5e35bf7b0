import type { DoctorCheck, DoctorReport } from "@ohmstead/contract";
import { element } from "./element.ts";
import { HEALTH_MOOD } from "./words.ts";

const RANK = { failing: 0, warning: 1, ok: 2 } as const;

/** What is not well, the worst first, each with what to change; then the names of what is. */
export function doctorRows({ checks }: DoctorReport): Node[] {
  const notWell = checks.filter(({ status }) => status !== "ok").toSorted((a, b) => RANK[a.status] - RANK[b.status]);
  const well = checks.filter(({ status }) => status === "ok").map(({ subject }) => subject);
  return [...notWell.map(row), element("li", "quiet", `Well: ${well.join(", ")}.`)];
}

const row = ({ subject, status, detail, remedy }: DoctorCheck): Node =>
  element(
    "li",
    "check",
    element("span", `chip ${HEALTH_MOOD[status]}`, status),
    element(
      "div",
      "",
      element("strong", "", subject),
      element("p", "quiet", detail),
      remedy === undefined ? undefined : element("p", "", `→ ${remedy}`),
    ),
  );
