import { FallbackPack } from "@ohmstead/contract";
import { atMostEvery, type CalmWork } from "../at-most-every.ts";
import { type Service, ServiceError } from "../ohmstead-service/service.ts";
import { shortReason } from "../problem-text.ts";
import { writePack } from "./pack-file.ts";

const FASTEST_MS = 1000;

/** Reads the newest pack when wanted, and keeps it on disk. */
export const createPackKeeper = (
  service: Service,
  path: string,
  warn: (text: string) => void,
  onPack: (pack: FallbackPack) => void,
): CalmWork =>
  atMostEvery(FASTEST_MS, async () => {
    try {
      const pack = FallbackPack.parse(await service.request("GET", "/api/v1/fallback-pack"));
      onPack(pack);
      await writePack(path, pack).catch((error: unknown) =>
        warn(`the fallback pack could not be stored: ${shortReason(error)}`),
      );
    } catch (error) {
      // Not yet a plan, or the service has just gone: the pack we have stays.
      if (!(error instanceof ServiceError)) warn(`the fallback pack cannot be used: ${shortReason(error)}`);
    }
  });
