import type uPlot from "uplot";
import { type Hatch, HATCHES, hatchPattern } from "./hatch.ts";
import type { Inks } from "./inks.ts";
import type { Span } from "./points.ts";
import { byRung } from "./rests.ts";
import type { Band, Line, Panel, Picture } from "./shape.ts";

/** What one panel draws, and how; replaced as a whole when any of it changes. */
export interface Scene {
  readonly picture: Picture;
  readonly panel: Panel;
  readonly inks: Inks;
  readonly isHidden: (id: string) => boolean;
  readonly isFirst: boolean;
  readonly isNarrow: boolean;
}

const FILL_ALPHA = 0.2;
const HATCH_ALPHA = 0.55;
/** kW: less is rest. */
const LEAST_BAR = 0.005;

/** Under axes and lines: the past, hours that pay, the comfort bands. */
export function paintGround(plot: uPlot, scene: Scene): void {
  const { picture, panel, inks } = scene;
  inPlot(plot, (ctx) => {
    const { top, height } = plot.bbox;
    const x = (atMs: number) => wholeX(plot, atMs);
    ctx.fillStyle = inks.past;
    ctx.fillRect(x(picture.fromMs), top, x(picture.nowMs) - x(picture.fromMs), height);
    for (const line of panel.lines.filter(({ inkBelowZero }) => inkBelowZero === "belowZero"))
      for (const { startMs, endMs } of [...line.past, ...line.future].filter(({ value }) => value < 0)) {
        ctx.globalAlpha = 0.14;
        ctx.fillStyle = inks.pays;
        ctx.fillRect(x(startMs), top, x(endMs) - x(startMs), height);
      }
    for (const band of panel.bands) paintBand(plot, ctx, band, inks);
  });
}

/** A whole pixel, or a seam shows where two spans touch. */
const wholeX = (plot: uPlot, atMs: number): number => Math.round(plot.valToPos(atMs, "x", true));

function paintBand(plot: uPlot, ctx: CanvasRenderingContext2D, band: Band, inks: Inks): void {
  ctx.globalAlpha = 0.16;
  ctx.fillStyle = inks[band.ink];
  for (const { startMs, endMs, low, high } of band.spans) {
    const [left, right] = [wholeX(plot, startMs), wholeX(plot, endMs)];
    const [top, bottom] = [plot.valToPos(high, "left", true), plot.valToPos(low, "left", true)];
    ctx.fillRect(left, top, right - left, bottom - top);
  }
}

/** Over axes and grid: day borders, zero, the lines, and now above all. */
export function paintLines(plot: uPlot, scene: Scene): void {
  const { picture, panel, inks, isHidden } = scene;
  inPlot(plot, (ctx) => {
    const pixel = devicePixelRatio;
    for (const { startMs } of picture.axis.days.slice(1)) upright(plot, ctx, startMs, inks.edge, pixel);
    paintZero(plot, ctx, scene);
    const shown = panel.lines.filter(({ id }) => !isHidden(id));
    for (const line of shown.toSorted((a, b) => Number(b.isFilled) - Number(a.isFilled)))
      paintLine(plot, ctx, line, inks); // areas first: a line must stay in sight
    upright(plot, ctx, picture.nowMs, inks.now, 1.5 * pixel);
  });
  if (scene.isFirst) paintDays(plot, scene);
}

function inPlot(plot: uPlot, paint: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint(ctx);
  ctx.restore();
}

function upright(plot: uPlot, ctx: CanvasRenderingContext2D, atMs: number, ink: string, width: number): void {
  const x = Math.round(plot.valToPos(atMs, "x", true)) + 0.5;
  ctx.globalAlpha = 1;
  ctx.strokeStyle = ink;
  ctx.lineWidth = width;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(x, plot.bbox.top);
  ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
  ctx.stroke();
}

function paintZero(plot: uPlot, ctx: CanvasRenderingContext2D, { panel, inks }: Scene): void {
  const side = panel.key === "battery" ? "right" : "left";
  if (panel.key === "temperature" || (plot.scales[side]?.min ?? 0) >= 0) return;
  const y = Math.round(plot.valToPos(0, side, true)) + 0.5;
  ctx.strokeStyle = inks.edge;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(plot.bbox.left, y);
  ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
  ctx.stroke();
}

function paintLine(plot: uPlot, ctx: CanvasRenderingContext2D, line: Line, inks: Inks): void {
  const pixel = devicePixelRatio;
  for (const [spans, isPlan] of [
    [line.past, false],
    [line.future, line.isPlanned],
  ] as const) {
    const { stroke } = pathsOf(plot, line, spans);
    const areas = byRung(spans, line.rests).map((piece) => ({
      hatch: piece.rung && HATCHES[piece.rung],
      fill: pathsOf(plot, line, piece.spans).fill,
    }));
    for (const half of halvesOf(plot, line)) {
      ctx.save();
      ctx.clip(half.area);
      ctx.strokeStyle = inks[half.ink];
      if (line.isFilled || half.isBelowZero)
        for (const { hatch, fill } of areas) fillArea(ctx, fill, hatch, inks[half.ink], half.isBelowZero);
      ctx.globalAlpha = 1;
      ctx.lineWidth = (line.isBar ? 1.25 : 2) * pixel;
      ctx.lineJoin = "round";
      // Dashes make a staircase hard to read; there the ground alone tells past from plan.
      ctx.setLineDash(isPlan && !line.step ? [5 * pixel, 3 * pixel] : []);
      ctx.stroke(stroke);
      ctx.restore();
    }
  }
}

