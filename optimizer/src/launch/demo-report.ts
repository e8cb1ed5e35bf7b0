import { writeFileSync } from "node:fs";
import type { Command, CommandEvent } from "@ohmstead/contract";
import type { HouseReport } from "../simulator/house-pair.ts";
import type { Demo, DemoDays } from "./compose-demo.ts";

/** The hardest limits of the demo house: what its devices must never leave. Shares and °C. */
const BOUNDS = { soc: { min: 0.05, max: 1 }, tankTempC: { min: 38, max: 78 } };

interface CommandOutcome {
  readonly device: string;
  readonly intent: Command["intent"];
  readonly state: Command["state"];
  readonly atUtc: string;
  /** What the event log says last. */
  readonly why: string;
}

export interface DemoReport {
  readonly days: DemoDays;
  readonly fromUtc: string;
  readonly untilUtc: string;
  readonly hours: number;
  readonly speed: number;
  readonly plans: { readonly made: number; readonly byRung: Readonly<Record<string, number>> };
  readonly commands: {
    readonly issued: number;
    readonly verified: number;
    readonly failed: number;
    readonly retried: number;
    /** Issued and never verified: each with its reason. */
    readonly notVerified: readonly CommandOutcome[];
  };
  readonly comfort: Readonly<
    Record<
      "withControl" | "withoutControl",
      {
        readonly roomMinutesOutside: number;
        readonly roomKelvinHours: number;
        readonly tankMinutesOutside: number;
        readonly tankKelvinHours: number;
      }
    >
  >;
  readonly bounds: {
    readonly violations: readonly string[];
    readonly soc: HouseReport["controlled"]["soc"];
    readonly tankTempC: HouseReport["controlled"]["tankTempC"];
  };
  readonly money: {
    readonly currency: string;
    readonly cost: number;
    readonly costWithoutControl: number;
    /** Worth of what is left in battery, walls and tank, with control less without. */
    readonly storedValueDifference: number;
    readonly saved: number;
  };
  readonly meters: {
    readonly withControl: HouseReport["controlled"];
    readonly withoutControl: HouseReport["oldRules"];
  };
}

