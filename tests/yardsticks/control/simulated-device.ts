import type { DeviceInput, EventOf, Settings, SettingValue, Want } from "./case-file.ts";
import { parseModeOf } from "./mode-expression.ts";
import { hasMeter, meterKw } from "./meter.ts";
import { powerSettingOf, settingNames, settingsFor } from "./recipe.ts";
import type { Truth } from "./record.ts";
import { ORDER, type Schedule } from "./schedule.ts";

/** How a call to a device ends, and when; `undefined`: never. An error is what Home Assistant says of it. */
export type Answer =
  | {
      readonly afterMs: number;
      readonly error?: string;
    }
  | undefined;

export interface SimulatedDevice {
  readonly input: DeviceInput;
  /** A write of one or several settings at once; answers how the call ends. */
  write(settings: Settings): Answer;
  /** Someone at the device or in the maker's app. */
  foreignWrite(set: Settings): void;
  behave(event: EventOf<"behaviour">): void;
  /** Away from now on; comes back with `state`, or with what it remembers. */
  reboot(awayMs: number, state: Settings | undefined): void;
  /** The house has no power, or has it again. What was stored stays, as in a device with a battery. */
  readonly isAway: boolean;
  /** What its registers and meter show now. */
  readings(): Settings;
  readonly history: readonly Truth[];
}

const DEFAULT_ANSWER_MS = 1000;
const REFUSES_AFTER_MS = 1000;

/** In the words in which Home Assistant's integrations pass on what a device said. */
const REFUSALS: Readonly<
  Partial<Record<EventOf<"behaviour">["is"], (id: string, retryAfterSeconds: number | undefined) => string>>
> = {
  busy: (id) => `The device of ${id} is busy (firmware update), try again later`,
  answersError: (id) => `Error communicating with the device of ${id}: HTTP 500 Internal Server Error`,
  answersUnauthorised: (id) => `Authentication failed for ${id}: HTTP 401 Unauthorized`,
  rateLimited: (id, retryAfterSeconds = 60) =>
    `Rate limit of ${id} reached: HTTP 429 Too Many Requests, Retry-After: ${retryAfterSeconds}`,
};

