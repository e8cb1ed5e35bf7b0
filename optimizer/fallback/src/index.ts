export {
  type DecidedAction,
  decideFallback,
  type FallbackDecision,
  type FallbackReadings,
  type FallbackRung,
} from "./decide-fallback.ts";
export { describeFallback } from "./describe-fallback.ts";
export { type PriceLevel, priceLevel } from "./price-level.ts";