async function ask<T>(url: string, token: string): Promise<T> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** `plans_total{rung="full"} 12` → { full: 12 } */
async function plansByRung({ optimizerUrl, token }: Demo): Promise<Record<string, number>> {
  const response = await fetch(`${optimizerUrl}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  return Object.fromEntries(
    [...text.matchAll(/^plans_total\{rung="(\w+)"\} (\d+)/gm)].map(([, rung, count]) => [rung, Number(count)]),
  );
}

type Range = HouseReport["controlled"]["soc"];

const broken = (what: string, { min, max }: Range, bound: Range): string[] => [
  ...(min < bound.min ? [`${what} fell to ${min.toFixed(3)}, below ${bound.min}`] : []),
  ...(max > bound.max ? [`${what} rose to ${max.toFixed(3)}, above ${bound.max}`] : []),
];

const brokenBounds = ({ soc, tankTempC }: HouseReport["controlled"]): string[] => [
  ...broken("battery state of charge", soc, BOUNDS.soc),
  ...broken("tank temperature", tankTempC, BOUNDS.tankTempC),
];

const comfortOf = ({ roomBelow, roomAbove, tankBelow, tankAbove }: HouseReport["controlled"]) => ({
  roomMinutesOutside: roomBelow.minutes + roomAbove.minutes,
  roomKelvinHours: roomBelow.kelvinHours + roomAbove.kelvinHours,
  tankMinutesOutside: tankBelow.minutes + tankAbove.minutes,
  tankKelvinHours: tankBelow.kelvinHours + tankAbove.kelvinHours,
});

const explain = ({ type, cause }: CommandEvent): string => (cause ? `${type}: ${cause}` : type);

/** What happened since the demo's first moment, from the simulated meters and the optimizer's own log. */
export async function reportOf(demo: Demo, days: DemoDays): Promise<DemoReport> {
  const [house, commands, byRung] = await Promise.all([
    ask<HouseReport>(`${demo.houseUrl}/simulator/report`, demo.houseToken),
    ask<readonly Command[]>(`${demo.optimizerUrl}/api/v1/commands?limit=10000`, demo.token),
    plansByRung(demo),
  ]);
  const logs = await Promise.all(
    commands.map(async (command) => ({
      command,
      events: await ask<readonly CommandEvent[]>(
        `${demo.optimizerUrl}/api/v1/commands/${command.id}/events`,
        demo.token,
      ),
    })),
  );
  const wasVerified = ({ events }: (typeof logs)[number]) => events.some(({ type }) => type === "verified");
  return {
    days,
    fromUtc: new Date(house.fromMs).toISOString(),
    untilUtc: new Date(house.nowMs).toISOString(),
    hours: house.controlled.hours,
    speed: demo.clock.speed,
    plans: { made: Object.values(byRung).reduce((a, b) => a + b, 0), byRung },
    commands: {
      issued: commands.length,
      verified: logs.filter(wasVerified).length,
      failed: commands.filter(({ state }) => state === "failed").length,
      retried: logs.filter(({ events }) => events.some(({ type }) => type === "retried")).length,
      notVerified: logs
        .filter((each) => !wasVerified(each))
        .map(({ command, events }) => ({
          device: command.deviceId,
          intent: command.intent,
          state: command.state,
          atUtc: new Date(command.createdAtMs).toISOString(),
          why: events.slice(-2).map(explain).join("; "),
        })),
    },
    comfort: { withControl: comfortOf(house.controlled), withoutControl: comfortOf(house.oldRules) },
    bounds: {
      violations: brokenBounds(house.controlled),
      soc: house.controlled.soc,
      tankTempC: house.controlled.tankTempC,
    },
    money: {
      currency: house.currency,
      cost: house.controlled.cost,
      costWithoutControl: house.oldRules.cost,
      storedValueDifference: house.stock.valueDifference,
      saved: house.saved,
    },
    meters: { withControl: house.controlled, withoutControl: house.oldRules },
  };
}

/** The report in a few lines for a person. */
export function describeReport({ hours, plans, commands, comfort, bounds, money }: DemoReport): string {
  const amount = (value: number) => `${value.toFixed(2)} ${money.currency}`;
  return [
    `${hours.toFixed(1)} hours, ${plans.made} plans (${Object.entries(plans.byRung)
      .map(([rung, count]) => `${count} ${rung}`)
      .join(", ")})`,
    `commands: ${commands.issued} issued, ${commands.verified} verified, ${commands.failed} failed, ${commands.notVerified.length} not verified`,
    ...commands.notVerified.map(
      ({ device, intent, state, atUtc, why }) => `  ${atUtc} ${device} ${intent.kind}: ${state} (${why})`,
    ),
    `outside comfort: room ${Math.round(comfort.withControl.roomMinutesOutside)} min (${comfort.withControl.roomKelvinHours.toFixed(2)} Kh), hot water ${Math.round(comfort.withControl.tankMinutesOutside)} min; without control ${Math.round(comfort.withoutControl.roomMinutesOutside)} min (${comfort.withoutControl.roomKelvinHours.toFixed(2)} Kh) and ${Math.round(comfort.withoutControl.tankMinutesOutside)} min`,
    `bounds left: ${bounds.violations.length === 0 ? "none" : bounds.violations.join("; ")}`,
    `cost ${amount(money.cost)}, without control ${amount(money.costWithoutControl)}, worth of what is left ${amount(money.storedValueDifference)} more: saved ${amount(money.saved)}`,
  ].join("\n");
}

export const writeReport = (path: string, report: DemoReport): void =>
  writeFileSync(path, `${JSON.stringify(report, undefined, 2)}\n`);