/** A device as a case describes it: it stores, answers and acts, each in its own time, and misbehaves on request. */
export function createSimulatedDevice(input: DeviceInput, schedule: Schedule): SimulatedDevice {
  const { id, initial, settings, forgetsOnReboot, expiresAfterSeconds } = input;
  const modeOf = settings && input.modeOf ? parseModeOf(input.modeOf, Object.keys(settings), input.modes) : undefined;
  const history: Truth[] = [];
  let stored: Settings = settings ? { ...settings, ...settingsFor(input, initial) } : settingsFor(input, initial);
  let acting: Want = initial;
  let behaviour: Pick<EventOf<"behaviour">, "is" | "delaySeconds" | "timesOutAfterSeconds" | "retryAfterSeconds"> = {
    is: "normal",
  };
  let skipping: { readonly setting: string; left: number } | undefined;
  let isAway = false;
  let writes = 0;

  const told = (): Want => {
    const mode = modeOf ? modeOf(stored) : String(stored["mode"]);
    const setting = powerSettingOf(input, mode);
    const powerKw = setting === undefined ? undefined : stored[setting];
    return { mode, ...(typeof powerKw === "number" ? { powerKw } : {}) };
  };

  const note = (): void => {
    history.push({
      atMs: schedule.nowMs(),
      mode: acting.mode,
      powerKw: acting.powerKw,
      meterKw: meterKw(input, acting),
      stored,
    });
  };

  const act = (): void => {
    acting = told();
    note();
  };
  const actIn = (ms: number): void =>
    schedule.at(schedule.nowMs() + ms, ORDER.device, () => {
      if (!isAway && behaviour.is !== "acceptsIgnores") act();
    });
  const effectMs = (): number =>
    (behaviour.is === "late" ? (behaviour.delaySeconds ?? input.effectAfterSeconds) : input.effectAfterSeconds) * 1000;

  function store(changes: Settings): void {
    stored = { ...stored, ...changes };
    note();
    if (typeof expiresAfterSeconds !== "number") return;
    writes += 1;
    const present = writes;
    schedule.at(schedule.nowMs() + expiresAfterSeconds * 1000, ORDER.device, () => {
      if (present !== writes) return;
      stored = { ...stored, ...settingsFor(input, input.safeState ?? initial) };
      note();
      actIn(input.effectAfterSeconds * 1000);
    });
  }

  /** Without the settings that get lost on their way. */
  function arriving(changes: Settings): Settings {
    if (!skipping || skipping.left === 0 || !(skipping.setting in changes)) return changes;
    skipping.left -= 1;
    const { [skipping.setting]: _lost, ...rest } = changes;
    return rest;
  }

  const answer = (): Answer => ({ afterMs: (input.answersAfterSeconds ?? DEFAULT_ANSWER_MS / 1000) * 1000 });
  const silence = (): Answer =>
    behaviour.timesOutAfterSeconds === undefined
      ? undefined
      : {
          afterMs: behaviour.timesOutAfterSeconds * 1000,
          error: `No response received within ${behaviour.timesOutAfterSeconds} s`,
        };

  note();
  return {
    input,
    history,
    get isAway() {
      return isAway;
    },
    write: (changes) => {
      if (isAway)
        return {
          afterMs: REFUSES_AFTER_MS,
          error: `The device of ${id} is unavailable`,
        };
      const refusal = REFUSALS[behaviour.is]?.(id, behaviour.retryAfterSeconds);
      if (refusal !== undefined) return { afterMs: REFUSES_AFTER_MS, error: refusal };
      if (behaviour.is === "silent") return silence();
      if (behaviour.is === "acceptsDrops") return answer();
      const arrived = arriving(changes);
      if (Object.keys(arrived).length > 0) store(arrived);
      actIn(effectMs());
      return behaviour.is === "silentButApplies" ? silence() : answer();
    },
    foreignWrite: (set) => {
      const { mode, powerKw, ...own } = set;
      const known = settingNames(input);
      const strange = Object.keys(own).find((name) => !known.includes(name));
      if (strange !== undefined)
        throw new Error(`${id}: there is no setting "${strange}"; there are: ${known.join(", ")}`);
      const asMode =
        typeof mode === "string"
          ? settingsFor(input, { mode, ...(typeof powerKw === "number" ? { powerKw } : {}) })
          : powerKw === undefined
            ? {}
            : { powerKw };
      stored = { ...stored, ...asMode, ...own };
      note();
      schedule.at(schedule.nowMs() + input.effectAfterSeconds * 1000, ORDER.device, () => {
        if (!isAway) act();
      });
    },
    behave: (event) => {
      if (event.is === "skipsSetting") {
        skipping = { setting: event.setting ?? "", left: event.times ?? Number.POSITIVE_INFINITY };
        behaviour = { is: "normal" };
      } else behaviour = event;
      // What it then holds are the stored settings: a device that works again follows them.
      if (behaviour.is === "normal") actIn(input.effectAfterSeconds * 1000);
    },
    reboot: (awayMs, state) => {
      isAway = true;
      schedule.at(schedule.nowMs() + awayMs, ORDER.device, () => {
        isAway = false;
        const { mode, powerKw, ...own } = state ?? {};
        const returned: Settings | undefined =
          typeof mode === "string"
            ? { ...settingsFor(input, { mode, ...(typeof powerKw === "number" ? { powerKw } : {}) }), ...own }
            : state;
        const forgotten = forgetsOnReboot ? { ...settings, ...settingsFor(input, initial) } : {};
        stored = { ...stored, ...forgotten, ...returned };
        act();
      });
    },
    readings: () => {
      const shown: Record<string, SettingValue> = { ...stored };
      if (hasMeter(input)) {
        shown["meterKw"] = meterKw(input, acting);
        if (input.house) shown["gridKw"] = input.house.loadKw - input.house.pvKw + meterKw(input, acting);
      } else shown["does"] = acting.mode;
      return shown;
    },
  };
}
