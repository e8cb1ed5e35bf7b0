/** Where the sun stands: the unit vector towards it. `up` is the sine of its height, below 0 at night. */
export interface SunDirection {
  readonly east: number;
  readonly north: number;
  readonly up: number;
}

const J2000_MS = Date.UTC(2000, 0, 1, 12);
const DAY_MS = 86_400_000;
const RAD = Math.PI / 180;

/**
 * The direction of the sun by the low-precision formulas of the Astronomical Almanac (Michalsky, Solar Energy 40 (1988) 227): good to 0.01° from
 * 1950 to 2050, without refraction, which lifts a sun on the horizon by half a degree. Degrees, north and east positive.
 */
export function sunDirection(ms: number, latitude: number, longitude: number): SunDirection {
  const days = (ms - J2000_MS) / DAY_MS;
  const anomaly = (357.528 + 0.9856003 * days) * RAD;
  const ecliptic = (280.46 + 0.9856474 * days) * RAD + (1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * RAD;
  const obliquity = (23.439 - 4e-7 * days) * RAD;
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(ecliptic), Math.cos(ecliptic));
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(ecliptic));
  const universalHours = (((ms % DAY_MS) + DAY_MS) % DAY_MS) / 3_600_000;
  // Of the midnight before, so that the hours of the day are not counted twice.
  const siderealHours = 6.697375 + 0.0657098242 * days + universalHours;
  const hourAngle = siderealHours * 15 * RAD + longitude * RAD - rightAscension;
  const lat = latitude * RAD;
  const [sinDec, cosDec] = [Math.sin(declination), Math.cos(declination)];
  return {
    east: -cosDec * Math.sin(hourAngle),
    north: Math.cos(lat) * sinDec - Math.sin(lat) * cosDec * Math.cos(hourAngle),
    up: Math.sin(lat) * sinDec + Math.cos(lat) * cosDec * Math.cos(hourAngle),
  };
}

/** Irradiance outside of the atmosphere, across the beam, W/m²: Duffie and Beckman, Solar Engineering of Thermal Processes, eq. 1.4.1a. */
export const extraterrestrialWPerM2 = (ms: number): number =>
  1361 * (1 + 0.033 * Math.cos((2 * Math.PI * ((ms - Date.UTC(2000, 0, 1)) / DAY_MS)) / 365.25));
