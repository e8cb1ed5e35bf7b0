import { PlanRung } from "@ohmstead/contract";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Appliance, Counters } from "../../cycles/appliance.ts";

/** What the HTTP face counts itself. */
export interface FaceCounters {
  readonly authFailures: () => number;
  readonly listenersDropped: () => number;
}

const COMMAND_COUNTERS = {
  commands_sent_total: { event: "sent", help: "Commands the carrier has begun to carry out" },
  commands_success_total: { event: "verified", help: "Commands whose effect was seen in the readings" },
  commands_failure_total: { event: "failed", help: "Commands that no further attempt could help" },
  commands_dead_lettered_total: { event: "deadLettered", help: "Commands given up after all attempts" },
  command_retry_total: { event: "retried", help: "Further attempts of commands" },
} as const;

const BREAKER_VALUE = { closed: 0, halfOpen: 1, open: 2 } as const;

/** Counts are kept by the appliance; at each reading the registry is set to them. Figures of the process and of Node begin now. */
export function createMetrics(appliance: Pick<Appliance, "counters">, face: FaceCounters) {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const plans = new Counter({ name: "plans_total", help: "Plans made", labelNames: ["rung"], registers });
  const runtime = new Gauge({ name: "optimization_runtime_seconds", help: "Time of the last solve", registers });
  const duration = new Gauge({
    name: "command_duration_seconds",
    help: "From decision to acknowledged, first attempts of the last thousand commands",
    labelNames: ["quantile"],
    registers,
  });
  const breakers = new Gauge({
    name: "circuit_breaker_state",
    help: "0 closed, 1 half-open, 2 open",
    labelNames: ["device"],
    registers,
  });
  const writes = new Gauge({
    name: "device_writes_used",
    help: "Attempts carried to the device in the last 24 hours",
    labelNames: ["device"],
    registers,
  });
  const drifts = new Counter({
    name: "state_drift_detected_total",
    help: "Devices found otherwise than they had been told",
    labelNames: ["kind"],
    registers,
  });
  const overrides = new Gauge({ name: "user_overrides_active", help: "Wishes of people that hold now", registers });
  const listeners = new Gauge({ name: "event_listeners", help: "Listeners to events now", registers });
  const writable = new Gauge({
    name: "store_writable",
    help: "1 while everything is stored, 0 while the house is controlled from memory",
    registers,
  });
  const commands = Object.entries(COMMAND_COUNTERS).map(([name, { event, help }]) => ({
    metric: counter(name, help),
    event,
  }));
  const counts: readonly (readonly [Counter, (counters: Counters) => number])[] = [
    ...commands.map(({ metric, event }) => [metric, (now: Counters) => now.commands[event] ?? 0] as const),
    [counter("telemetry_accepted_total", "Readings taken"), (now) => now.readingsAccepted],
    [counter("telemetry_rejected_total", "Readings refused"), (now) => now.readingsRejected],
    [counter("auth_failures_total", "Requests without a valid token"), () => face.authFailures()],
    [counter("event_listeners_dropped_total", "Listeners cut off for not reading"), () => face.listenersDropped()],
  ];
  collectDefaultMetrics({ register: registry });

  return {
    contentType: registry.contentType,
    text: (): Promise<string> => {
      const now = appliance.counters();
      for (const [metric, count] of counts) {
        metric.reset();
        metric.inc(count(now));
      }
      plans.reset();
      const byRung = { ...Object.fromEntries(PlanRung.options.map((rung) => [rung, 0])), ...now.plansMade };
      for (const [rung, made] of Object.entries(byRung)) plans.inc({ rung }, made);
      const { p50, p95, p99 } = now.acknowledgedInS;
      for (const [quantile, seconds] of Object.entries({ 0.5: p50, 0.95: p95, 0.99: p99 }))
        if (seconds !== undefined) duration.set({ quantile }, seconds);
      for (const { deviceId, breaker, writes: written } of now.devices) {
        breakers.set({ device: deviceId }, BREAKER_VALUE[breaker]);
        writes.set({ device: deviceId }, written.used);
      }
      drifts.reset();
      for (const [kind, found] of Object.entries(now.deviations)) drifts.inc({ kind }, found);
      overrides.set(now.overridesActive);
      runtime.set(now.lastSolveMs / 1000);
      listeners.set(now.listeners);
      writable.set(now.isStoreWritable ? 1 : 0);
      return registry.metrics();
    },
  };
}
