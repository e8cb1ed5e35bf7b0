import type { Ink } from "./shape.ts";

/** What is drawn besides the lines. */
export type Surface = "past" | "text" | "faint" | "edge" | "now" | "background" | "pays";
export type Inks = Readonly<Record<Ink | Surface, string>>;

/**
 * Okabe and Ito's colours, which people with any colour vision tell apart, darkened on light and lightened on dark
 * ground until a line has a contrast of 3 : 1. Set the same variables on the element to change them.
 */
const LIGHT: Inks = {
  importPrice: "#0072b2",
  exportPrice: "#a6477d",
  belowZero: "#00845f",
  soc: "#0072b2",
  charge: "#00845f",
  discharge: "#c65300",
  room: "#c65300",
  room2: "#a6477d",
  water: "#0072b2",
  water2: "#00845f",
  heatPump: "#0072b2",
  immersion: "#a6477d",
  immersion2: "#c65300",
  boiler: "#c65300",
  sun: "#a97900",
  car: "#6a4fc0",
  appliance: "#5b6470",
  load: "#5b6470",
  grid: "#00845f",
  past: "#eef1f5",
  text: "#525b66",
  faint: "#e3e7ec",
  edge: "#b7bfc9",
  now: "#1c232b",
  background: "#ffffff",
  pays: "#00845f",
};

const DARK: Inks = {
  importPrice: "#5bb8f0",
  exportPrice: "#e092bd",
  belowZero: "#2fc79a",
  soc: "#5bb8f0",
  charge: "#2fc79a",
  discharge: "#ff9248",
  room: "#ff9248",
  room2: "#e092bd",
  water: "#5bb8f0",
  water2: "#2fc79a",
  heatPump: "#5bb8f0",
  immersion: "#e092bd",
  immersion2: "#ff9248",
  boiler: "#ff9248",
  sun: "#f0c545",
  car: "#b5a3ff",
  appliance: "#a3adb9",
  load: "#a3adb9",
  grid: "#2fc79a",
  past: "#232a33",
  text: "#a9b3bf",
  faint: "#2a323c",
  edge: "#4c5763",
  now: "#f2f5f8",
  background: "#1a2027",
  pays: "#2fc79a",
};

const names = Object.keys(LIGHT) as (keyof Inks)[];
const variableOf = (name: keyof Inks): string =>
  `--ohmstead-${name.replaceAll(/[A-Z0-9]+/g, (part) => `-${part.toLowerCase()}`)}`;

const declare = (inks: Inks): string => names.map((name) => `${variableOf(name)}: ${inks[name]};`).join(" ");

/** Follows the system, unless the element's `theme` attribute says light or dark. */
export const INK_STYLE = `
:host { ${declare(LIGHT)} color-scheme: light; }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${declare(DARK)} color-scheme: dark; } }
:host([theme="dark"]) { ${declare(DARK)} color-scheme: dark; }
`;

export const cssInk = (name: keyof Inks): string => `var(${variableOf(name)})`;

/** The colours as they are now: a canvas knows no variables. */
export function readInks(element: HTMLElement): Inks {
  const style = getComputedStyle(element);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(variableOf(name)).trim()])) as Inks;
}
