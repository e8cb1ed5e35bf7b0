import type { ServiceEvent } from "@ohmstead/contract";
import type { Access, Alarm, AlarmLevel, CaseRecord, SeenDeviation, Send, Write } from "./record.ts";

/** Writes down what happens, as it happens. */
export interface Recorder {
  readonly writes: Write[];
  readonly sends: Send[];
  readonly accesses: Access[];
  alarm(level: AlarmLevel, about: string, message: string): void;
  /** What the optimizer told the world. */
  heard(event: ServiceEvent): void;
  record(): Pick<CaseRecord, "writes" | "sends" | "accesses" | "alarms" | "deviations" | "retained">;
}

export function createRecorder(deviceIds: readonly string[], nowMs: () => number): Recorder {
  const alarms: Alarm[] = [];
  const deviations: SeenDeviation[] = [];
  const retained: string[] = [];
  const alarm = (level: AlarmLevel, about: string, message: string): void => {
    alarms.push({ atMs: nowMs(), level, about, message });
  };
  const writes: Write[] = [];
  const sends: Send[] = [];
  const accesses: Access[] = [];
  return {
    writes,
    sends,
    accesses,
    record: () => ({ writes, sends, accesses, alarms, deviations, retained }),
    alarm,
    heard: (event) => {
      if (event.type === "deviation")
        deviations.push({ atMs: nowMs(), deviceId: event.deviation.deviceId, kind: event.deviation.kind });
      // The contract forbids it; the judge believes no contract.
      if (event.type === "command")
        for (const call of event.command.calls as readonly { topic?: string; retain?: boolean }[])
          if (call.retain && call.topic !== undefined) retained.push(call.topic);
      if (event.type !== "alert") return;
      const named = deviceIds.find((id) => event.message.startsWith(`${id}:`));
      alarm(event.level, event.about ?? named ?? "optimizer", event.message);
    },
  };
}
