import type { z } from "zod";
import type { Stretch } from "../domain/series.ts";
import { parseConfig } from "../domain/parse-config.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";

/** Load and solar of earlier days, mean kW; sorted, without overlap, nothing later than now. */
export interface HouseHistory {
  readonly baseLoad: readonly Stretch[];
  /** By the id of the array. */
  readonly pv: ReadonlyMap<string, readonly Stretch[]>;
}

/** All of them reject with SourceError when there is no usable answer; nothing half-read is given. */
interface Source<T> {
  readonly kind: string;
  /** How often it is worth asking, in house time. */
  readonly refreshMinutes: number;
  fetch(nowMs: number, signal: AbortSignal): Promise<T>;
}
/** Yesterday's prices and all that is published, ascending, without overlap; gaps are left out. */
export type PriceSource = Source<SpotSlot[]>;
/** Outdoor °C from about a day ago to as far as is forecast, ascending, without overlap. */
export type WeatherSource = Source<Stretch[]>;
export type HistorySource = Source<HouseHistory>;

export interface SourceDeps {
  /** The house's currency: a source that gives another one is refused. */
  readonly currency: string;
  /** The folder that relative file names start from; default: where the program was started. */
  readonly baseFolder?: string;
  /** Real milliseconds to wait for one answer; default 10 000. */
  readonly timeoutMs?: number;
}

export interface SourceKind<T> {
  readonly kind: string;
  /** Throws ConfigError. Reads and fetches nothing yet. */
  create(raw: unknown, deps: SourceDeps): T;
}

export function defineSource<S extends z.ZodType, T>(
  kind: string,
  config: S,
  build: (config: z.output<S>, deps: SourceDeps) => T,
): SourceKind<T> {
  return { kind, create: (raw, deps) => build(parseConfig(config, raw, `source of kind "${kind}"`), deps) };
}
