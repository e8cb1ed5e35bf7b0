import type { InputRung } from "@ohmstead/contract";
import { HATCHES, hatchBackground } from "./hatch.ts";
import { cssInk } from "./inks.ts";
import { restAt, restText, type Rested, rungWord } from "./rests.ts";
import { bandAt, type Line, lineValueAt, type Panel, type Picture } from "./shape.ts";
import { batteryPowerText, valueText } from "./value-text.ts";

export interface Legend {
  readonly element: HTMLElement;
  /** The values at a moment. */
  show(picture: Picture, panel: Panel, atMs: number): void;
}

/** A panel's title, and a button per line that shows its value and switches it off and on. */
export function createLegend(panel: Panel, isHidden: (id: string) => boolean, toggle: (id: string) => void): Legend {
  const element = document.createElement("div");
  element.className = "legend";
  const title = document.createElement("h3");
  const common = commonUnit(panel);
  title.textContent = common ? `${panel.title}, ${common}` : panel.title;
  element.append(title);
  const values = new Map<string, HTMLElement>();

  for (const line of panel.lines) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset["id"] = line.id;
    button.setAttribute("aria-pressed", String(!isHidden(line.id)));
    button.addEventListener("click", () => {
      toggle(line.id);
      button.setAttribute("aria-pressed", String(!isHidden(line.id)));
    });
    const value = fill(button, line.label, backgroundOf(line), line.inkBelowZero === "discharge" ? "two" : "");
    value.style.minWidth = `${0.95 * longestText(line, common)}ch`; // or the line of words would dance under the moving cursor
    if (line.inkBelowZero === "discharge") button.className = "wordy";
    values.set(line.id, value);
    element.append(button);
  }
  for (const band of panel.bands) {
    const entry = document.createElement("span");
    entry.className = "band";
    values.set(band.id, fill(entry, band.label, cssInk(band.ink), "area"));
    element.append(entry);
  }
  const rested = panel.lines.find(({ isFilled, rests }) => isFilled && rests.length > 0);
  const of: Rested = panel.key === "price" ? "price" : "sun";
  const said = document.createElement("span");
  said.className = "said";
  if (rested) {
    for (const rung of rungsToExplain(rested)) {
      const key = document.createElement("span");
      key.className = "key";
      key.dataset["rung"] = rung;
      fill(key, rungWord(rung, of), hatchBackground(HATCHES[rung], cssInk(rested.ink)), "hatch");
      element.append(key);
    }
    element.append(said);
  }

  const write = (id: string, text: string) => {
    const value = values.get(id);
    if (value && value.textContent !== text) value.textContent = text;
  };
  return {
    element,
    show(picture, shown, atMs) {
      for (const line of shown.lines) {
        const value = lineValueAt(line, atMs, picture.nowMs);
        write(line.id, textOf(line, value, common));
      }
      for (const band of shown.bands) {
        const wished = bandAt(band, atMs);
        const text = wished ? `${wished.low.toFixed(1)}–${valueText(wished.high, band.unit)}` : "–";
        write(band.id, withoutUnit(text, common));
      }
      const line = shown.lines.find(({ id }) => id === rested?.id);
      const rest = line && atMs >= picture.nowMs ? restAt(line.rests, atMs) : undefined;
      // Of the sun only what is not as usual; a price is nothing without who says it.
      const text = rest && (of === "price" || rest.rung !== "best") ? restText(rest, of) : "";
      if (said.textContent !== text) said.textContent = text;
    },
  };
}

/** Those in the picture, where there is more than the best source's word. */
function rungsToExplain({ rests }: Line): InputRung[] {
  const rungs = new Set(rests.map(({ rung }) => rung));
  const all = (["best", "second", "cached", "learned", "fallback"] as const).filter((rung) => rungs.has(rung));
  return all.some((rung) => rung !== "best") ? all : [];
}

/** Said once beside the title when it is the same for all. */
function commonUnit({ lines, bands }: Panel): string | undefined {
  const [unit, ...others] = new Set([...lines, ...bands].map((each) => each.unit));
  return others.length === 0 ? unit : undefined;
}

function textOf(line: Line, value: number | undefined, common: string | undefined): string {
  const text = line.inkBelowZero === "discharge" ? batteryPowerText(value) : valueText(value, line.unit, line.digits);
  return withoutUnit(text, common);
}

const withoutUnit = (text: string, unit: string | undefined): string =>
  unit === undefined ? text : text.replace(` ${unit}`, "");

function longestText(line: Line, common: string | undefined): number {
  const lengths = [...line.past, ...line.future].map(({ value }) => textOf(line, value, common).length);
  return Math.max(3, ...lengths);
}

function fill(parent: HTMLElement, name: string, background: string, shape: string): HTMLElement {
  const part = (className: string, text = "") => {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    parent.append(span);
    return span;
  };
  part(`swatch ${shape}`).style.background = background;
  part("name", name);
  return part("value");
}

function backgroundOf({ ink, inkBelowZero }: Line): string {
  if (inkBelowZero !== "discharge") return cssInk(ink);
  return `linear-gradient(${cssInk(ink)} 50%, ${cssInk(inkBelowZero)} 50%)`;
}
