import type { Clock } from "../../domain/clock.ts";
import type { CommandCycle } from "../command-cycle.ts";
import type { ForecastDesk } from "../forecast-desk.ts";
import type { HouseWatch } from "../house-watch.ts";
import type { InputCycle } from "../input-cycle.ts";
import type { NightlyCycle } from "../nightly-cycle.ts";
import type { PeopleCycle } from "../people/people-cycle.ts";
import type { PriceDesk } from "../price-desk.ts";
import type { PlanCycle } from "./plan-cycle.ts";

/** A timer may ring a little early. */
const TIMER_SLACK_MS = 2;
/** Commands are looked after this often in house time, within what a real timer can do. */
const COMMAND_TICK_MS = 5000;
const SHORTEST_TICK_MS = 50;
const LONGEST_TICK_MS = 1000;
/** A tick that comes so late says that we were busy, and deaf. */
const BUSY_MS = 200;
const HEARING_MS = 50;

export interface HeartbeatDeps {
  readonly inputs: Pick<InputCycle, "refresh">;
  readonly forecasts: Pick<ForecastDesk, "refresh">;
  readonly prices: Pick<PriceDesk, "refresh" | "isDue">;
  readonly plans: Pick<PlanCycle, "replanSoon">;
  readonly commands: Pick<CommandCycle, "tick">;
  readonly people: Pick<PeopleCycle, "tick">;
  readonly watch: Pick<HouseWatch, "look">;
  readonly nightly: Pick<NightlyCycle, "runWhenDue">;
  readonly clock: Clock;
  readonly speed: number;
  readonly cycleMs: number;
  readonly stopping: AbortSignal;
  readonly keepTrackOf: (work: Promise<unknown>) => void;
}

/** What makes time pass: plans at every cycle, commands and prices about every second. */
export function startHeartbeat(deps: HeartbeatDeps): void {
  const { inputs, forecasts, prices, plans, commands, people, watch, nightly } = deps;
  const { clock, speed, cycleMs, stopping, keepTrackOf } = deps;
  const sleepMs = (houseMs: number) => clock.sleep(houseMs, stopping).catch(() => undefined);

  async function planByTime(): Promise<void> {
    for (let cause = "start"; !stopping.aborted; cause = "time") {
      await Promise.all([inputs.refresh(), forecasts.refresh(), ...(cause === "start" ? [prices.refresh()] : [])]);
      if (stopping.aborted) return;
      plans.replanSoon(cause);
      keepTrackOf(nightly.runWhenDue());
      await sleepMs(cycleMs - (clock.nowMs() % cycleMs) + TIMER_SLACK_MS * speed);
    }
  }

  let asking: Promise<void> | undefined;
  /** Prices do not wait for the plan cycle, nor commands for prices. */
  function lookAtPrices(): void {
    if (asking || !prices.isDue()) return;
    asking = askForPrices().finally(() => {
      asking = undefined;
    });
    keepTrackOf(asking);
  }
  async function askForPrices(): Promise<void> {
    if (await prices.refresh()) plans.replanSoon("new prices");
  }

  async function lookAfterCommands(): Promise<void> {
    const realMs = Math.min(LONGEST_TICK_MS, Math.max(SHORTEST_TICK_MS, COMMAND_TICK_MS / speed));
    while (!stopping.aborted) {
      watch.look();
      lookAtPrices();
      people.tick();
      commands.tick();
      const beforeMs = clock.nowMs();
      await sleepMs(realMs * speed);
      // After a plan that took long: what has come in meanwhile is heard before anybody is found to be late.
      if ((clock.nowMs() - beforeMs) / speed > realMs + BUSY_MS) await sleepMs(HEARING_MS * speed);
    }
  }

  keepTrackOf(planByTime());
  keepTrackOf(lookAfterCommands());
}
