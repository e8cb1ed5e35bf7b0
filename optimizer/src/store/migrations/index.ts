import { first } from "./0001-first.ts";
import { solveSettings } from "./0002-solve-settings.ts";
import { people } from "./0003-people.ts";
import { proof } from "./0004-proof.ts";
import { quarantine } from "./0005-quarantine.ts";
import { forecasts } from "./0006-forecasts.ts";
import { priceVintages } from "./0007-price-vintages.ts";
import { readingQuality } from "./0008-reading-quality.ts";
import { packedReadings } from "./0010-packed-readings.ts";

/** In order of their numbers; one that has been released is never changed, only followed. */
export const migrations: readonly string[] = [
  first,
  solveSettings,
  people,
  proof,
  quarantine,
  forecasts,
  priceVintages,
  readingQuality,
  packedReadings,
];
