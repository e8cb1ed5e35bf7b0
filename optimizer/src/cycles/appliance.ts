import type {
  Command,
  CommandEvent,
  CommandReport,
  FallbackPack,
  FallbackReport,
  Health,
  HouseholdProblem,
  NewOverride,
  Override,
  OverrideChoice,
  Plan,
  PricesUpdate,
  Recommendation,
  Savings,
  ServiceEvent,
  TelemetryAnswer,
  TelemetryBatch,
  Timeline,
} from "@ohmstead/contract";

/** All that a face (HTTP, MQTT) may ask of the running appliance. What is not there yet is undefined. */
export interface Appliance {
  nowMs(): number;
  health(): Health;
  /** Stores final prices; resolves when a plan on them is made. Throws InputError on a foreign currency. */
  updatePrices(update: PricesUpdate): Promise<{ readonly stored: number }>;
  takeTelemetry(batch: TelemetryBatch): TelemetryAnswer;
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
  overrides(): readonly Override[];
  /** All that can be asked for in this house. */
  overrideChoices(): readonly OverrideChoice[];
  /** Throws InputError for an unknown device. Resolves when a plan respects it. */
  addOverride(wish: NewOverride): Promise<Override>;
  /** Throws NotFound. `by`: which face it came through. */
  endOverride(id: string, by?: string): Promise<void>;
  timeline(): Timeline;
  savings(): Savings;
  fallbackPack(): FallbackPack | undefined;
  reportFallback(report: FallbackReport): void;
  /** What a new listener must know first: hello, the present recommendation, every open command. */
  greeting(): readonly ServiceEvent[];
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: ServiceEvent) => void): () => void;
  /** Figures for /metrics. */
  counters(): Counters;
}

/** How long a proven plan may take, and how much more than the best it may cost, share of it. */
export interface ExactLimits {
  readonly timeLimitMs: number;
  readonly gap: number;
}

export interface Counters {
  readonly plansMade: Readonly<Record<string, number>>; // by rung
  readonly lastSolveMs: number;
  readonly commands: Readonly<Record<string, number>>; // by event type
  readonly readingsAccepted: number;
  readonly readingsRejected: number;
  readonly listeners: number;
}
