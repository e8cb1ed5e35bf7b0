import {
  examplePrice,
  type HealthCheck,
  type HomeConfig,
  MS_PER_HOUR,
  type PricesUpdate,
  slotEndMs,
} from "@ohmstead/contract";
import { InputError } from "../domain/errors.ts";
import type { Clock } from "../domain/clock.ts";
import { localClock } from "../domain/local-time.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { isZero, type JudgedPrices, judgePrices } from "../forecasts/judge-prices.ts";
import { applyTariff, isPriceOfNothing } from "../forecasts/tariff.ts";
import type { PriceSource } from "../sources/source.ts";
import type { Store } from "../store/store.ts";
import type { SourceAsker } from "./ask-sources.ts";
import { checkPrices } from "./check-prices.ts";

export interface PriceDesk {
  /** Asks every source whose time has come; answers whether a source now says something else of the time to come. Never rejects. */
  refresh(): Promise<boolean>;
  /** Whether a source's time has come. */
  isDue(): boolean;
  /** Final prices that were sent in; answers how many slots were stored. Throws InputError where none of them can be used. */
  take(update: PricesUpdate): { readonly stored: number; readonly refused: number };
  /** Of prices that came and were not believed. */
  checks(): readonly HealthCheck[];
}

const DAY_MS = 24 * MS_PER_HOUR;
/** What an answer is compared with. */
const REMEMBERED_MS = 14 * DAY_MS;
const AHEAD_MS = 10 * DAY_MS;
const SHOWN_MS = DAY_MS;
const UNPUBLISHED = "zeros for hours that nobody has published yet are no prices";
export const PUSH = "push";
/** What the quarantine calls values of a source begins with it. */
export const PRICES = "prices";
export const isUnpublished = ({ reason }: { readonly reason: string }): boolean => reason === UNPUBLISHED;
/** Of a source in the config: what came under other settings is no measure for what comes now. */
const settingsKey = (source: string): string => `price-settings/${source}`;

