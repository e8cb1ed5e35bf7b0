import type { HealthCheck } from "@ohmstead/contract";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import { type Finding, findings, type SignalHistory } from "../telemetry/findings.ts";
import type { Signal } from "../telemetry/signals.ts";
import type { MeasuredHistory } from "./measured-history.ts";

export interface SensorWatchDeps {
  readonly signals: readonly Signal[];
  readonly history: Pick<MeasuredHistory, "means">;
  readonly recent: () => SignalHistory["recent"];
}

export interface SensorWatch {
  /** What is suspected of the sensors; looked at once a quarter-hour. */
  findings(nowMs: number): readonly Finding[];
  checks(nowMs: number): readonly HealthCheck[];
}

/** What the readings of weeks say of the sensors themselves. */
export function createSensorWatch({ signals, history, recent }: SensorWatchDeps): SensorWatch {
  let known: { readonly quarter: number; readonly found: readonly Finding[] } | undefined;
  const look = (nowMs: number): readonly Finding[] => {
    const quarter = Math.floor(nowMs / QUARTER_MS);
    if (known?.quarter !== quarter)
      known = { quarter, found: findings(signals, { means: history.means(), recent: recent() }, nowMs) };
    return known.found;
  };
  return {
    findings: look,
    checks: (nowMs) => {
      const found = look(nowMs);
      return found.length === 0
        ? []
        : [{ name: "sensors", status: "warning", detail: `${found.map(({ sentence }) => sentence).join(". ")}.` }];
    },
  };
}
