import { restsText } from "./rests.ts";
import { type Line, lineValueAt, type PanelKey, type Picture } from "./shape.ts";
import { momentText, shortMomentText } from "./time-axis.ts";
import { valueText } from "./value-text.ts";

export interface Extreme {
  readonly value: number;
  readonly atMs: number;
}

/** A line in numbers, for tests and for people who listen to the page. */
export interface LineSummary {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly digits: number | undefined;
  readonly panel: PanelKey;
  readonly now: number | undefined;
  /** Of the future; `undefined` when nothing is planned. */
  readonly lowest: Extreme | undefined;
  readonly highest: Extreme | undefined;
  /** Where the plan ends. */
  readonly last: number | undefined;
  /** Where its future comes from, where not all of it is the best source's word. */
  readonly rests: string | undefined;
}

export interface PictureSummary {
  readonly nowMs: number;
  readonly untilMs: number;
  readonly text: string;
  readonly lines: readonly LineSummary[];
}

export function summaryOf(picture: Picture): PictureSummary {
  const { nowMs, untilMs, timeZone } = picture;
  const lines = picture.panels.flatMap((panel) =>
    panel.lines.map((line): LineSummary => {
      const { id, label, unit, digits } = line;
      return {
        id,
        label,
        unit,
        digits,
        panel: panel.key,
        now: lineValueAt(line, nowMs, nowMs),
        lowest: extreme(line, (a, b) => a < b),
        highest: extreme(line, (a, b) => a > b),
        last: line.future.at(-1)?.endValue,
        rests: restsText(line.rests, panel.key === "price" ? "price" : "sun", (ms) =>
          shortMomentText(ms, nowMs, timeZone),
        ),
      };
    }),
  );
  const text = `Plan from ${momentText(nowMs, timeZone)} until ${momentText(untilMs, timeZone)}. ${lines
    .map((line) => lineText(line, picture))
    .join(" ")}`;
  return { nowMs, untilMs, text, lines };
}

function extreme({ future }: Line, beats: (a: number, b: number) => boolean): Extreme | undefined {
  const ends = future.flatMap(({ startMs, endMs, value, endValue }): Extreme[] => [
    { value, atMs: startMs },
    { value: endValue, atMs: endMs },
  ]);
  const [first, ...others] = ends;
  return first && others.reduce((best, each) => (beats(each.value, best.value) ? each : best), first);
}

/** For example "Import price now 0.150 €/kWh, from 0.111 €/kWh (Sat 01:00) to 1.896 €/kWh (19:00)." */
export function lineText(line: LineSummary, { nowMs, timeZone }: Picture): string {
  const { label, unit, digits, now, lowest, highest, rests } = line;
  const start = `${label} ${now === undefined ? "now unknown" : `now ${valueText(now, unit, digits)}`}`;
  if (!lowest || !highest) return `${start}, nothing planned.`;
  const at = (each: Extreme) =>
    `${valueText(each.value, unit, digits)} (${shortMomentText(each.atMs, nowMs, timeZone)})`;
  return `${start}, from ${at(lowest)} to ${at(highest)}.${rests === undefined ? "" : ` ${rests}`}`;
}
