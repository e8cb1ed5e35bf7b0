import uPlot from "uplot";
import { paintGround, paintLines, type Scene } from "./paint.ts";
import { type Scale, scaleOf } from "./scale.ts";
import type { Side } from "./shape.ts";
import { chosenHours } from "./time-axis.ts";

export interface PanelPlot {
  /** Draws another scene in place: nothing is built anew, so nothing flickers. */
  show(scene: Scene): void;
  resize(width: number): void;
  /** Moves the cursor line; `undefined` hides it. */
  pointAt(atMs: number | undefined): void;
  destroy(): void;
}

interface Listeners {
  /** The moment under the pointer, `undefined` when it left. */
  readonly onPoint: (atMs: number | undefined) => void;
  readonly isLast: boolean;
}

const sizes = (isNarrow: boolean) => (isNarrow ? { left: 38, right: 34 } : { left: 56, right: 48 });
const DAYS_HEIGHT = 24;
const HOURS_HEIGHT = 26;

export function createPanelPlot(parent: HTMLElement, first: Scene, width: number, listeners: Listeners): PanelPlot {
  let scene = first;
  const plot = new uPlot(
    optionsOf(() => scene, width, listeners.isLast),
    dataOf(scene),
    parent,
  );
  const over = plot.over;
  const report = (event: PointerEvent) => {
    const left = event.clientX - over.getBoundingClientRect().left;
    listeners.onPoint(Math.round(plot.posToVal(Math.min(Math.max(left, 0), over.clientWidth), "x")));
  };
  // uPlot itself listens to the mouse only. A finger moves the cursor sideways, and still scrolls the page upwards.
  over.style.touchAction = "pan-y";
  over.addEventListener("pointerdown", report);
  over.addEventListener("pointermove", report);
  over.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") listeners.onPoint(undefined);
  });
  applyScales(plot, scene);

  return {
    show(next) {
      scene = next;
      plot.batch(() => {
        plot.setData(dataOf(next), false);
        applyScales(plot, next);
        plot.redraw(true, true);
      });
    },
    resize(width) {
      plot.setSize({ width, height: heightOf(scene, listeners.isLast) });
    },
    pointAt(atMs) {
      const left = atMs === undefined ? -10 : plot.valToPos(atMs, "x");
      plot.setCursor({ left, top: atMs === undefined ? -10 : 1 }, false);
    },
    destroy() {
      plot.destroy();
    },
  };
}

/** The lines are painted from spans; uPlot keeps the frame and needs only the ends of the time axis. */
const dataOf = ({ picture }: Scene): uPlot.AlignedData => [
  [picture.fromMs, picture.untilMs],
  [null, null],
];

const EMPTY: Scale = { unit: "", min: 0, max: 1 };

function applyScales(plot: uPlot, { picture, panel, isHidden }: Scene): void {
  const left = scaleOf(panel, "left", isHidden) ?? EMPTY;
  const right = scaleOf(panel, "right", isHidden) ?? EMPTY;
  plot.batch(() => {
    plot.setScale("x", { min: picture.fromMs, max: picture.untilMs });
    plot.setScale("left", { min: left.min, max: left.max });
    plot.setScale("right", { min: right.min, max: right.max });
  });
}

function heightOf({ panel, isNarrow, isFirst }: Scene, isLast: boolean): number {
  const drawing = { price: 136, battery: 136, temperature: 146, power: 164 }[panel.key] * (isNarrow ? 0.8 : 1);
  return Math.round(drawing) + (isFirst ? DAYS_HEIGHT : 6) + (isLast ? HOURS_HEIGHT : 8);
}

function optionsOf(scene: () => Scene, width: number, isLast: boolean): uPlot.Options {
  const { isNarrow, isFirst } = scene();
  const { left, right } = sizes(isNarrow);
  const font = `${isNarrow ? 10 : 11}px system-ui, sans-serif`;
  const grid = { stroke: () => scene().inks.faint, width: 1 };
  const yAxis = (side: Side): uPlot.Axis => ({
    scale: side,
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- uPlot declares a const enum and ships no values for it
    side: side === "left" ? 3 : 1,
    size: side === "left" ? left : right,
    font,
    gap: 4,
    space: 28,
    stroke: () => axisInk(scene(), side),
    grid: side === "left" ? grid : { show: false },
    ticks: { show: false },
    values: (_, splits) => (scaleOf(scene().panel, side, () => false) ? splits.map(tickText) : splits.map(() => "")),
  });
  return {
    width,
    height: heightOf(scene(), isLast),
    padding: [isFirst ? DAYS_HEIGHT : 6, 0, isLast ? 0 : 8, 0],
    scales: {
      x: { time: false, auto: false },
      left: { auto: false },
      right: { auto: false },
    },
    series: [{}, { scale: "left", show: true, points: { show: false } }],
    axes: [
      {
        scale: "x",
        font,
        size: isLast ? HOURS_HEIGHT : 0,
        gap: 4,
        stroke: () => scene().inks.text,
        grid,
        ticks: { show: false },
        splits: (plot) =>
          chosenHours(scene().picture.axis, (plot.width - left - right) / (isNarrow ? 26 : 46)).map(({ atMs }) => atMs),
        values: (_, splits) => (isLast ? splits.map((atMs) => hourText(scene(), atMs)) : splits.map(() => "")),
      },
      yAxis("left"),
      yAxis("right"),
    ],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    hooks: {
      drawClear: [(plot) => paintGround(plot, scene())],
      draw: [(plot) => paintLines(plot, scene())],
    },
  };
}

function hourText({ picture, isNarrow }: Scene, atMs: number): string {
  const hour = picture.axis.hours.find((each) => each.atMs === atMs)?.hour;
  if (hour === undefined) return "";
  return `${String(hour).padStart(2, "0")}${isNarrow ? "" : ":00"}`;
}

const tickText = (value: number): string => String(Number(value.toFixed(6))).replace("-", "−");

/** An axis that belongs to one colour wears it, so that nobody reads the room on the water's axis. */
function axisInk({ panel, inks }: Scene, side: Side): string {
  const onSide = panel.lines.filter((line) => line.side === side && !line.inkBelowZero);
  const hasTwoSides = new Set(panel.lines.map((line) => line.side)).size === 2;
  const [only, ...others] = new Set(onSide.map(({ ink }) => ink));
  return hasTwoSides && only && others.length === 0 ? inks[only] : inks.text;
}
