import { safeIntentOf, wantOf } from "./adapter.ts";
import type { DeviceInput, Settings } from "./case-file.ts";
import type { House } from "./house.ts";
import { stepsFor } from "./recipe.ts";
import type { Recorder } from "./recorder.ts";
import { ORDER, type Schedule } from "./schedule.ts";

// The package that lives in Home Assistant (config/home-assistant/): a heartbeat a minute, and the safe state when it stops.

const SILENT_AFTER_MS = 10 * 60_000;
const BEAT_MS = 60_000;
const TELL_AGAIN_MS = 30_000;
const MOST_TOLD = 5;

export interface WatchdogSetup {
  readonly schedule: Schedule;
  readonly recorder: Recorder;
  readonly house: () => House;
  readonly inputs: readonly DeviceInput[];
  /** Does somebody drive the house, and can be heard? */
  readonly hears: () => boolean;
}

export function startWatchdog({ schedule, recorder, house, inputs, hears }: WatchdogSetup): void {
  let heardMs = schedule.nowMs();
  /** "drives": a heart beats. "silent": the safe state is brought. "unheard": it never beat. */
  let state: "unheard" | "drives" | "silent" = "unheard";

  function tell(input: DeviceInput, steps: readonly Settings[], time: number): void {
    if (state !== "silent" || time > MOST_TOLD) return;
    for (const settings of steps) {
      const data = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value ?? "null"]));
      const { reached } = house().call({ action: "yardstick.set", target: { entity_id: input.id }, data });
      if (reached) recorder.writes.push({ atMs: schedule.nowMs(), deviceId: input.id, settings, by: "watchdog" });
    }
    schedule.at(schedule.nowMs() + TELL_AGAIN_MS, ORDER.program, () => {
      if (!house().shows(input.id, Object.assign({}, ...steps))) tell(input, steps, time + 1);
    });
  }

  function makeSafe(): void {
    recorder.alarm("error", "optimizer", "no heartbeat: Home Assistant's watchdog brings the safe state");
    for (const input of inputs) {
      const want = wantOf(input, safeIntentOf(input));
      if (want) tell(input, stepsFor(input, want), 1);
    }
  }

  schedule.every(BEAT_MS, ORDER.program, () => {
    const nowMs = schedule.nowMs();
    // Without power it neither hears nor counts, and counts anew after its start.
    if (!house().isRunning) heardMs = nowMs;
    else if (hears()) {
      heardMs = nowMs;
      state = "drives";
    } else if (state === "drives" && nowMs - heardMs >= SILENT_AFTER_MS) {
      state = "silent";
      makeSafe();
    }
    return true;
  });
}
