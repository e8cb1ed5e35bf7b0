import type { DoctorCheck } from "@ohmstead/contract";

/** What an examination says of its subject; well when there is no remedy. */
export interface Finding {
  readonly status: DoctorCheck["status"];
  readonly detail: string;
  readonly remedy?: string;
}

export const well = (detail: string): Finding => ({ status: "ok", detail });
export const doubtful = (detail: string, remedy: string): Finding => ({ status: "warning", detail, remedy });
export const wrong = (detail: string, remedy: string): Finding => ({ status: "failing", detail, remedy });

const RANK = { ok: 0, warning: 1, failing: 2 } as const;

export const worstOf = (statuses: readonly DoctorCheck["status"][]): DoctorCheck["status"] =>
  statuses.reduce((worst, each) => (RANK[each] > RANK[worst] ? each : worst), "ok");

export const asCheck = (group: DoctorCheck["group"], subject: string, finding: Finding): DoctorCheck => ({
  group,
  subject,
  status: finding.status,
  detail: finding.detail,
  ...(finding.remedy === undefined ? {} : { remedy: finding.remedy }),
});