/** What nobody has said is lighter, and everything but the best source's word is hatched. */
function fillArea(
  ctx: CanvasRenderingContext2D,
  area: Path2D,
  hatch: Hatch | undefined,
  ink: string,
  isBelowZero: boolean,
): void {
  ctx.globalAlpha = (FILL_ALPHA + (isBelowZero ? 0.1 : 0)) * (hatch?.ground ?? 1);
  ctx.fillStyle = ink;
  ctx.fill(area);
  const pattern = hatch && hatchPattern(ctx, hatch, ink);
  if (!pattern) return;
  ctx.globalAlpha = HATCH_ALPHA;
  ctx.fillStyle = pattern;
  ctx.fill(area);
}

interface Half {
  readonly area: Path2D;
  readonly ink: Line["ink"];
  readonly isBelowZero: boolean;
}

/** A line with another colour under zero is drawn twice, each time only where its colour counts. */
function halvesOf(plot: uPlot, line: Line): Half[] {
  const { left, top, width, height } = plot.bbox;
  const below = line.inkBelowZero;
  const zero = below ? Math.min(top + height, plot.valToPos(0, line.side, true) + devicePixelRatio) : top + height;
  const upper = new Path2D();
  upper.rect(left, top, width, zero - top);
  if (!below) return [{ area: upper, ink: line.ink, isBelowZero: false }];
  const lower = new Path2D();
  lower.rect(left, zero, width, top + height - zero);
  return [
    { area: upper, ink: line.ink, isBelowZero: false },
    { area: lower, ink: below, isBelowZero: true },
  ];
}

/** Spans that touch become one stroke; a gap lifts the pen. */
function pathsOf(plot: uPlot, line: Line, spans: readonly Span[]): { readonly stroke: Path2D; readonly fill: Path2D } {
  const [stroke, fill] = [new Path2D(), new Path2D()];
  const zero = plot.valToPos(0, line.side, true);
  let [penMs, penX]: (number | undefined)[] = [];
  for (const { startMs, endMs, value, endValue } of spans) {
    const [x, endX] = [plot.valToPos(startMs, "x", true), plot.valToPos(endMs, "x", true)];
    const [y, endY] = [plot.valToPos(value, line.side, true), plot.valToPos(endValue, line.side, true)];
    if (line.isBar && Math.abs(value) < LEAST_BAR) continue;
    if (startMs !== penMs) {
      if (penX !== undefined) stroke.lineTo(penX, zero);
      stroke.moveTo(x, line.isBar ? zero : y);
    }
    stroke.lineTo(x, y);
    stroke.lineTo(endX, endY);
    [penMs, penX] = [endMs, line.isBar ? endX : undefined];
    fill.moveTo(x, zero);
    fill.lineTo(x, y);
    fill.lineTo(endX, endY);
    fill.lineTo(endX, zero);
    fill.closePath();
  }
  if (penX !== undefined) stroke.lineTo(penX, zero);
  return { stroke, fill };
}

/** Above the first panel: which day it is, and where now is. */
function paintDays(plot: uPlot, { picture, inks, isNarrow }: Scene): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  const y = bbox.top - 7 * pixel;
  ctx.save();
  ctx.font = `${(isNarrow ? 11 : 12) * pixel}px system-ui, sans-serif`;
  ctx.textBaseline = "alphabetic";
  const nowX = plot.valToPos(picture.nowMs, "x", true);
  ctx.textAlign = "center";
  ctx.font = `600 ${ctx.font}`;
  ctx.fillStyle = inks.now;
  ctx.fillText("now", nowX, y);
  const nowHalf = ctx.measureText("now").width / 2 + 6 * pixel;
  ctx.font = ctx.font.replace("600 ", "");
  ctx.fillStyle = inks.text;
  ctx.textAlign = "left";
  for (const day of picture.axis.days) {
    const start = plot.valToPos(day.startMs, "x", true) + 4 * pixel;
    const end = plot.valToPos(day.endMs, "x", true);
    const text = [day.label, day.label.slice(0, 3)].find((each) => start + ctx.measureText(each).width < end);
    if (!text) continue;
    const isUnderNow = start < nowX + nowHalf && start + ctx.measureText(text).width > nowX - nowHalf;
    if (!isUnderNow) ctx.fillText(text, start, y);
    else if (nowX + nowHalf + ctx.measureText(text).width < end) ctx.fillText(text, nowX + nowHalf, y);
  }
  ctx.restore();
}
