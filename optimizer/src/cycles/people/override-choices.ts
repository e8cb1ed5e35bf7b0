import { HOUSE_WIDE, type HomeConfig, OverrideKind, type OverrideChoice } from "@ohmstead/contract";
import { MS_PER_MINUTE } from "../../domain/slots.ts";
import { devicesFor, usualEndMs, usualTempC } from "./override-of.ts";

/** Everything that can be asked for in this house, kind by kind. */
export const overrideChoices = (config: HomeConfig, nowMs: number): OverrideChoice[] =>
  OverrideKind.options.flatMap((kind): OverrideChoice[] => {
    const endMs = usualEndMs(kind, config, nowMs);
    const usual = {
      kind,
      currency: config.currency,
      ...(endMs === undefined ? {} : { minutes: Math.round((endMs - nowMs) / MS_PER_MINUTE) }),
    };
    if (HOUSE_WIDE.includes(kind)) return [usual];
    return devicesFor(kind, config).map(({ id, name, type }) => {
      const tempC = usualTempC(kind, id, config);
      return {
        ...usual,
        deviceId: id,
        deviceName: name,
        deviceType: type,
        ...(tempC === undefined ? {} : { tempC }),
      };
    });
  });
