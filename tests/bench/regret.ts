// `npm run regret -- --prices prices.csv …`: a battery re-planned through a year of recorded prices, beside the same year with everything
// known from the first day, and without a battery. "Reached" is the share of what could be saved that was.
import { resolve } from "node:path";
import { DateTime } from "luxon";
import { MS_PER_HOUR } from "@ohmstead/contract";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { aboveZero, argumentsOf, reading, refuse } from "../support/command-line.ts";
import { type KnownUntil, perfectForesight, rolling, withoutBattery } from "./regret/battery-year.ts";
import { readYear, type Tariff } from "./regret/year.ts";

const USAGE = `Usage: npm run regret -- --prices <csv> [options]
  --column <name>           price column, default the first
  --export-column <name>    price for what is fed in, default the same column
  --unit <number>           currency per kWh for one unit of the column: 0.001 for EUR/MWh, 0.01 for pence
  --buy <factor,add>        price at the meter = factor · price + add, default 1,0
  --sell <factor,add>       default 1,0
  --time-zone <IANA>        default UTC
  --published <HH:MM>       when the next day's prices are out, local time, default 13:00
  --load <csv>              load of any house; --load-column, --pv-column, --load-unit (kW per unit)
  --load-kw <number>        without a file, default 0.5
  --battery <kWh,kW,eff,wear>   default 10,5,0.95,0.015
  --horizon <hours>         default 48
  --every <hours>           default 1
  --days <count>            only the first days of the file`;

const { values } = argumentsOf(USAGE, {
  options: {
    prices: { type: "string" },
    column: { type: "string" },
    "export-column": { type: "string" },
    unit: { type: "string", default: "0.001" },
    buy: { type: "string", default: "1,0" },
    sell: { type: "string", default: "1,0" },
    "time-zone": { type: "string", default: "UTC" },
    published: { type: "string", default: "13:00" },
    load: { type: "string" },
    "load-column": { type: "string", default: "load_w" },
    "pv-column": { type: "string" },
    "load-unit": { type: "string", default: "0.001" },
    "load-kw": { type: "string", default: "0.5" },
    battery: { type: "string", default: "10,5,0.95,0.015" },
    horizon: { type: "string", default: "48" },
    every: { type: "string", default: "1" },
    days: { type: "string" },
  },
});
const pricesFile = values.prices ?? refuse(USAGE, "--prices is missing: a CSV file of prices");

const pathOf = (path: string): string => resolve(process.env.INIT_CWD ?? ".", path);
const numbers = (text: string): number[] => text.split(",").map(Number);
const tariffOf = (text: string): Tariff => {
  const [factor = 1, add = 0] = numbers(text);
  return { factor, add };
};
const [capacityKwh = 10, kw = 5, efficiency = 0.95, wear = 0.015] = numbers(values.battery);
const battery = { capacityKwh, kw, efficiency, wear };
const timeZone = values["time-zone"];

const year = reading(() =>
  readYear({
    prices: pathOf(pricesFile),
    column: values.column,
    exportColumn: values["export-column"],
    unit: Number(values.unit),
    buy: tariffOf(values.buy),
    sell: tariffOf(values.sell),
    load: values.load === undefined ? undefined : pathOf(values.load),
    loadColumn: values["load-column"],
    pvColumn: values["pv-column"],
    loadUnit: Number(values["load-unit"]),
    loadKw: Number(values["load-kw"]),
    days: values.days === undefined ? undefined : aboveZero(USAGE, "days", values.days),
  }),
);

const horizonHours = aboveZero(USAGE, "horizon", values.horizon);
const everyHours = aboveZero(USAGE, "every", values.every);
/** Today's prices, and from the time of publication tomorrow's. */
const published: KnownUntil = (nowMs) => {
  const now = DateTime.fromMillis(nowMs, { zone: timeZone });
  const isOut = now.toFormat("HH:mm") >= values.published;
  return now
    .startOf("day")
    .plus({ days: isOut ? 2 : 1 })
    .toMillis();
};
const VARIANTS: readonly { readonly what: string; readonly knownUntil: KnownUntil }[] = [
  { what: `prices known for ${horizonHours} h`, knownUntil: (nowMs) => nowMs + horizonHours * MS_PER_HOUR },
  { what: `prices known as published at ${values.published}`, knownUntil: published },
];

const solver = createSolver();
const seconds = (fromMs: number): string => `${((performance.now() - fromMs) / 1000).toFixed(0)} s`;
try {
  const beganMs = performance.now();
  const none = withoutBattery(year);
  const best = perfectForesight(year, battery);
  console.log(`${year.slots.length} slots from ${new Date(year.slots[0]?.startMs ?? 0).toISOString()}`);
  console.log(`without a battery         ${none.toFixed(2)}`);
  console.log(
    `everything known          ${best.cost.toFixed(2)}   saves ${(none - best.cost).toFixed(2)}, ${best.dischargedKwh.toFixed(0)} kWh given out, ${seconds(beganMs)}`,
  );
  for (const { what, knownUntil } of VARIANTS) {
    const variantMs = performance.now();
    const run = await rolling(year, battery, solver, { horizonHours, everyHours, timeZone, knownUntil });
    const reached = (100 * (none - run.cost)) / (none - best.cost);
    console.log(
      `${what.padEnd(40)} ${run.cost.toFixed(2)}   reached ${reached.toFixed(2)} % (${run.plans} plans, ${run.dischargedKwh.toFixed(0)} kWh given out, ${seconds(variantMs)})`,
    );
  }
} finally {
  await solver.stop();
}
