import type {
  AuditEntry,
  Command,
  CommandEvent,
  CommandReport,
  Deviation,
  DeviceStatus,
  Diagnostics,
  DoctorReport,
  FallbackPack,
  FallbackReport,
  ForecastsUpdate,
  Health,
  History,
  HouseholdProblem,
  Ingest,
  InputsReport,
  NewOverride,
  Override,
  OverrideChoice,
  Plan,
  PricesStored,
  PricesUpdate,
  Quarantine,
  Recommendation,
  Savings,
  ServiceEvent,
  TelemetryAnswer,
  TelemetryBatch,
  Timeline,
} from "@ohmstead/contract";
import type { HistoryQuery } from "./history-of-home.ts";
import type { InputsQuery } from "./inputs-of-home.ts";

/** All that a face (HTTP, MQTT) may ask of the running appliance. What is not there yet is undefined. */
export interface Appliance {
  nowMs(): number;
  health(): Health;
  /** Stores final prices; resolves when a plan on them is made. Throws InputError where none of them can be used. */
  updatePrices(update: PricesUpdate): Promise<PricesStored>;
  /** Values that came and were not believed, of all subjects or one; newest first. */
  quarantine(query: QuarantineQuery): Quarantine;
  /** Stores a forecast; resolves when a plan on it is made. Throws InputError that names the field. */
  updateForecast(update: ForecastsUpdate): Promise<{ readonly stored: number }>;
  /** Everything of it is stored, or, when it throws, nothing. */
  takeTelemetry(batch: TelemetryBatch): TelemetryAnswer;
  /** The same for what gateways send. */
  ingest(payloads: Ingest): TelemetryAnswer;
  recommendation(): Recommendation | undefined;
  plan(): Plan | undefined;
  /** One planning run at a time: a call during a run waits for the run after it. */
  replan(cause: string): Promise<Plan>;
  /** Stateless: nothing of the house is read or changed. */
  solve(problem: HouseholdProblem, options?: { readonly exact?: ExactLimits }): Promise<Plan>;
  /** Newest first. */
  commands(query: { readonly openOnly: boolean; readonly limit: number }): readonly Command[];
  /** Throws NotFound. */
  command(id: string): Command;
  /** Oldest first; throws NotFound. */
  commandEvents(id: string): readonly CommandEvent[];
  /** Idempotent by report id; throws NotFound. Answers with the command as it is now. */
  reportCommand(id: string, report: CommandReport): Command;
  /** A person deals with a dead letter. Throws NotFound and InputError. */
  settleCommand(id: string, how: "replayed" | "discarded"): Command;
  deviceStatus(): readonly DeviceStatus[];
  /** Oldest first; of a local day, today without one. */
  audit(query: DayQuery): readonly AuditEntry[];
  deviations(query: DayQuery): readonly Deviation[];
  /** Every device is brought to its safe state, and no plan followed any more; answers whether it was reached in that real time. */
  goSafe(cause: string, withinMs: number): Promise<boolean>;
  overrides(): readonly Override[];
  /** All that can be asked for in this house. */
  overrideChoices(): readonly OverrideChoice[];
  /** Throws InputError for an unknown device. Resolves when a plan respects it. */
  addOverride(wish: NewOverride): Promise<Override>;
  /** Throws NotFound. `by`: which face it came through. */
  endOverride(id: string, by?: string): Promise<void>;
  timeline(): Timeline;
  /** What was measured, in steps. Throws InputError for an unknown signal, and for more than can be told at once. */
  history(query: HistoryQuery): Promise<History>;
  /** What the plans of a period rested on. Throws InputError. */
  inputsReport(query: InputsQuery): InputsReport;
  savings(): Savings;
  fallbackPack(): FallbackPack | undefined;
  reportFallback(report: FallbackReport): void;
  /** Looks at every source and entity now. */
  examine(): Promise<DoctorReport>;
  /** All that is known of the case; whoever shows it takes the secrets out. */
  diagnostics(): Diagnostics;
  /** What a new listener must know first: hello, the present recommendation, every open command. */
  greeting(): readonly ServiceEvent[];
  /** Returns the function that ends the subscription. A part of the optimizer says so: it does not count as somebody who listens. */
  subscribe(listener: (event: ServiceEvent) => void, who?: "ourselves"): () => void;
  /** Figures for /metrics. */
  counters(): Counters;
}

/** Of one subject or all. */
export interface QuarantineQuery {
  readonly subject?: string | undefined;
  /** At most so many of each subject. */
  readonly perSubject?: number | undefined;
  readonly limit: number;
}

/** A local day such as 2026-01-31, and one device or all. */
export interface DayQuery {
  readonly day?: string | undefined;
  readonly deviceId?: string | undefined;
}

/** How long a proven plan may take, and how much more than the best it may cost, share of it. */
export interface ExactLimits {
  readonly timeLimitMs: number;
  readonly gap: number;
}

/** Of the last thousand; undefined while there is none. */
export interface Quantiles {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

export interface Counters {
  readonly plansMade: Readonly<Record<string, number>>; // by rung
  readonly lastSolveMs: number;
  readonly commands: Readonly<Record<string, number>>; // by event type
  readonly deviations: Readonly<Record<string, number>>; // by kind
  /** From decision to acknowledged, of first attempts. */
  readonly acknowledgedInS: Quantiles;
  readonly overridesActive: number;
  readonly devices: readonly DeviceStatus[];
  readonly readingsAccepted: number;
  readonly readingsRejected: number;
  readonly listeners: number;
  /** False while the house is controlled from memory. */
  readonly isStoreWritable: boolean;
}
