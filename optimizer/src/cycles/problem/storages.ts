import { type BatteryConfig, type EvConfig, MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import { connectedPerSlot } from "../../forecasts/connection.ts";
import { lowestPerSlot, momentsOf, spansOf } from "../../forecasts/local-spans.ts";
import { batteryPace, batteryTrend, type Pace, withUnknownContent } from "../../telemetry/believable-state.ts";
import { type Believable, spoken } from "../present-states.ts";
import { type Draft, measuredOf, type Part, stateOf } from "./draft.ts";
import { carWithinReach, withinReach } from "./what-devices-can.ts";

/** A car says how full it is now and then, many not at all while they rest: its last word holds for a day. */
const CAR_SOC_HOLDS_MS = 24 * MS_PER_HOUR;
/** Sources round a state of charge to whole per cent, and correct their count by some. */
const SOC_SLACK = 0.03;
/** What a car can lose while it is driven, and take in at a fast charger, kW. */
const DRIVEN_KW = 60;
const FAST_CHARGER_KW = 250;

/** Rules of the local day, as limits and goals of this horizon. */
function scheduleOf({ config: { timeZone }, slots, nowMs, endMs }: Draft, storage: BatteryConfig | EvConfig) {
  const { goals, limits, maxSoc, maxChargeKw, maxDischargeKw } = storage;
  const limited = (field: "maxChargeKw" | "maxDischargeKw", usualKw: number) =>
    lowestPerSlot(
      slots,
      usualKw,
      limits.flatMap((rule) => {
        const limitKw = rule[field];
        return limitKw === undefined ? [] : spansOf(rule, nowMs, endMs, timeZone).map((span) => ({ ...span, limitKw }));
      }),
    );
  return {
    chargeLimitKw: limited("maxChargeKw", maxChargeKw),
    dischargeLimitKw: limited("maxDischargeKw", maxDischargeKw),
    goals: goals
      .flatMap((goal) =>
        momentsOf(goal, nowMs, endMs, timeZone).map((atMs) => ({ soc: Math.min(goal.soc, maxSoc), atMs })),
      )
      .toSorted((a, b) => a.atMs - b.atMs),
  };
}

const asShare = (value: number): number => Math.min(1, Math.max(0, value));

/** Power of a storage now, charging positive; undefined where it is not measured. */
const presentKw = ({ states }: Draft, id: string): number | undefined => {
  const state = states.get(`${id}.powerKw`);
  return state && !state.isStale ? state.value : undefined;
};

function believableSoc(draft: Draft, storage: BatteryConfig | EvConfig, pace: Pace): Believable {
  const kw = presentKw(draft, storage.id);
  const trendPerHour = kw === undefined ? undefined : batteryTrend(storage, kw);
  return { min: 0, max: 1, pace, slack: SOC_SLACK, trendPerHour };
}

/** One whose content nobody knows is left to the sun. */
export const batteriesOf = (draft: Draft): Part<"batteries">[] =>
  draft.config.batteries.map((configured) => {
    const battery = withinReach(draft, configured);
    const { id, name: _name, sensors: _sensors, control: _control, limits: _limits, ...physics } = battery;
    const soc = stateOf(
      draft,
      `${id}.soc`,
      id,
      believableSoc(draft, battery, batteryPace(battery)),
      `${id} is filled by the sun only, and nothing of it is sold`,
    );
    const part = { id, ...physics, ...scheduleOf(draft, battery) };
    return soc === undefined ? withUnknownContent(part) : { ...part, soc: asShare(soc) };
  });

export const evsOf = (draft: Draft): Part<"evs">[] =>
  draft.config.evs.flatMap((configured) => {
    const ev = carWithinReach(draft, configured);
    const { name: _name, sensors, control: _control, limits: _limits, away, ...physics } = ev;
    const { config, slots, nowMs, endMs, states } = draft;
    const soc = carSoc(draft, ev);
    if (soc === undefined) return [];
    const plug = sensors.connected && states.get(`${ev.id}.connected`);
    const absences = away.flatMap((rule) => spansOf(rule, nowMs, endMs, config.timeZone));
    const connected = connectedPerSlot(slots, absences, plug && !plug.isStale ? plug.value >= 0.5 : undefined);
    const schedule = scheduleOf(draft, ev);
    // Nobody can charge a car that is not there: such a goal is no fault of the plan.
    const canBeMet = (atMs: number) => slots.some((slot, k) => connected[k] && slotEndMs(slot) <= atMs);
    const goals = schedule.goals.filter((goal) => canBeMet(goal.atMs));
    return [{ ...physics, soc: asShare(soc), ...schedule, goals, connected }];
  });

/** As the car says; while it is silent, what it said last and what the charger has given it since. */
function carSoc(draft: Draft, ev: EvConfig): number | undefined {
  const { states, nowMs, note } = draft;
  const signal = `${ev.id}.soc`;
  const state = states.get(signal);
  if (!state?.isStale || nowMs - state.atMs > CAR_SOC_HOLDS_MS) {
    const own = batteryPace(ev);
    const pace = {
      rise: Math.max(own.rise, FAST_CHARGER_KW / ev.capacityKwh),
      fall: Math.max(own.fall, DRIVEN_KW / ev.capacityKwh),
    };
    return stateOf(draft, signal, ev.id, believableSoc(draft, ev, pace));
  }
  note(`${signal} was last read ${spoken(nowMs - state.atMs)} ago: what the charger has given since then is added`);
  return measuredOf(draft, `${ev.id}.powerKw`).reduce((soc, { startMs, endMs, value }) => {
    const hours = Math.max(0, endMs - Math.max(startMs, state.atMs)) / MS_PER_HOUR;
    return soc + batteryTrend(ev, value) * hours;
  }, state.value);
}
