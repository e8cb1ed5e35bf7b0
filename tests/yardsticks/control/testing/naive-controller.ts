import type { Command, CommandEvent, CommandEventType, Intent } from "@ohmstead/contract";
import { judgeAll } from "../../../../optimizer/src/commands/expectations.ts";
import type { CommandCycle, CommandCycleDeps } from "../../../../optimizer/src/cycles/command-cycle.ts";
import { wantedOf } from "../../../../optimizer/src/commands/wanted.ts";
import { NotFound } from "../../../../optimizer/src/domain/errors.ts";
import type { CycleMaker } from "../program.ts";

/** Ways to be wrong that others have been. */
export type Fault =
  | "believesAnswers"
  | "neverRetries"
  | "putsBack"
  | "sendsAgain"
  | "readsSilence"
  | "leavesAsIs"
  | "saysNothing"
  | "seesPeople"
  | "keepsOld";

const RETRY_MS = 60_000;
const DEADLINE_MS = 300_000;
const MOST_ATTEMPTS = 5;
const SILENT_MS = 60_000;

/**
 * A controller of a few lines: orders what the plan wants, proves it by the readings, tries again a few times, leaves changes by others alone. It
 * exists to be spoilt: with a fault the judge must see it, without the judge must be content.
 */
export const naiveController =
  (fault?: Fault): CycleMaker =>
  ({ devices, clock, publish, readings }: CommandCycleDeps): CommandCycle => {
    const log = new Map<string, { command: Command; events: CommandEvent[] }>();
    const newest = new Map<string, string>();
    let isLeaving = false;
    const nowMs = (): number => clock.nowMs();

    function note(id: string, type: CommandEventType, state: Command["state"], cause: string): void {
      const entry = log.get(id);
      if (!entry) return;
      const { command, events } = entry;
      const event = {
        id: `${id}:${events.length}`,
        commandId: id,
        type,
        attempt: command.attempt,
        atMs: nowMs(),
        cause,
      };
      entry.events = [...events, event];
      entry.command = { ...command, state, changedAtMs: nowMs() };
    }
    const offer = (id: string): void => {
      const command = log.get(id)?.command;
      if (command) publish({ type: "command", command });
    };

    function order(deviceId: string, intent: Intent, planId: string, untilMs: number): void {
      const device = devices.get(deviceId);
      if (!device) return;
      const before = newest.get(deviceId);
      const live = before === undefined ? undefined : log.get(before)?.command;
      if (before !== undefined && live && !["verified", "deadLettered"].includes(live.state)) {
        note(before, "superseded", "superseded", "something else is wanted");
        if (fault !== "keepsOld") publish({ type: "withdraw", commandId: before });
      }
      const id = `${deviceId}-${log.size}`;
      const command: Command = {
        id,
        deviceId,
        intent,
        reason: "",
        origin: { kind: "plan" },
        carrier: "homeAssistant",
        calls: device.translate(intent),
        expectations: device.expects(intent),
        planId,
        createdAtMs: nowMs(),
        validUntilMs: untilMs,
        state: "pending",
        attempt: 1,
        changedAtMs: nowMs(),
      };
      log.set(id, { command, events: [] });
      newest.set(deviceId, id);
      note(id, "created", "pending", "");
      offer(id);
    }

    function review(): void {
      const known = readings();
      for (const [deviceId, id] of newest) {
        const command = log.get(id)?.command;
        if (!command) continue;
        const time = { acknowledgedAtMs: command.changedAtMs, nowMs: nowMs(), settleMs: 120_000 };
        const verdict = judgeAll(command.expectations, known, time);
        const isSilent = command.expectations.some(
          (each) => "source" in each && nowMs() - (known.get(each.source)?.atMs ?? 0) > SILENT_MS,
        );
        if (command.state === "verified") {
          if (verdict !== "met" && fault === "seesPeople")
            publish({ type: "deviation", deviation: { deviceId, kind: "override", atMs: nowMs(), detail: "" } });
          if ((verdict === "unmet" && fault === "putsBack") || (isSilent && fault === "readsSilence")) again(id);
        } else if (verdict === "met" && command.state === "acknowledged") note(id, "verified", "verified", "shown");
        else if (["acknowledged", "retrying"].includes(command.state)) {
          const waitMs = command.state === "retrying" ? RETRY_MS * 1.5 ** command.attempt : DEADLINE_MS;
          if (nowMs() - command.changedAtMs >= waitMs) giveUpOrRetry(deviceId, id, command);
        }
      }
    }

    function giveUpOrRetry(deviceId: string, id: string, command: Command): void {
      if (fault !== "saysNothing")
        publish({ type: "deviation", deviation: { deviceId, kind: "noEffect", atMs: nowMs(), detail: "" } });
      if (fault === "neverRetries") return;
      if (command.attempt < MOST_ATTEMPTS) {
        again(id);
        return;
      }
      note(id, "deadLettered", "deadLettered", "no effect");
      if (fault !== "saysNothing")
        publish({ type: "alert", level: "warning", message: `${deviceId}: no effect`, atMs: nowMs(), about: deviceId });
    }

    function again(id: string): void {
      const entry = log.get(id);
      if (!entry) return;
      entry.command = { ...entry.command, attempt: entry.command.attempt + 1 };
      note(id, "retried", "pending", "again");
      offer(id);
    }

    const find = (id: string) => {
      const entry = log.get(id);
      if (!entry) throw new NotFound(`there is no command "${id}"`);
      return entry;
    };
    const all = (): Command[] => [...log.values()].map(({ command }) => command);
    const cycle: Partial<CommandCycle> = {
      onPlan: (plan) => {
        if (isLeaving) return;
        for (const device of devices.values()) {
          const wanted = wantedOf(plan, device.deviceId, nowMs(), (intent) => intent);
          const before = newest.get(device.deviceId);
          const same =
            before !== undefined && JSON.stringify(find(before).command.intent) === JSON.stringify(wanted?.intent);
          if (wanted && (!same || fault === "sendsAgain"))
            order(device.deviceId, wanted.intent, plan.id, wanted.untilMs);
        }
        review();
      },
      onReadings: review,
      onFallback: () => {},
      tick: review,
      onReport: (id, report) => {
        const { command } = find(id);
        if (report.attempt !== command.attempt) return command;
        if (report.type === "sent") note(id, "sent", "sent", "");
        else if (report.type === "failed") note(id, "attemptFailed", "retrying", report.detail);
        else if (fault === "believesAnswers") note(id, "verified", "verified", "it said so");
        else note(id, "acknowledged", "acknowledged", "");
        return find(id).command;
      },
      open: () => all(),
      isAtRest: () => all().every(({ state }) => ["verified", "superseded", "deadLettered"].includes(state)),
      toCarry: () => all().filter(({ state }) => state === "pending" || state === "sent"),
      list: () => all().toReversed(),
      find: (id) => find(id).command,
      events: (id) => find(id).events,
      goSafe: () => {
        if (fault === "leavesAsIs") return;
        isLeaving = true;
        for (const device of devices.values()) order(device.deviceId, device.safeIntent, "", nowMs() + 3_600_000);
      },
    };
    return cycle as CommandCycle;
  };
