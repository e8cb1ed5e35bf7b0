import type { DoctorCheck, HomeConfig, TelemetryReading } from "@ohmstead/contract";
import { DeliveryError } from "../../domain/errors.ts";
import { judgeReading } from "../../telemetry/judge-reading.ts";
import { type Signal, signalTable } from "../../telemetry/signals.ts";
import type { EntityState, HomeAssistantReader } from "../../transport/home-assistant-rest.ts";
import { describeMissing, placesOf, sensorPlaceOf } from "../house-link.ts";
import type { DoctorDeps } from "./doctor.ts";
import { examinePast, PAST_MS, type PastOfSignal } from "./examine-past.ts";
import { examineEntity } from "./examine-entity.ts";
import { examineWaterHeaters } from "./examine-water-heater.ts";
import { asCheck, doubtful, type Finding, well, wrong } from "./finding.ts";

export interface HomeExamined {
  readonly checks: readonly DoctorCheck[];
  /** What the house's own sensor reads outdoors. */
  readonly outdoorC: number | undefined;
}

type HomeDeps = Pick<DoctorDeps, "config" | "devices" | "home" | "clock">;

/** Home Assistant itself, and every entity that the config names. */
export async function examineHome(deps: HomeDeps, signal: AbortSignal): Promise<HomeExamined> {
  const { home } = deps;
  if (!home) return alone(wrong("its address or token is not known", "write HA_URL and HA_TOKEN to .env"));
  try {
    return await examineAnswers(deps, home, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DeliveryError)) throw error;
    return alone(wrong(error.message, remedyFor(error, home)));
  }
}

const alone = (finding: Finding): HomeExamined => ({
  checks: [asCheck("homeAssistant", "connection", finding)],
  outdoorC: undefined,
});

function remedyFor({ kind }: DeliveryError, { url }: HomeAssistantReader): string {
  if (kind === "auth")
    return "make a new token in Home Assistant (your profile, Security, Long-lived access tokens) and write it to HA_TOKEN in .env";
  return `is Home Assistant running, and is ${url} its address? It is HA_URL in .env`;
}

async function examineAnswers(
  { config, devices, clock }: HomeDeps,
  home: HomeAssistantReader,
  signal: AbortSignal,
): Promise<HomeExamined> {
  const [settings, all] = await Promise.all([home.settings(signal), home.states(signal)]);
  const nowMs = clock.nowMs();
  const states = new Map(all.map((each) => [each.entityId, each]));
  const signals = signalTable(config).filter(({ source }) => isEntity(source));
  const orders = [...devices.values()].flatMap((device) => device.sources.filter(isEntity));

  const past = await pastOf(signals, states, home, nowMs, signal);
  const ofSignals = signals.map((each) => {
    const state = states.get(entityOf(each.source));
    const place = sensorPlaceOf(each, config);
    const finding = state
      ? examineEntity({ signal: each, reading: readingOf(each.source, state), nowMs, place })
      : missing(each.source, states, config);
    return asCheck("entities", `${each.source} (${each.id})`, finding);
  });
  const known = new Set(signals.map(({ source }) => entityOf(source)));
  const others = [...new Set(orders.map(entityOf))].filter((entityId) => !known.has(entityId));
  const ofOrders = others.map((entityId) => {
    const state = states.get(entityId);
    return asCheck("entities", entityId, state ? examineOrdered(state) : missing(entityId, states, config));
  });
  return {
    checks: [
      ...examineSettings(settings, config),
      ...ofSignals,
      ...examinePast(past, (each) => sensorPlaceOf(each, config), nowMs),
      ...ofOrders,
      ...examineWaterHeaters(config, devices, states).map(({ entityId, finding }) =>
        asCheck("entities", entityId, finding),
      ),
    ],
    outdoorC: outdoorOf(signals, states, nowMs),
  };
}

const ofHome = (subject: string, finding: Finding): DoctorCheck => asCheck("homeAssistant", subject, finding);

/** Attributes have no past that could be asked for. */
async function pastOf(
  signals: readonly Signal[],
  states: ReadonlyMap<string, EntityState>,
  home: HomeAssistantReader,
  nowMs: number,
  signal: AbortSignal,
): Promise<PastOfSignal[]> {
  const there = signals.filter(({ source }) => states.has(source));
  const past = await home.history([...new Set(there.map(({ source }) => source))], nowMs - PAST_MS, nowMs, signal);
  return there.map((each) => {
    const unit = states.get(each.source)?.attributes["unit_of_measurement"];
    return {
      signal: each,
      unit: typeof unit === "string" ? unit : undefined,
      states: past.get(each.source) ?? [],
    };
  });
}

function examineSettings(
  { version, timeZone, currency }: Awaited<ReturnType<HomeAssistantReader["settings"]>>,
  config: HomeConfig,
): DoctorCheck[] {
  return [
    ofHome("connection", well(`Home Assistant ${version} answers`)),
    ofHome(
      "time zone",
      timeZone === config.timeZone
        ? well(timeZone)
        : doubtful(
            `Home Assistant lives in ${timeZone}, this config in ${config.timeZone}`,
            `write timeZone: ${timeZone}, or correct it in Home Assistant (Settings, System, General)`,
          ),
    ),
    ...(currency === undefined || currency === config.currency
      ? []
      : [
          ofHome(
            "currency",
            doubtful(
              `Home Assistant counts in ${currency}, this config in ${config.currency}`,
              `write currency: ${currency}, or correct it in Home Assistant: its energy costs would not compare`,
            ),
          ),
        ]),
  ];
}

const missing = (source: string, states: ReadonlyMap<string, EntityState>, config: HomeConfig): Finding => {
  const [place = ""] = placesOf(entityOf(source), config);
  return wrong(
    describeMissing(entityOf(source), [...states.keys()], config),
    place === "" ? "correct its name in the config" : `correct its name at ${place}`,
  );
};

const examineOrdered = ({ entityId, state }: EntityState): Finding =>
  state === "unavailable"
    ? doubtful(
        "it is unavailable: its device cannot be commanded",
        `look at the device of ${entityId} in Home Assistant`,
      )
    : well(`is ${state}`);

/** Home Assistant's own; not mqtt:…, nor a maker's interface. */
const isEntity = (source: string): boolean => /^[a-z_]+\.[a-z0-9_]+(#|$)/.test(source);
const entityOf = (source: string): string => source.split("#", 1)[0] ?? source;

function readingOf(source: string, { state, attributes, reportedMs }: EntityState): TelemetryReading {
  const [, attribute] = source.split("#", 2);
  const unit = attributes["unit_of_measurement"];
  const value = attribute === undefined ? state : attributes[attribute];
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return {
    source,
    value: isPlain ? value : null,
    ...(attribute === undefined && typeof unit === "string" ? { unit } : {}),
    atMs: reportedMs,
  };
}

function outdoorOf(
  signals: readonly Signal[],
  states: ReadonlyMap<string, EntityState>,
  nowMs: number,
): number | undefined {
  const outdoor = signals.find(({ id }) => id === "outdoor.tempC");
  const state = outdoor && states.get(entityOf(outdoor.source));
  if (!outdoor || !state || nowMs - state.reportedMs > outdoor.staleAfterMs) return undefined;
  const judgement = judgeReading(readingOf(outdoor.source, state), outdoor, nowMs);
  return judgement.ok ? judgement.value : undefined;
}
