import { z } from "zod";

/** Where an array is and how it lies, as sources of solar forecasts ask for it. */
export const PLACE = {
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  tiltDeg: z.number().min(0).max(90).describe("0 lies flat, 90 stands upright"),
  azimuthDeg: z
    .number()
    .min(0, "counts as a compass does: 0 north, 90 east, 180 south, 270 west")
    .max(360)
    .describe("where it looks to, as on a compass: 0 north, 90 east, 180 south, 270 west"),
};
