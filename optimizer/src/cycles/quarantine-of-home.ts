import { examplePrice, type HomeConfig, type Quarantine } from "@ohmstead/contract";
import type { QuarantineRepository } from "../store/quarantine-repository.ts";
import type { Signal } from "../telemetry/signals.ts";
import type { QuarantineQuery } from "./appliance.ts";
import { sensorPlaceOf } from "./house-link.ts";
import { isUnpublished, PRICES, PUSH } from "./price-desk.ts";

export interface QuarantineSetup {
  readonly quarantine: Pick<QuarantineRepository, "newest" | "countBySubject">;
  readonly config: HomeConfig;
  /** The names of the price sources, in the order of the config. */
  readonly priceSources: readonly string[];
  readonly signals: readonly Signal[];
  /** What people call the devices. */
  readonly names: ReadonlyMap<string, string>;
}

/** What was not believed, with the words for people: what it is of, and what may be done about it. */
export function quarantineOfHome(setup: QuarantineSetup, query: QuarantineQuery): Quarantine {
  const { quarantine } = setup;
  return {
    counts: Object.fromEntries(quarantine.countBySubject()),
    values: quarantine.newest(query).map((each) => {
      const source = sourceOf(each.subject);
      return {
        ...each,
        name: source === undefined ? signalName(each.subject, setup) : `Prices of ${source}`,
        remedy:
          source === undefined
            ? signalRemedy(each.subject, setup)
            : isUnpublished(each)
              ? "Nothing to do: the prices are asked for again."
              : priceRemedy(source, setup),
      };
    }),
  };
}

const sourceOf = (subject: string): string | undefined =>
  subject.startsWith(`${PRICES}/`) ? subject.slice(PRICES.length + 1) : undefined;

function priceRemedy(source: string, { config, priceSources }: QuarantineSetup): string {
  if (source === PUSH)
    return `Correct whoever sends them: final prices in ${config.currency} per kWh, for example ${examplePrice(config.currency)}.`;
  const place = priceSources.indexOf(source);
  if (place < 0) return "Nothing to do: the config has no such source any more.";
  const where = config.prices.source.length > 1 ? `prices.source[${place}]` : "prices.source";
  return `Nothing to do where it is one answer: the last good price stays. Where it comes again: check unit and region at ${where} in the config, or put another source beside it.`;
}

function signalRemedy(id: string, { config, signals }: QuarantineSetup): string {
  const signal = signals.find((each) => each.id === id);
  if (!signal) return "Nothing to do: the config does not name it any more.";
  return `Look at ${signal.source}; its settings are at ${sensorPlaceOf(signal, config)} in the config.`;
}

/** What a signal measures, by the last part of its id. */
const MEASURED: Readonly<Record<string, string>> = {
  powerKw: "power",
  soc: "charge",
  connected: "plugged in",
  tempC: "temperature",
  flowTempC: "flow temperature",
  returnTempC: "return temperature",
  litresPerMinute: "flow of water",
  importKwh: "energy bought",
  exportKwh: "energy sold",
};
const PLACES: Readonly<Record<string, string>> = { grid: "Grid", outdoor: "Outdoors" };

function signalName(id: string, { names }: QuarantineSetup): string {
  const dot = id.lastIndexOf(".");
  const [deviceId, what] = [id.slice(0, dot), id.slice(dot + 1)];
  const measured = id === "grid.connected" ? "there" : (MEASURED[what] ?? what);
  return `${names.get(deviceId) ?? PLACES[deviceId] ?? deviceId}: ${measured}`;
}
