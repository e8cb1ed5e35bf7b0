import { limitedIn, type Tariff } from "@ohmstead/contract";
import type { z } from "zod";
import { ConfigError } from "../domain/errors.ts";
import type { IssuedForecast } from "../domain/forecast.ts";
import { parseConfig } from "../domain/parse-config.ts";
import type { Stretch } from "../domain/series.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";

/** Load and solar of earlier days, mean kW; sorted, without overlap, nothing later than now. */
export interface HouseHistory {
  readonly baseLoad: readonly Stretch[];
  /** By the id of the array. */
  readonly pv: ReadonlyMap<string, readonly Stretch[]>;
}

/** All of them reject with SourceError when there is no usable answer; nothing half-read is given. */
export interface Source<T> {
  readonly kind: string;
  /** By which it is told from others of its kind: its own name in the config, else its kind. */
  readonly name: string;
  /** How often it is worth asking, in house time. */
  readonly refreshMinutes: number;
  /** Local time of the market at which the next day is published, where there is such a time. */
  readonly publishedAt?: { readonly time: string; readonly timeZone: string };
  fetch(nowMs: number, signal: AbortSignal): Promise<T>;
}
/** What a kind says of itself; its name is given by whoever creates it. */
export type Unnamed<T> = Omit<Source<T>, "kind" | "name">;
/** Yesterday's prices and all that is published, ascending, without overlap, in the house's currency per kWh; gaps are left out. */
export interface PriceSource extends Source<readonly SpotSlot[]> {
  /** How they become final, where this is not as for the other sources. */
  readonly tariff?: Tariff | undefined;
}
/** Outdoor °C from about a day ago to as far as is forecast. */
export type WeatherSource = Source<IssuedForecast>;
/** Mean kW of one solar array, as far as is forecast. */
export type PvSource = Source<IssuedForecast>;
export type HistorySource = Source<HouseHistory>;

export interface SourceDeps {
  /** The house's currency: a source that gives another one is refused. */
  readonly currency: string;
  /** The house's IANA time zone, for local times in a source's settings. */
  readonly timeZone?: string;
  /** The folder that relative file names start from; default: where the program was started. */
  readonly baseFolder?: string;
  /** Real milliseconds to wait for one answer; default 10 000. */
  readonly timeoutMs?: number;
  /** A secret by the name of its environment variable, for example TIBBER_TOKEN. */
  readonly secret?: (name: string) => string | undefined;
  /** Of the array that a solar forecast is for. */
  readonly peakKw?: number;
}

/** Throws ConfigError where a source was made for no array. */
export function peakOf({ peakKw }: SourceDeps, kind: string): number {
  if (peakKw !== undefined) return peakKw;
  throw new ConfigError(`source of kind "${kind}" forecasts a solar array: name it in pvArrays[].forecast`);
}

/** What the table of docs/sources.md says of a kind. */
export interface SourceFacts {
  readonly title: string;
  /** Where it is of use: "Great Britain", "bidding zones of Europe", "everywhere". */
  readonly region: string;
  /** Length of its slots: "30 min", "15 or 60 min", "as sent". */
  readonly step: string;
  /** What it needs: "none", or the environment variables that hold the secrets. */
  readonly credentials: string;
  /** What its maker allows and how often it is asked. */
  readonly rateLimit: string;
  /** The test beside it that replays its answer. */
  readonly test: string;
  /** Which of the answers that are replayed were recorded, and which are only true to the format; a source on the wire says so. */
  readonly answers?: string;
  /** The public clients and documents with which addresses, fields, units and the meaning of times were compared. */
  readonly checkedAgainst?: string;
}

export interface SourceKind<T> {
  readonly kind: string;
  readonly facts: SourceFacts;
  /** Of its settings, `kind` among them. */
  readonly config: z.ZodType;
  /** Throws ConfigError. Reads and fetches nothing yet. */
  create(raw: unknown, deps: SourceDeps): Source<T>;
}

/** `name` of the settings belongs to every kind; the rest is the kind's own. */
export function defineSource<S extends z.ZodType, T>(
  kind: string,
  facts: SourceFacts,
  config: S,
  build: (config: z.output<S>, deps: SourceDeps) => Unnamed<T>,
): SourceKind<T> {
  return {
    kind,
    facts,
    config,
    create: (raw, deps) => {
      const { name, ...own } = raw as { readonly name?: unknown };
      if (name !== undefined && (typeof name !== "string" || !/^[\w-]{1,40}$/.test(name)))
        throw new ConfigError(
          `source of kind "${kind}": name ${JSON.stringify(name)} must be a short word, such as ${kind}-2`,
        );
      const built = build(
        parseConfig(
          limitedIn(config, () => deps.currency),
          own,
          `source of kind "${kind}"`,
        ),
        deps,
      );
      return { ...built, kind, name: name ?? kind };
    },
  };
}
