import { HouseholdProblem, MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import { completeEndValues } from "../../optimizer/src/domain/end-values.ts";

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How the day's prices look: currency per kWh at an hour of the day, and what feeding in earns. */
type Tariff = (random: () => number) => (hour: number) => { readonly buy: number; readonly sell: number };

const TARIFFS = {
  /** A winter day ahead with two peaks. */
  spot: (random) => {
    const noise = Array.from({ length: 24 }, () => random() * 0.06);
    return (hour) => {
      const market = 0.06 + 0.1 * bump(hour, 8, 2) + 0.14 * bump(hour, 18.5, 2.5) + (noise[Math.floor(hour)] ?? 0);
      return { buy: 1.24 * market + 0.07, sell: market - 0.005 };
    };
  },
  /** Windy: the night is below nothing. */
  negative: (random) => {
    const depth = 0.05 + random() * 0.15;
    return (hour) => {
      const market = 0.05 + 0.08 * bump(hour, 18, 3) - depth * bump(hour, 3, 3);
      return { buy: market + 0.05, sell: market - 0.01 };
    };
  },
  /** Sunny: midday is below nothing, evening dear. */
  negativeNoon: (random) => {
    const depth = 0.08 + random() * 0.1;
    return (hour) => {
      const market = 0.09 + 0.12 * bump(hour, 20, 2) - depth * bump(hour, 13.5, 2.5);
      return { buy: market + 0.08, sell: market };
    };
  },
  /** Every hour alike: the hardest for ties. */
  flat: (random) => {
    const buy = 0.2 + random() * 0.2;
    return () => ({ buy, sell: 0.08 });
  },
  /** Flat feed-in above a dynamic price. */
  dearFeedIn: (random) => {
    const sell = 0.1 + random() * 0.06;
    return (hour) => ({ buy: 0.08 + 0.2 * bump(hour, 18, 3) + 0.04 * bump(hour, 8, 2), sell });
  },
  /** Cheap from 22 to 6. */
  twoRate: (random) => {
    const day = 0.25 + random() * 0.15;
    return (hour) => ({ buy: hour >= 22 || hour < 6 ? 0.6 * day : day, sell: 0.08 });
  },
} as const satisfies Record<string, Tariff>;
export type TariffName = keyof typeof TARIFFS;

/** Without a wish, the seed chooses among these. */
const USUAL: readonly TariffName[] = ["spot", "negative", "negativeNoon", "flat", "dearFeedIn"];

const bump = (hour: number, centre: number, width: number): number => {
  const apart = Math.min(Math.abs(hour - centre), 24 - Math.abs(hour - centre));
  return Math.exp(-0.5 * (apart / width) ** 2);
};

export interface HouseholdWishes {
  readonly tariff?: TariffName;
  /** The heat pump has a least power, least run and pause, and a cost per start. */
  readonly isSwitched?: boolean;
}

/**
 * The demo's household (battery, PV, one zone, tank, heat pump, two immersion heaters) on the given slots, varied by the seed: tariff,
 * season, sun, sizes, present states. The same seed gives the same house. End values are filled in.
 */
export function household(seed: number, slots: readonly Slot[], wishes: HouseholdWishes = {}): HouseholdProblem {
  const random = seededRandom(seed);
  const range = (low: number, high: number): number => low + (high - low) * random();
  const tariff: Tariff = TARIFFS[wishes.tariff ?? USUAL[seed % USUAL.length] ?? "spot"];
  const priceAt = tariff(random);
  const hours = slots.map((slot) => (slot.startMs / MS_PER_HOUR + slot.hours / 2) % 24);
  const prices = hours.map((hour) => priceAt(hour));
  const coldC = range(-15, 12);
  /** By the hour of the calendar, so that a house re-planned a little later is the same house. */
  const byHour = (what: number, low: number, high: number): number[] =>
    slots.map(({ startMs }) => {
      const hour = Math.floor(startMs / MS_PER_HOUR);
      return low + (high - low) * seededRandom(seed * 7919 + what * 104_729 + hour)();
    });
  const [coldNoise, loadNoise, cloudNoise] = [byHour(1, -0.3, 0.3), byHour(2, 0, 0.3), byHour(3, 0.5, 1)];
  const outdoorTempC = hours.map((hour, k) => coldC + 3 * bump(hour, 14, 4) + (coldNoise[k] ?? 0));
  const pvPeakKw = range(1, 8);
  const cop = outdoorTempC.map((tempC) => Math.min(4.6, Math.max(1.8, 3.1 + 0.08 * tempC)));
  return completeEndValues(
    HouseholdProblem.parse({
      currency: "EUR",
      timeZone: "UTC",
      slots,
      importPricePerKwh: prices.map((price) => price.buy),
      exportPricePerKwh: prices.map((price) => price.sell),
      site: { importLimitKw: 17 },
      baseLoadKw: hours.map(
        (hour, k) => 0.25 + 0.5 * bump(hour, 7.5, 1.2) + 1.1 * bump(hour, 19, 2) + (loadNoise[k] ?? 0),
      ),
      outdoorTempC,
      pvArrays: [
        {
          id: "roof",
          forecastKw: hours.map(
            (hour, k) => pvPeakKw * Math.max(0, bump(hour, 12.5, 2.4) - 0.05) * (cloudNoise[k] ?? 1),
          ),
          curtailable: seed % 2 === 0,
        },
      ],
      batteries: [
        {
          id: "battery",
          capacityKwh: range(5, 15),
          soc: range(0.05, 1),
          minSoc: 0.1,
          maxChargeKw: 5,
          maxDischargeKw: 5,
          wearPricePerKwh: range(0, 0.03),
        },
      ],
      zones: [
        {
          id: "living_room",
          tempC: range(19, 23),
          heatCapacityKwhPerK: range(6, 14),
          heatLossKwPerK: range(0.1, 0.22),
          gainsKw: hours.map((hour) => 0.3 + 0.8 * bump(hour, 13, 2)),
          comfortMinTempC: hours.map((hour) => (hour < 6 || hour >= 22 ? 19.5 : 20.5)),
          comfortMaxTempC: hours.map(() => 23),
        },
      ],
      tanks: [
        {
          id: "hot_water",
          tempC: range(42, 62),
          heatCapacityKwhPerK: 300 * 0.001163,
          heatLossKwPerK: 0.002,
          drawKw: hours.map((hour) => 0.05 + 0.9 * bump(hour, 7, 0.8) + 0.8 * bump(hour, 20, 1.2)),
          minTempC: hours.map(() => 45),
          maxTempC: 60,
          hardMaxTempC: 75,
        },
      ],
      heatPumps: [
        {
          id: "heat_pump",
          zoneIds: ["living_room"],
          tankId: "hot_water",
          maxPowerKw: hours.map(() => 4.5),
          copSpace: cop,
          copWater: cop.map((value) => 0.75 * value),
          previousKw: range(0, 3),
          ...(wishes.isSwitched ? { minPowerKw: 1.35, minRunHours: 0.5, minPauseHours: 0.25, startPrice: 0.06 } : {}),
        },
      ],
      immersionHeaters: [
        { id: "immersion_upper", tankId: "hot_water", powerKw: 2 },
        { id: "immersion_lower", tankId: "hot_water", powerKw: 3 },
      ],
    }),
  );
}