/** The only way of prices into the house: asked for or sent in, judged, kept as they were said, and stored as final prices at the meter. */
export function createPriceDesk(deps: {
  readonly config: Pick<HomeConfig, "currency" | "timeZone" | "prices">;
  /** Best first. */
  readonly sources: readonly PriceSource[];
  readonly asker: SourceAsker;
  readonly store: Pick<Store, "prices" | "priceVintages" | "quarantine" | "state" | "transaction">;
  readonly clock: Pick<Clock, "nowMs">;
  /** For the owner. */
  readonly say: (message: string) => void;
}): PriceDesk {
  const { config, sources, asker, store, clock, say } = deps;
  const wallClock = localClock(config.timeZone);
  const comparableSinceMs = new Map(
    sources.map(({ name }, k) => {
      const settings = { ...config.prices.source[k], currency: config.currency };
      return [name, settingsSinceMs(store, name, settings, clock.nowMs())];
    }),
  );

  /** What a source said before and was believed. */
  function before(source: string, nowMs: number): SpotSlot[] {
    return store.priceVintages.knownAt({
      source,
      atMs: nowMs,
      saidSinceMs: comparableSinceMs.get(source),
      fromMs: nowMs - REMEMBERED_MS,
      untilMs: nowMs + AHEAD_MS,
    });
  }

  function setAside(source: string, { refused, unpublished }: JudgedPrices, nowMs: number): void {
    const subject = `${PRICES}/${source}`;
    const [firstZero] = unpublished;
    if (firstZero)
      store.quarantine.add(
        [
          {
            subject,
            atMs: firstZero.startMs,
            value: `${unpublished.length} × 0`,
            reason: UNPUBLISHED,
          },
        ],
        nowMs,
      );
    const [first] = refused;
    const newOnes = store.quarantine.add(
      refused.map((each) => ({ subject, ...each })),
      nowMs,
    );
    if (first && newOnes > 0)
      say(
        `${subject}: ${refused.length} price${refused.length > 1 ? "s were" : " was"} not believed and ${refused.length > 1 ? "are" : "is"} not used, the first ${first.value} for ${new Date(first.atMs).toISOString()}: ${first.reason}.`,
      );
  }

  /** Judges and stores; answers what was believed, and whether anything to come is new or different. */
  function admit(
    source: string,
    spots: readonly SpotSlot[],
    tariff: HomeConfig["prices"] | PriceSource["tariff"],
    nowMs: number,
  ) {
    // Final prices have the fees in them.
    const isNothing = tariff ? isZero : (slot: SpotSlot) => isPriceOfNothing(asFinal(slot), config.prices, wallClock);
    const judged = judgePrices(spots, { nowMs, currency: config.currency, before: before(source, nowMs), isNothing });
    return store.transaction(() => {
      setAside(source, judged, nowMs);
      const news = store.priceVintages.add(source, judged.believed, nowMs);
      const finals = tariff ? applyTariff(judged.believed, tariff, wallClock) : judged.believed.map(asFinal);
      store.prices.save(source, finals, nowMs);
      return { judged, stored: finals.length, hasNews: news.some((slot) => slotEndMs(slot) > nowMs) };
    });
  }

  return {
    refresh: async () => {
      const given = await Promise.all(
        sources.map((source) => asker.ask(PRICES, source, (spots) => knownUntilMs(spots))),
      );
      const nowMs = clock.nowMs();
      const admitted = sources.map((source, k) => {
        const spots = given[k] ?? [];
        return spots.length > 0 && admit(source.name, spots, source.tariff ?? config.prices, nowMs).hasNews;
      });
      return admitted.includes(true);
    },
    isDue: () => sources.some((source) => asker.isDue(PRICES, source)),
    take: (update) => {
      checkPrices(update, config);
      const spots = update.slots.map(
        ({ startMs, hours, importPricePerKwh: importPerKwh, exportPricePerKwh: exportPerKwh }): SpotSlot => ({
          startMs,
          hours,
          importPerKwh,
          exportPerKwh,
        }),
      );
      const rising = spots.toSorted((a, b) => a.startMs - b.startMs);
      const { judged, stored } = admit(PUSH, rising, undefined, clock.nowMs());
      if (stored === 0 && judged.refused.length > 0) refuseAll(update, judged);
      return { stored, refused: judged.refused.length };
    },
    checks: () => {
      const recent = store.quarantine
        .since(clock.nowMs() - SHOWN_MS)
        .filter((each) => each.subject.startsWith(`${PRICES}/`) && !isUnpublished(each));
      const [newest] = recent;
      if (!newest) return [];
      const detail = `${recent.length} of the last day were not believed, the newest ${newest.value} of ${newest.subject.slice(PRICES.length + 1)} for ${new Date(newest.atMs).toISOString()}: ${newest.reason}. GET /api/v1/quarantine shows all.`;
      return [{ name: "price quarantine", status: "warning", detail }];
    },
  };
}

const knownUntilMs = (spots: readonly SpotSlot[]): number | undefined =>
  spots.length > 0 ? Math.max(...spots.filter(({ importPerKwh }) => importPerKwh !== 0).map(slotEndMs)) : undefined;

const asFinal = ({ startMs, hours, importPerKwh, exportPerKwh = importPerKwh }: SpotSlot) => ({
  startMs,
  hours,
  importPricePerKwh: importPerKwh,
  exportPricePerKwh: exportPerKwh,
});

function refuseAll({ currency, slots }: PricesUpdate, { refused }: JudgedPrices): never {
  const errors = refused.map(({ atMs, value, reason }) => ({
    field: `slots[${slots.findIndex(({ startMs }) => startMs === atMs)}].importPricePerKwh`,
    message: `${value} ${reason}`,
  }));
  throw new InputError(
    `None of the prices can be believed (${errors[0]?.field} ${errors[0]?.message}): write final prices in ${currency} per kWh, for example ${examplePrice(currency)}`,
    errors.slice(0, 20),
  );
}

/** Since when a source has been asked with its present settings: a factor that was put right, or another currency, makes all earlier prices incomparable. */
function settingsSinceMs(store: Pick<Store, "state">, source: string, settings: object, nowMs: number): number {
  const text = JSON.stringify(settings);
  const known = store.state.get(settingsKey(source)) as { readonly text: string; readonly sinceMs: number } | undefined;
  if (known?.text === text) return known.sinceMs;
  const sinceMs = known ? nowMs : 0;
  store.state.set(settingsKey(source), { text, sinceMs }, nowMs);
  return sinceMs;
}
