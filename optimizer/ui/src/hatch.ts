import type { InputRung } from "@ohmstead/contract";

/** How an area is drawn whose values are not the best source's word of now. */
export interface Hatch {
  /** Share of the usual ground that is left under the lines. */
  readonly ground: number;
  /** Distance of the lines, CSS pixels. */
  readonly gap: number;
  /** Which way they run; none for a plain area. */
  readonly lines: readonly ("up" | "down" | "upright")[];
}

export const HATCHES: Readonly<Record<InputRung, Hatch>> = {
  best: { ground: 1, gap: 8, lines: [] },
  second: { ground: 1, gap: 6, lines: ["upright"] },
  cached: { ground: 0.6, gap: 8, lines: ["down"] },
  learned: { ground: 0.3, gap: 7, lines: ["up"] },
  fallback: { ground: 0.3, gap: 8, lines: ["up", "down"] },
};

/** For a canvas; undefined for a plain area. */
export function hatchPattern(ctx: CanvasRenderingContext2D, { gap, lines }: Hatch, ink: string) {
  if (lines.length === 0) return undefined;
  const size = Math.round(gap * devicePixelRatio);
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const on = tile.getContext("2d");
  if (!on) return undefined;
  on.strokeStyle = ink;
  on.lineWidth = devicePixelRatio;
  for (const line of lines) {
    on.beginPath();
    // Once more on either side, or the corners of the tile would be cut off.
    for (const shift of line === "upright" ? [0] : [-size, 0, size]) {
      if (line === "upright") stroke(on, [size / 2, 0], [size / 2, size]);
      else if (line === "up") stroke(on, [shift - 1, size + 1], [shift + size + 1, -1]);
      else stroke(on, [shift - 1, -1], [shift + size + 1, size + 1]);
    }
    on.stroke();
  }
  return ctx.createPattern(tile, "repeat") ?? undefined;
}

type Place = readonly [x: number, y: number];
function stroke(on: CanvasRenderingContext2D, from: Place, to: Place): void {
  on.moveTo(...from);
  on.lineTo(...to);
}

const ANGLES = { up: "135deg", down: "45deg", upright: "90deg" } as const;

/** The same for a swatch in the legend. */
export function hatchBackground({ gap, ground, lines }: Hatch, ink: string): string {
  const strips = lines.map(
    (line) => `repeating-linear-gradient(${ANGLES[line]}, ${ink} 0 1px, transparent 1px ${gap / 1.5}px)`,
  );
  const under = `color-mix(in srgb, ${ink} ${Math.round(30 * ground)}%, transparent)`;
  return [...strips, `linear-gradient(${under}, ${under})`].join(", ");
}
