import { InputRung, type InputsReport, type RestsOn } from "@ohmstead/contract";
import { QUARTER_MS } from "../domain/quarter-hours.ts";

type Series = InputsReport["series"][number];
type Stretch = Series["stretches"][number];

/**
 * What each quarter-hour from `fromMs` (on a quarter) until `untilMs` rested on, series by series; neighbours that rest on the same are one stretch.
 * `restsOnAt` gives what the newest plan made before a quarter-hour rested on. A series that any of them knows is counted over the whole period.
 */
export function inputsReport(
  fromMs: number,
  untilMs: number,
  restsOnAt: (quarterMs: number) => readonly RestsOn[],
): InputsReport {
  const quarters: (readonly [ms: number, restsOn: readonly RestsOn[]])[] = [];
  for (let ms = fromMs; ms < untilMs; ms += QUARTER_MS) quarters.push([ms, restsOnAt(ms)]);
  const names = [...new Set(quarters.flatMap(([, restsOn]) => restsOn.map(({ series }) => series)))];
  return {
    fromMs,
    untilMs,
    quarterHours: quarters.length,
    series: names.map((series) => {
      const stretches = stretchesOf(
        quarters.map(([ms, restsOn]) => {
          const found = restsOn.find((each) => each.series === series && each.fromMs <= ms && ms < each.untilMs);
          return { rung: found?.rung, source: found?.source, fromMs: ms, untilMs: ms + QUARTER_MS };
        }),
      );
      return { series, ...countsOf(stretches, quarters.length), stretches };
    }),
  };
}

function stretchesOf(quarters: readonly Stretch[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const quarter of quarters) {
    const last = stretches.at(-1);
    if (last?.rung === quarter.rung && last?.source === quarter.source && last)
      stretches.splice(-1, 1, { ...last, untilMs: quarter.untilMs });
    else stretches.push(quarter);
  }
  return stretches.map(({ rung, source, ...span }) => ({
    ...(rung === undefined ? {} : { rung }),
    ...(source === undefined ? {} : { source }),
    ...span,
  }));
}

function countsOf(stretches: readonly Stretch[], all: number): Pick<Series, "empty" | "rungs"> {
  const quartersOf = (rung: InputRung | undefined): number =>
    stretches
      .filter((each) => each.rung === rung)
      .reduce((sum, each) => sum + (each.untilMs - each.fromMs) / QUARTER_MS, 0);
  return {
    empty: quartersOf(undefined),
    rungs: InputRung.options.flatMap((rung) => {
      const quarterHours = quartersOf(rung);
      return quarterHours > 0 ? [{ rung, quarterHours, share: quarterHours / all }] : [];
    }),
  };
}
