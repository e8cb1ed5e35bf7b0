import { extraterrestrialWPerM2, sunDirection } from "./sun-direction.ts";

/** How an array lies, and where. */
export interface Plane {
  readonly latitude: number;
  readonly longitude: number;
  /** 0 lies flat, 90 stands upright. */
  readonly tiltDeg: number;
  /** As on a compass, where it looks to: 0 north, 90 east, 180 south, 270 west. */
  readonly azimuthDeg: number;
  /** Share of the light that the ground throws back: 0.2 grass and roofs, 0.7 snow. */
  readonly albedo: number;
}

/** Means over a time, on a horizontal square metre. */
export interface Irradiance {
  readonly startMs: number;
  readonly endMs: number;
  /** From the disc of the sun, W/m² of ground. */
  readonly directWPerM2: number;
  readonly diffuseWPerM2: number;
}

/** What an array makes of the light. */
export interface PvModules {
  readonly peakKw: number;
  /** Share that glass, dirt, cables, mismatch and inverter take. */
  readonly lossShare: number;
  /** The inverter gives no more. */
  readonly inverterKw: number;
}

const RAD = Math.PI / 180;
const STEP_MS = 300_000;
/** Near sunrise the ratio of tilted to horizontal beam grows without bound, while what the forecast says of the beam is mostly noise. */
const MOST_BEAM_RATIO = 8;

/**
 * Mean irradiance on the array, W/m². The beam goes by the angle of incidence, as the ratio of the two integrals over the time; the diffuse light
 * by Hay and Davies: the share A of it, which is how much of the beam came through the air, comes from around the sun, the rest from the whole
 * sky; the ground shines back evenly (Duffie and Beckman, eq. 2.14.9 and 2.16.4).
 */
export function onPlane({ startMs, endMs, directWPerM2, diffuseWPerM2 }: Irradiance, plane: Plane): number {
  const tilt = plane.tiltDeg * RAD;
  const azimuth = plane.azimuthDeg * RAD;
  const count = Math.max(1, Math.round((endMs - startMs) / STEP_MS));
  let onTilted = 0;
  let onGround = 0;
  for (let k = 0; k < count; k += 1) {
    const sun = sunDirection(startMs + ((k + 0.5) * (endMs - startMs)) / count, plane.latitude, plane.longitude);
    if (sun.up <= 0) continue;
    const cosIncidence =
      Math.sin(tilt) * (Math.sin(azimuth) * sun.east + Math.cos(azimuth) * sun.north) + Math.cos(tilt) * sun.up;
    onTilted += Math.max(0, cosIncidence) / count;
    onGround += sun.up / count;
  }
  const global = directWPerM2 + diffuseWPerM2;
  if (onGround <= 0) return diffuseWPerM2 * ((1 + Math.cos(tilt)) / 2);
  const beamRatio = Math.min(MOST_BEAM_RATIO, onTilted / onGround);
  const clearness = Math.min(1, directWPerM2 / (extraterrestrialWPerM2(startMs) * onGround));
  const sky = (1 + Math.cos(tilt)) / 2;
  return (
    directWPerM2 * beamRatio +
    diffuseWPerM2 * (clearness * beamRatio + (1 - clearness) * sky) +
    global * plane.albedo * ((1 - Math.cos(tilt)) / 2)
  );
}

/**
 * kW of silicon modules under so much light: the cells' efficiency by light and warmth after Huld et al. (Solar Energy Materials and Solar Cells 95
 * (2011) 3359, crystalline silicon), the cells being warmer than the air in proportion to the light (Ross; 0.03 K per W/m² for a roof with some
 * air behind it: Skoplaki and Palyvos, Renewable Energy 34 (2009) 23); cut off by the inverter.
 */
export function powerOf(wPerM2: number, airTempC: number, { peakKw, lossShare, inverterKw }: PvModules): number {
  if (wPerM2 <= 0) return 0;
  const light = wPerM2 / 1000;
  const log = Math.log(light);
  const warmth = airTempC + 0.03 * wPerM2 - 25;
  const efficiency =
    1 -
    0.017237 * log -
    0.040465 * log ** 2 +
    warmth * (-0.004702 + 0.000149 * log + 0.00017 * log ** 2) +
    0.000005 * warmth ** 2;
  return Math.min(inverterKw, Math.max(0, peakKw * light * efficiency * (1 - lossShare)));
}
