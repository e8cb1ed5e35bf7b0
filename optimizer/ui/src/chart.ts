import type { Timeline } from "@ohmstead/contract";
import uplotStyle from "uplot/dist/uPlot.min.css?inline";
import { CHART_STYLE } from "./chart-style.ts";
import { readInks } from "./inks.ts";
import { createLegend, type Legend } from "./legend.ts";
import type { Scene } from "./paint.ts";
import { createPanelPlot, type PanelPlot } from "./panel-plot.ts";
import type { Rest } from "./rests.ts";
import { lineValueAt, type Picture, shapeOf } from "./shape.ts";
import { lineText, type PictureSummary, summaryOf } from "./summary.ts";
import { momentText } from "./time-axis.ts";

const NARROW_PX = 520;

interface PanelView {
  readonly drawing: HTMLElement;
  readonly legend: Legend;
  readonly plot: PanelPlot;
}

/**
 * `<ohmstead-plan-chart>`: set its `timeline` to the answer of `GET /api/v1/timeline`.
 * Attribute `theme` ("light" or "dark") overrules the system; CSS variables `--ohmstead-…` (inks.ts) overrule colours.
 */
export class PlanChart extends HTMLElement {
  static readonly observedAttributes = ["theme"];
  #timeline: Timeline | undefined;
  #picture: Picture | undefined;
  #summary: PictureSummary | undefined;
  /** What the views were built for: other lines or another width class need other views. */
  #layout = "";
  #views: PanelView[] = [];
  #hidden: Map<string, boolean> = new Map(); // by the user's hand
  #pointedMs: number | undefined;
  #width = 0;
  #frame: number | undefined;
  readonly #resizes = new ResizeObserver(([entry]) => this.#resize(Math.floor(entry?.contentRect.width ?? 0)));
  readonly #darkness = matchMedia("(prefers-color-scheme: dark)");
  readonly #onDarkness = () => this.#renderSoon();
  readonly #body = document.createElement("div");
  readonly #head = document.createElement("div");
  readonly #readout = document.createElement("div");
  readonly #moment = document.createElement("span");
  readonly #kind = document.createElement("span");
  readonly #back = document.createElement("button");
  readonly #panels = document.createElement("div");
  readonly #listen = document.createElement("div");

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(uplotStyle + CHART_STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#moment.className = "moment";
    this.#kind.className = "kind";
    this.#readout.className = "readout";
    this.#readout.append(this.#moment, this.#kind);
    this.#readout.addEventListener("keydown", (event) => this.#onKey(event));
    this.#back.type = "button";
    this.#back.className = "back";
    this.#back.textContent = "Back to now";
    this.#back.addEventListener("click", () => this.#point(undefined)); // a finger cannot leave the picture as a mouse does
    this.#head.className = "head";
    this.#head.append(this.#readout, this.#back);
    this.#listen.className = "listen";
    this.#body.append(this.#head, this.#panels, this.#listen);
    root.append(this.#body);
  }

  connectedCallback(): void {
    // A property set before this class was known hides our setter until it is taken off and set again.
    if (Object.hasOwn(this, "timeline")) {
      const own: Timeline | undefined = this.timeline;
      Reflect.deleteProperty(this, "timeline");
      this.timeline = own;
    }
    this.#resizes.observe(this);
    this.#darkness.addEventListener("change", this.#onDarkness);
    this.#renderSoon();
  }

  disconnectedCallback(): void {
    this.#resizes.disconnect();
    this.#darkness.removeEventListener("change", this.#onDarkness);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#dropViews();
  }

  attributeChangedCallback(): void {
    this.#renderSoon();
  }

  get timeline(): Timeline | undefined {
    return this.#timeline;
  }

  set timeline(timeline: Timeline | undefined) {
    this.#timeline = timeline ?? undefined;
    this.#picture = this.#timeline && shapeOf(this.#timeline);
    this.#summary = this.#picture && summaryOf(this.#picture);
    this.#renderSoon();
  }

  /** The picture in numbers and as text. */
  get summary(): PictureSummary | undefined {
    return this.#summary;
  }

  /** Every line's value at a moment, by series id, in the units shown; `undefined` where nothing is known. */
  valuesAt(atMs: number): Record<string, number | undefined> {
    const picture = this.#picture;
    const lines = picture?.panels.flatMap((panel) => panel.lines) ?? [];
    return Object.fromEntries(lines.map((line) => [line.id, lineValueAt(line, atMs, picture?.nowMs ?? 0)]));
  }

  #renderSoon(): void {
    if (!this.isConnected || this.#frame !== undefined) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#render();
    });
  }

  #render(): void {
    const picture = this.#picture;
    if (this.#width === 0) return; // not laid out yet: the resize observer calls again
    if (!picture || picture.panels.length === 0) {
      this.#showNothing();
      return;
    }
    const inks = readInks(this);
    const scenes = picture.panels.map((panel, i): Scene => {
      const isHidden = (id: string) => this.#isHidden(id);
      return { picture, panel, inks, isHidden, isFirst: i === 0, isNarrow: this.#isNarrow };
    });
    const layout = JSON.stringify([this.#isNarrow, picture.panels.map(layoutOf)]);
    if (layout !== this.#layout) this.#build(scenes, layout);
    else scenes.forEach((scene, i) => this.#views[i]?.plot.show(scene));
    this.#describe(picture);
    this.#point(this.#pointedMs);
  }

  get #isNarrow(): boolean {
    return this.#width <= NARROW_PX;
  }

  #isHidden(id: string): boolean {
    const line = this.#picture?.panels.flatMap((panel) => panel.lines).find((each) => each.id === id);
    return this.#hidden.get(id) ?? line?.isShownAtFirst === false;
  }

  #showNothing(): void {
    this.#dropViews();
    const empty = document.createElement("div");
    empty.className = "empty";
    empty.textContent = "No plan to show yet.";
    this.#panels.replaceChildren(empty);
    this.#head.hidden = true;
    this.#listen.textContent = "";
  }

  #build(scenes: readonly Scene[], layout: string): void {
    this.#dropViews();
    this.#layout = layout;
    this.#head.hidden = false;
    this.#body.className = this.#isNarrow ? "narrow" : "";
    const toggle = (id: string) => {
      this.#hidden.set(id, !this.#isHidden(id));
      this.#renderSoon();
    };
    this.#panels.replaceChildren();
    this.#views = scenes.map((scene, i) => {
      const legend = createLegend(scene.panel, scene.isHidden, toggle);
      const drawing = document.createElement("div");
      drawing.setAttribute("role", "img");
      drawing.dataset["panel"] = scene.panel.key;
      this.#panels.append(legend.element, drawing);
      const listeners = { onPoint: (atMs: number | undefined) => this.#point(atMs), isLast: i === scenes.length - 1 };
      return { legend, drawing, plot: createPanelPlot(drawing, scene, this.#width, listeners) };
    });
  }

  #dropViews(): void {
    for (const { plot } of this.#views) plot.destroy();
    this.#views = [];
    this.#layout = "";
  }

  #describe(picture: Picture): void {
    const lines = this.#summary?.lines ?? [];
    picture.panels.forEach((panel, i) => {
      const texts = lines.filter((line) => line.panel === panel.key).map((line) => lineText(line, picture));
      this.#views[i]?.drawing.setAttribute("aria-label", `${panel.title}. ${texts.join(" ")}`);
    });
    this.#listen.textContent = this.#summary?.text ?? "";
    // The cursor for people without a pointer: arrow keys move it, its value is read out.
    const attributes = {
      role: "slider",
      tabindex: "0",
      "aria-label": "Moment shown",
      "aria-valuemin": picture.fromMs,
      "aria-valuemax": picture.untilMs,
    };
    for (const [name, value] of Object.entries(attributes)) this.#readout.setAttribute(name, String(value));
  }

  #point(atMs: number | undefined): void {
    this.#pointedMs = atMs;
    const picture = this.#picture;
    if (!picture) return;
    const { fromMs, nowMs, untilMs, timeZone, panels } = picture;
    const shownMs = Math.min(Math.max(atMs ?? nowMs, fromMs), untilMs);
    panels.forEach((panel, i) => {
      this.#views[i]?.plot.pointAt(atMs === undefined ? undefined : shownMs);
      this.#views[i]?.legend.show(picture, panel, shownMs);
    });
    this.#back.style.visibility = atMs === undefined ? "hidden" : "visible";
    const kind = atMs === undefined ? "now" : shownMs < nowMs ? "measured" : "planned";
    this.#moment.textContent = momentText(shownMs, timeZone);
    this.#kind.textContent = kind;
    this.#readout.setAttribute("aria-valuenow", String(shownMs));
    this.#readout.setAttribute("aria-valuetext", `${this.#moment.textContent}, ${kind}`);
  }

  #onKey(event: KeyboardEvent): void {
    const picture = this.#picture;
    if (!picture) return;
    const quarters = { ArrowLeft: -1, ArrowRight: 1, PageDown: -12, PageUp: 12 }[event.key];
    if (event.key === "Escape" || event.key === "Home") this.#point(undefined);
    else if (quarters === undefined) return;
    else this.#point((this.#pointedMs ?? picture.nowMs) + quarters * 15 * 60_000);
    event.preventDefault();
  }

  #resize(width: number): void {
    if (width === this.#width || width === 0) return;
    const wasNarrow = this.#isNarrow;
    this.#width = width;
    if (this.#views.length === 0 || wasNarrow !== this.#isNarrow) this.#renderSoon();
    else for (const { plot } of this.#views) plot.resize(width);
  }
}

const rungsOf = (rests: readonly Rest[]): string[] => [...new Set(rests.map(({ rung }) => rung))].toSorted();
const layoutOf = ({ key, lines, bands }: Picture["panels"][number]): unknown => [
  key,
  lines.map(({ id, label, unit, ink, side, rests }) => [id, label, unit, ink, side, rungsOf(rests)]),
  bands.map(({ id }) => id),
];

// A page that loads the script twice keeps the first.
if (!customElements.get("ohmstead-plan-chart")) customElements.define("ohmstead-plan-chart", PlanChart);

declare global {
  interface HTMLElementTagNameMap {
    "ohmstead-plan-chart": PlanChart;
  }
}
