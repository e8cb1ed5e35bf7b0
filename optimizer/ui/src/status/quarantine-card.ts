import type { Quarantine, QuarantinedValue } from "@ohmstead/contract";
import { momentText, shortMomentText } from "../time-axis.ts";
import { element } from "./element.ts";

/** Newest first, so many; the rest is in the API. */
const SUBJECTS_SHOWN = 10;
/** A weekday alone names a day of these. */
const WEEK_MS = 6 * 86_400_000;

/** One row of the table: a source or signal with its newest value, and those before it. */
export interface QuarantineGroup {
  readonly newest: QuarantinedValue;
  readonly earlier: readonly QuarantinedValue[];
  /** All that is kept of it, be it shown or not. */
  readonly kept: number;
}

/** Newest first. */
export function quarantineGroups({ values, counts }: Quarantine): QuarantineGroup[] {
  return [...Map.groupBy(values, ({ subject }) => subject)].flatMap(([subject, [newest, ...earlier]]) =>
    newest ? [{ newest, earlier, kept: counts[subject] ?? earlier.length + 1 }] : [],
  );
}

/** A table of what was not believed, or that there is nothing. */
export function quarantineTable(quarantine: Quarantine | undefined, nowMs: number, timeZone: string): Node[] {
  if (!quarantine) return [element("p", "quiet", "Not known yet.")];
  const groups = quarantineGroups(quarantine);
  if (groups.length === 0)
    return [element("p", "quiet", "Nothing: every price and reading that came has been believed.")];
  const moment = (atMs: number): string =>
    Math.abs(nowMs - atMs) < WEEK_MS ? shortMomentText(atMs, nowMs, timeZone) : momentText(atMs, timeZone);
  const head = ["Came", "What", "Value", "Why it is not used, and what to do"];
  const left = groups.length - SUBJECTS_SHOWN;
  return [
    element(
      "table",
      "refused",
      element("thead", "", element("tr", "", ...head.map((text) => element("th", "", text)))),
      element("tbody", "", ...groups.slice(0, SUBJECTS_SHOWN).map((group) => row(group, moment))),
    ),
    element(
      "p",
      "quiet",
      `${left > 0 ? `And of ${left} more sources. ` : ""}Kept to be looked at, never used: GET /api/v1/quarantine has all.`,
    ),
  ];
}

function row({ newest, earlier, kept }: QuarantineGroup, moment: (atMs: number) => string): Node {
  const { name, value, atMs, reason, remedy, refusedAtMs } = newest;
  return element(
    "tr",
    "",
    element("td", "when", moment(refusedAtMs)),
    element("th", "", name),
    element("td", "amount", value, element("p", "quiet", `for ${moment(atMs)}`)),
    element(
      "td",
      "",
      element("p", "", reason),
      element("p", "quiet", `→ ${remedy}`),
      earlier.length === 0 ? undefined : before(earlier, kept, moment),
    ),
  );
}

function before(earlier: readonly QuarantinedValue[], kept: number, moment: (atMs: number) => string): Node {
  const more = kept - 1 - earlier.length;
  return element(
    "details",
    "quiet",
    element("summary", "", `${kept - 1} before it`),
    element(
      "ul",
      "",
      ...earlier.map(({ atMs, value, reason }) => element("li", "", `${moment(atMs)}: ${value}, ${reason}`)),
      more > 0 ? element("li", "", `and ${more} more`) : undefined,
    ),
  );
}
