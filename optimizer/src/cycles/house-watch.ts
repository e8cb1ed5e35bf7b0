import type { HealthCheck, ServiceEvent } from "@ohmstead/contract";
import { GRID_SETTLES_MS, GRID_SIGNAL, gridHold, type GridState, gridStateAfter } from "../commands/grid-watch.ts";
import { clockDoubt, clockJumpMs, type Moment } from "../domain/clock-doubt.ts";
import type { Store } from "../store/store.ts";
import type { SignalReading } from "../telemetry/telemetry-book.ts";

export interface HouseWatchDeps {
  readonly store: Pick<Store, "condition" | "plans" | "commands" | "readings">;
  readonly clock: { nowMs(): number };
  /** House time that no clock setting moves; absent where time is simulated. */
  readonly runningMs?: (() => number) | undefined;
  readonly releasedMs?: number | undefined;
  readonly publish: (event: ServiceEvent) => void;
  /** The newest reading of a signal. */
  readonly latest: (signal: string) => SignalReading | undefined;
  /** Something has changed that a new plan must know. */
  readonly replan: (cause: string) => void;
  /** The wall clock was set: what waits for a time must look again. */
  readonly onClockSet: () => void;
}

export interface HouseWatch {
  /** Looks at clock, grid and store, and says what has changed since. Call it every second or so. */
  look(): void;
  /** A sentence why no command may be sent now. */
  hold(): string | undefined;
  /** Of the store, and of what keeps commands back. */
  checks(): readonly HealthCheck[];
}

/** When the newest record was written: the clock cannot be before it. */
function newestRecordMs({ plans, commands, readings }: HouseWatchDeps["store"]): number | undefined {
  const times = [
    plans.latest()?.plan.createdAtMs,
    commands.newest(1)[0]?.events.at(-1)?.atMs,
    ...readings.latestOfAll().map(({ atMs }) => atMs),
  ].filter((ms) => ms !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** What can go wrong around the cycles: the clock, the grid, the disk. */
export function createHouseWatch(deps: HouseWatchDeps): HouseWatch {
  const { store, clock, runningMs = () => clock.nowMs(), releasedMs, publish, latest, replan, onClockSet } = deps;
  const newestMs = newestRecordMs(store);
  const startedMs = runningMs();
  let grid = gridBefore(store.readings, clock.nowMs());
  let moment: Moment = { wallMs: clock.nowMs(), runningMs: startedMs };
  let said: Readonly<Record<"hold" | "outage" | "loss", string | undefined>> = {
    hold: undefined,
    outage: undefined,
    loss: undefined,
  };

  const say = (level: "info" | "warning" | "error", message: string, about: string): void =>
    publish({ type: "alert", level, message, atMs: clock.nowMs(), about });

  const doubt = (): string | undefined =>
    clockDoubt({ nowMs: clock.nowMs(), newestRecordMs: newestMs, releasedMs, runningMs: runningMs() - startedMs });
  const hold = (): string | undefined => doubt() ?? gridHold(grid, clock.nowMs());

  function lookAtClock(): void {
    const now = { wallMs: clock.nowMs(), runningMs: runningMs() };
    const jumpMs = clockJumpMs(moment, now);
    moment = now;
    if (jumpMs === 0) return;
    const seconds = Math.round(Math.abs(jumpMs) / 1000);
    say("warning", `The clock was set ${jumpMs > 0 ? "forward" : "back"} by ${seconds} s: planning anew.`, "clock");
    onClockSet();
    replan("the clock was set");
  }

  return {
    look: () => {
      lookAtClock();
      const reading = latest(GRID_SIGNAL);
      if (reading) grid = gridStateAfter(grid, reading);
      const now = { hold: hold(), ...store.condition() };
      // Its times change while it lasts: said once.
      if (now.hold !== undefined && said.hold === undefined) say("warning", now.hold, "commands");
      if (now.hold === undefined && said.hold !== undefined) {
        say("info", "Nothing keeps commands back any more: planning anew.", "commands");
        replan("commands may be sent again");
      }
      if (now.outage !== undefined && said.outage === undefined) say("error", now.outage, "store");
      if (now.outage === undefined && said.outage !== undefined)
        say("info", "The disk can be used again: what happened meanwhile has been stored.", "store");
      if (now.loss !== undefined && said.loss !== now.loss) say("error", now.loss, "store");
      said = { hold: now.hold, outage: now.outage, loss: now.loss };
    },
    hold,
    checks: () => {
      const { outage, loss } = store.condition();
      const held = hold();
      const trouble = [outage, loss].filter((each) => each !== undefined);
      return [
        trouble.length === 0
          ? { name: "store", status: "ok", detail: "Everything is stored." }
          : { name: "store", status: "warning", detail: trouble.join(" ") },
        ...(held === undefined ? [] : [{ name: "commands", status: "warning" as const, detail: held }]),
      ];
    },
  };
}

/** A restart does not forget an outage, nor that it is over since a moment only. */
function gridBefore(readings: Store["readings"], nowMs: number): GridState {
  const last = readings.latest(GRID_SIGNAL, nowMs - 2 * GRID_SETTLES_MS);
  const recent = readings
    .between(GRID_SIGNAL, nowMs - 2 * GRID_SETTLES_MS, nowMs + 1)
    .map(([atMs, value]) => ({ atMs, value }));
  return [...(last ? [last] : []), ...recent].reduce<GridState>(gridStateAfter, { kind: "unknown" });
}
