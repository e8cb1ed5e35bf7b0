import type { DoctorCheck, DoctorReport, HomeConfig, PriceSlot } from "@ohmstead/contract";
import type { Device } from "../../devices/device.ts";
import type { Clock } from "../../domain/clock.ts";
import { SourceError } from "../../domain/errors.ts";
import type { IssuedForecast } from "../../domain/forecast.ts";
import { localClock } from "../../domain/local-time.ts";
import type { SpotSlot } from "../../domain/spot-slot.ts";
import { applyTariff } from "../../forecasts/tariff.ts";
import type { HouseHistory, PriceSource } from "../../sources/source.ts";
import type { HomeAssistantReader } from "../../transport/home-assistant-rest.ts";
import { examineHome } from "./examine-home.ts";
import { examineSun, examineWeather } from "./examine-forecast.ts";
import { comparePrices, examinePrices } from "./examine-prices.ts";
import { asCheck, doubtful, type Finding, well, worstOf, wrong } from "./finding.ts";
import type { Remembering } from "./remember-answers.ts";

export interface DoctorSources {
  readonly prices: readonly Remembering<readonly SpotSlot[], PriceSource>[];
  readonly weather: readonly Remembering<IssuedForecast>[];
  readonly pv: ReadonlyMap<string, readonly Remembering<IssuedForecast>[]>;
  readonly history: Remembering<HouseHistory> | undefined;
}

export interface DoctorDeps {
  readonly config: HomeConfig;
  readonly sources: DoctorSources;
  readonly devices: ReadonlyMap<string, Device>;
  /** Undefined where no address or token is known. */
  readonly home: HomeAssistantReader | undefined;
  readonly clock: Pick<Clock, "nowMs">;
}

export interface Doctor {
  /** Looks at every configured source and entity. One examination at a time: who asks meanwhile gets the same report. Rejects only with the signal's reason. */
  examine(signal: AbortSignal): Promise<DoctorReport>;
}

/** What a source that is asked by nobody gives. */
const PUSHED = "push";

export function createDoctor(deps: DoctorDeps): Doctor {
  const { config, sources, clock } = deps;
  const wallClock = localClock(config.timeZone);
  let running: Promise<DoctorReport> | undefined;

  async function examineSources(signal: AbortSignal, measuredC: number | undefined): Promise<DoctorCheck[]> {
    const nowMs = clock.nowMs();
    const { timeZone, currency } = config;
    const given: { readonly name: string; readonly prices: readonly PriceSlot[] }[] = [];
    const prices = sources.prices.map((source) =>
      examineSource("prices", source, nowMs, signal, (spots) => {
        const final = applyTariff(spots, source.tariff ?? config.prices, wallClock);
        given.push({ name: source.name, prices: final });
        const { publishedAt } = source;
        return examinePrices({ prices: final, nowMs, timeZone, currency, publishedAt });
      }),
    );
    const weather = sources.weather.map((source) =>
      examineSource("weather", source, nowMs, signal, (forecast) =>
        examineWeather({ forecast, nowMs, timeZone }, measuredC),
      ),
    );
    const sun = config.pvArrays.flatMap(({ id, peakKw }) =>
      (sources.pv.get(id) ?? []).map((source) =>
        examineSource(`pv/${id}`, source, nowMs, signal, (forecast) =>
          examineSun({ forecast, nowMs, timeZone }, peakKw),
        ),
      ),
    );
    const history = sources.history ? [examineSource("history", sources.history, nowMs, signal, examineHistory)] : [];
    const checks = (await Promise.all([...prices, ...weather, ...sun, ...history])).flat();
    const inOrder = sources.prices.flatMap(({ name }) => given.find((each) => each.name === name) ?? []);
    const [first, ...others] = inOrder;
    const compared = others.flatMap((other) => {
      const finding = first && comparePrices(first, other, currency);
      return finding ? [asCheck("sources", `prices/${other.name}`, finding)] : [];
    });
    return [...checks, ...compared];
  }

  async function run(signal: AbortSignal): Promise<DoctorReport> {
    const home = await examineHome(deps, signal);
    const checks = [...(await examineSources(signal, home.outdoorC)), ...home.checks];
    return { atMs: Math.round(clock.nowMs()), status: worstOf(checks.map(({ status }) => status)), checks };
  }

  return {
    examine: (signal) => {
      running ??= run(signal).finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

/** Its last answer, while that is as young as it asks for; otherwise a new one. */
async function examineSource<T>(
  series: string,
  source: Remembering<T>,
  nowMs: number,
  signal: AbortSignal,
  examine: (answer: T) => Finding[],
): Promise<DoctorCheck[]> {
  const subject = `${series}/${source.name}`;
  const check = (finding: Finding) => asCheck("sources", subject, finding);
  if (source.kind === PUSHED) return [check(well("nothing to ask: it is sent in"))];
  try {
    const last = source.last();
    const isFresh = last !== undefined && nowMs - last.atMs < source.refreshMinutes * 60_000;
    return examine(isFresh ? last.answer : await source.fetch(nowMs, signal)).map(check);
  } catch (error) {
    signal.throwIfAborted();
    return [check(wrong(complaintOf(error), remedyFor(series, error)))];
  }
}

/** The subject has the source's name already. */
function complaintOf(error: unknown): string {
  if (error instanceof SourceError) return error.complaint;
  return error instanceof Error ? error.message : String(error);
}

function remedyFor(series: string, error: unknown): string {
  const place = series.startsWith("pv/") ? "forecast of the array" : `${series}.source`;
  const trouble = error instanceof SourceError ? error.trouble : undefined;
  if (trouble === "credentials") return "correct the credentials in .env, then start Ohmstead again";
  if (trouble === "rateLimited") return "nothing to change: it is asked again when it allows it";
  if (trouble === "unreachable")
    return `check the internet connection of this machine; if only this one is silent, put another beside it: ${place} takes a list`;
  return `check its settings at ${place} in the config`;
}

const days = (stretches: HouseHistory["baseLoad"]): number =>
  stretches.reduce((sum, each) => sum + (each.endMs - each.startMs), 0) / 86_400_000;

function examineHistory({ baseLoad, pv }: HouseHistory): Finding[] {
  const load = days(baseLoad);
  if (load === 0 && [...pv.values()].every((each) => days(each) === 0))
    return [
      doubtful(
        "its file has nothing of the days before now",
        "check history.source: shiftDays moves another year's file to now",
      ),
    ];
  const sun = [...pv].map(([id, each]) => `${days(each).toFixed(0)} days of ${id}`);
  return [well([`${load.toFixed(0)} days of load`, ...sun].join(", "))];
}
