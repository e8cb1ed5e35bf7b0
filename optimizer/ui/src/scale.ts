import type { Panel, Side } from "./shape.ts";

export interface Scale {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}

/** The values an axis must reach from and to, with a little air; `undefined` when no line is on that side. */
export function scaleOf(panel: Panel, side: Side, isHidden: (id: string) => boolean): Scale | undefined {
  const onSide = panel.lines.filter((line) => line.side === side);
  const shown = onSide.filter(({ id }) => !isHidden(id));
  const unit = (shown[0] ?? onSide[0])?.unit;
  if (unit === undefined) return undefined;
  const values = shown.flatMap(({ past, future }) =>
    [...past, ...future].flatMap(({ value, endValue }) => [value, endValue]),
  );
  if (side === "left")
    values.push(...panel.bands.flatMap(({ spans }) => spans.flatMap(({ low, high }) => [low, high])));
  if (unit === "%") return { unit, min: -4, max: 104 }; // the line keeps its width at empty and full
  const [min, max] = [Math.min(...values), Math.max(...values)];
  if (panel.key === "battery") {
    // Zero in the middle, so that giving and taking have the same room.
    const reach = values.length > 0 ? Math.max(0.5, max, -min) * 1.15 : 1;
    return { unit, min: -reach, max: reach };
  }
  if (panel.key === "temperature") return { unit, ...withAir(min, max, side === "left" ? 3 : 15) };
  // Twenty of the smallest steps that are written: 0.02 €, 2 Ft.
  const least = panel.key === "price" ? 20 / 10 ** (panel.lines[0]?.digits ?? 0) : 1;
  const top = Math.max(least, max);
  const bottom = Math.min(0, min);
  const air = (top - bottom) * 0.08;
  return { unit, min: bottom < 0 ? bottom - air : 0, max: top + air };
}

function withAir(min: number, max: number, leastSpan: number): { readonly min: number; readonly max: number } {
  if (min > max) return { min: 0, max: leastSpan };
  const air = Math.max((max - min) * 0.08, (leastSpan - (max - min)) / 2);
  return { min: min - air, max: max + air };
}
