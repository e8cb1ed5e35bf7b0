import { setTimeout as wait } from "node:timers/promises";
import { composeDemo, type Demo, demoEndMs, type DemoSetup, realMsUntil } from "./compose-demo.ts";
import { describeReport, reportOf, writeReport } from "./demo-report.ts";
import { keepRunning } from "./keep-running.ts";
import { freePort } from "./ports.ts";
import { untilSignal } from "./until-signal.ts";

export interface DemoOptions extends Omit<DemoSetup, "onLine"> {
  readonly hours?: number;
  readonly report?: string;
  readonly verbose?: boolean;
}

function greet(demo: Demo, { days, speed, hours }: DemoOptions): void {
  console.log(`
The demo house lives through a ${days} week, ${speed} times as fast as you${hours === undefined ? "" : `, for ${hours} of its hours`}.

  Dashboard     ${demo.nodeRedUrl}/dashboard
  Flow editor   ${demo.nodeRedUrl}
  Status page   ${demo.optimizerUrl}/#token=${demo.token}
${hours === undefined ? "\nCtrl-C ends it.\n" : ""}`);
}

/** Waits for the end of the data or of the hours asked for; false when the signal came first. */
const livedTo = (demo: Demo, endMs: number, signal: AbortSignal): Promise<boolean> =>
  wait(Math.max(0, realMsUntil(demo.clock, endMs)), true, { signal }).catch(() => false);

async function liveOnce(options: DemoOptions, signal: AbortSignal): Promise<boolean> {
  const { days, host, ports, hours, report: path, verbose } = options;
  const free = {
    house: await freePort(ports.house, host, "simulated house", `npm start -- --house-port ${ports.house + 10}`),
    optimizer: await freePort(
      ports.optimizer,
      host,
      "optimizer",
      `npm start -- --optimizer-port ${ports.optimizer + 10}`,
    ),
    nodeRed: await freePort(ports.nodeRed, host, "dashboard", `npm start -- --port ${ports.nodeRed + 10}`),
  };
  const onLine = (service: string, line: string) => {
    if (verbose) console.log(`[${service}] ${line}`);
  };
  const demo = await composeDemo({ ...options, ports: free, onLine });
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener("abort", end, { once: true });
  // The signal may have come while the processes were starting.
  if (signal.aborted) end();
  greet(demo, options);
  const kept = [
    keepRunning(demo.optimizer, () => demo.startOptimizerAgain(), ending.signal, console.error),
    keepRunning(demo.nodeRed, () => demo.startNodeRedAgain(), ending.signal, console.error),
  ];
  try {
    const isOver = await livedTo(demo, demoEndMs(days, hours), ending.signal);
    if (isOver && (path !== undefined || hours !== undefined)) {
      const report = await reportOf(demo, days);
      if (path !== undefined) writeReport(path, report);
      console.log(describeReport(report));
    }
    return isOver;
  } finally {
    signal.removeEventListener("abort", end);
    ending.abort();
    await Promise.all(kept);
    await demo.house.stop();
  }
}

/** The composed appliance on the simulated house. Without `hours` the week begins anew at its end, until Ctrl-C. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const signal = untilSignal();
  while (await liveOnce(options, signal)) {
    if (options.hours !== undefined || options.report !== undefined || signal.aborted) return;
    console.log("The recorded week is over: it begins anew.");
  }
}
