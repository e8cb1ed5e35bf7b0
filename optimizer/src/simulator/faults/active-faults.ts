import type { Agenda } from "../agenda.ts";
import type { HouseEntity } from "../entities.ts";
import { seededRandom } from "../physics/random.ts";
import { checkFault, isAimedAt } from "./check-fault.ts";
import { transientFault } from "./call-fate.ts";
import { type Fault, type FaultInput, type FaultKind, type FaultOf, groupOf, lengthMs } from "./fault.ts";

/** A fault that is on, or waits for its time. */
export type ListedFault = Fault & {
  readonly id: string;
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly isOn: boolean;
};

/** What is broken. Everything here is in house time, and goes on as the house lives: no wire, no clock of its own. */
export interface Faults {
  /** Begins at once, or that many seconds from now. Answers with its id. Throws InputError when there is no such thing. */
  add(fault: FaultInput, inSeconds?: number): string;
  /** False when there is none with this id. */
  end(id: string): boolean;
  /** All well again; what waits is forgotten. */
  clear(): void;
  has(kind: FaultKind, entityId?: string): boolean;
  /** All of this kind that are on. */
  on<K extends FaultKind>(kind: K): readonly FaultOf<K>[];
  list(): readonly ListedFault[];
  readingFaults(entityId: string): readonly Fault[];
  /** The faults a call to this entity meets; counts it. */
  takeCall(entityId: string): readonly Fault[];
  /** True when a frame or an answer is to be garbled; counts it. */
  takeGarble(): boolean;
}

interface Active {
  readonly id: string;
  readonly fault: Fault;
  readonly fromMs: number;
  readonly untilMs: number;
  isOn: boolean;
  timesLeft: number;
  /** of a flaky device */
  readonly random: () => number;
  burstMs: number;
  callOff: () => void;
}

const timesOf = (fault: Fault): number =>
  "times" in fault ? (fault.times ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
const isMomentary = ({ kind }: Fault): boolean => kind === "cutConnections" || kind === "changeByHand";

export function createFaults(setup: {
  readonly entities: readonly HouseEntity[];
  readonly agenda: Agenda;
  readonly nowMs: () => number;
  /** The fault is on already, or no longer. */
  onBegin(fault: Fault, id: string): void;
  onEnd(fault: Fault, id: string): void;
}): Faults {
  const { agenda, entities, nowMs } = setup;
  let active: Active[] = [];
  let count = 0;

  const end = (which: Active): void => {
    if (!active.includes(which)) return;
    active = active.filter((each) => each !== which);
    sort();
    which.callOff();
    if (which.isOn) setup.onEnd(which.fault, which.id);
  };
  const begin = (which: Active): void => {
    which.isOn = true;
    sort();
    which.callOff = Number.isFinite(which.untilMs) ? agenda.at(which.untilMs, () => end(which)) : () => undefined;
    setup.onBegin(which.fault, which.id);
    if (isMomentary(which.fault)) end(which);
  };
  const take = (which: Active): void => {
    which.timesLeft--;
    if (which.timesLeft <= 0) end(which);
  };
  // Asked for every entity every minute: kept, not filtered anew.
  let current: readonly Active[] = [];
  const sort = (): void => {
    current = active.filter(({ isOn }) => isOn);
  };

  /** The fault as this call meets it, or nothing when it gets by. */
  const meets = (each: Active): Fault | undefined => {
    const { fault } = each;
    if (fault.kind === "flakyCalls") return each.random() < fault.share ? transientFault(each.random) : undefined;
    if (fault.kind !== "loseBurst") return fault;
    const isFirst = nowMs() - each.burstMs > fault.burstSeconds * 1000;
    each.burstMs = isFirst ? nowMs() : each.burstMs;
    return isFirst ? undefined : fault;
  };

  return {
    add: (raw, inSeconds = 0) => {
      const fault = checkFault(raw, entities);
      const fromMs = nowMs() + inSeconds * 1000;
      const each: Active = {
        id: `fault-${++count}`,
        fault,
        fromMs,
        untilMs: fromMs + (lengthMs(fault) ?? Number.POSITIVE_INFINITY),
        isOn: false,
        timesLeft: timesOf(fault),
        random: seededRandom(fault.kind === "flakyCalls" ? fault.seed : 0),
        burstMs: Number.NEGATIVE_INFINITY,
        callOff: () => undefined,
      };
      active = [...active, each];
      if (inSeconds > 0) each.callOff = agenda.at(fromMs, () => begin(each));
      else begin(each);
      return each.id;
    },
    end: (id) => {
      const which = active.find((each) => each.id === id);
      if (which) end(which);
      return which !== undefined;
    },
    clear: () => {
      for (const each of active) end(each);
    },
    has: (kind, entityId) =>
      current.some(({ fault }) => fault.kind === kind && (entityId === undefined || isAimedAt(fault, entityId))),
    on: <K extends FaultKind>(kind: K) =>
      current.flatMap(({ fault }) => (fault.kind === kind ? [fault as FaultOf<K>] : [])),
    list: () =>
      active.map(({ id, fault, fromMs, untilMs, isOn, timesLeft }) => ({
        id,
        ...fault,
        ...(Number.isFinite(timesLeft) ? { times: timesLeft } : {}),
        fromMs,
        untilMs: Number.isFinite(untilMs) ? untilMs : null,
        isOn,
      })),
    readingFaults: (entityId) =>
      current.flatMap(({ fault }) => {
        const isHit = groupOf(fault.kind) === "reading" && isAimedAt(fault, entityId);
        // Without a name it is about the sensors, not about what shows a setting.
        const isNamed = "entityId" in fault && fault.entityId !== undefined;
        return isHit && (isNamed || entityId.startsWith("sensor.")) ? [fault] : [];
      }),
    takeCall: (entityId) => {
      const hit = current.filter(({ fault }) => groupOf(fault.kind) === "call" && isAimedAt(fault, entityId));
      return hit.flatMap((each) => {
        const met = meets(each);
        if (met) take(each);
        return met ?? [];
      });
    },
    takeGarble: () => {
      const which = current.find(({ fault }) => fault.kind === "garbleAnswers");
      if (which) take(which);
      return which !== undefined;
    },
  };
}
