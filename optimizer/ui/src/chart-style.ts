import { cssInk, INK_STYLE } from "./inks.ts";

export const CHART_STYLE = `
${INK_STYLE}
:host {
  display: block; min-width: 0; background: ${cssInk("background")}; color: ${cssInk("now")};
  font: 14px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
:host([hidden]) { display: none; }
.readout { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; padding: 2px 4px; border-radius: 6px; }
.readout:focus-visible, .back:focus-visible, .legend button:focus-visible { outline: 2px solid ${cssInk("importPrice")}; outline-offset: 1px; }
.head { display: flex; align-items: center; justify-content: space-between; min-height: 28px; }
.head[hidden] { display: none; }
.back {
  all: unset; padding: 2px 10px; border: 1px solid ${cssInk("edge")}; border-radius: 99px; font-size: 12px;
  color: ${cssInk("text")}; cursor: pointer;
}
.moment { font-weight: 600; }
.kind, .empty { color: ${cssInk("text")}; }
.empty { padding: 40px 8px; text-align: center; }
.legend {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0 14px; margin: 8px 0 0; padding: 0 4px; min-height: 24px;
}
.legend h3 { margin: 0; font-size: 13px; font-weight: 600; }
.legend button, .legend .band {
  all: unset; display: inline-flex; align-items: center; gap: 6px; padding: 3px 0; font-size: 13px; cursor: pointer;
  color: ${cssInk("text")};
}
.legend .band { cursor: default; }
.legend button[aria-pressed="false"] .name { text-decoration: line-through; }
.legend button[aria-pressed="false"] .swatch { opacity: .3; }
.swatch { flex: none; width: 14px; height: 4px; border-radius: 2px; }
.swatch.hatch { width: 18px; height: 12px; border: 1px solid currentColor; box-sizing: border-box; }
.legend .key { display: inline-flex; align-items: center; gap: 6px; font-size: 12px; color: ${cssInk("text")}; }
.legend .said { font-size: 12px; color: ${cssInk("text")}; }
.swatch.two { height: 8px; }
.swatch.area { height: 10px; opacity: .35; }
.value { color: ${cssInk("now")}; font-weight: 600; white-space: nowrap; }
.narrow .legend { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 12px; margin-top: 8px; }
.narrow .legend h3 { grid-column: 1 / -1; }
.narrow .name { flex: 1; min-width: 0; line-height: 1.2; overflow-wrap: break-word; }
.narrow .wordy { grid-column: 1 / -1; }
.narrow .value { text-align: right; }
.narrow .said { grid-column: 1 / -1; }
.narrow .legend h3, .narrow .legend button, .narrow .legend .band { font-size: 12px; }
.uplot { width: 100%; }
.u-over { cursor: crosshair; }
.u-hz .u-cursor-x { border-right: 1px solid ${cssInk("text")}; }
.listen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
