import type { DoctorCheck, DoctorReport } from "@ohmstead/contract";
import { element } from "./element.ts";
import { HEALTH_MOOD } from "./words.ts";

const RANK = { failing: 0, warning: 1, ok: 2 } as const;

/** What is not well first, each with what to change. */
export const doctorRows = ({ checks }: DoctorReport): Node[] =>
  checks.toSorted((a, b) => RANK[a.status] - RANK[b.status]).map(row);

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
