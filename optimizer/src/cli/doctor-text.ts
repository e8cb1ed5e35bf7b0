import type { DoctorCheck, DoctorReport } from "@ohmstead/contract";

const HEADS: readonly (readonly [DoctorCheck["group"], string])[] = [
  ["sources", "Prices, weather and sun"],
  ["homeAssistant", "Home Assistant"],
  ["entities", "Entities of the config"],
];
const MARKS = { ok: "ok     ", warning: "warning", failing: "FAILING" } as const;

/** The report for a terminal: what is well in a line each, what is not with what to change. */
export function doctorText({ checks, status }: DoctorReport): string {
  const groups = HEADS.flatMap(([group, head]) => {
    const own = checks.filter((each) => each.group === group);
    return own.length > 0 ? [`${head}\n${own.map(lines).join("\n")}`] : [];
  });
  const count = (which: DoctorCheck["status"]): number => checks.filter((each) => each.status === which).length;
  const end =
    status === "ok"
      ? `All ${checks.length} checks are well.`
      : `${count("failing")} failing, ${count("warning")} to look at, ${count("ok")} well.`;
  return [...groups, end].join("\n\n");
}

const lines = ({ status, subject, detail, remedy }: DoctorCheck): string =>
  `  ${MARKS[status]} ${subject}: ${detail}${remedy === undefined ? "" : `\n          → ${remedy}`}`;
