import type { HomeConfig, HouseView } from "@ohmstead/contract";
import type { Clock } from "../../domain/clock.ts";
import { MS_PER_MINUTE } from "../../domain/slots.ts";
import { describeMissing, houseCheck, missingEntities } from "../house-link.ts";
import type { Listeners } from "./listeners.ts";

/** Home Assistant was restarted, rather than gone. */
const SHORT_ABSENCE_MS = 15 * MS_PER_MINUTE;
/** That in real time: a faster house is not restarted faster. */
const SHORT_ABSENCE_REAL_MS = 60_000;

export interface HouseViewer {
  take(view: HouseView): void;
  /** As it was told last. */
  view(): HouseView | undefined;
  /** Of each entity that the config names in vain: what is there instead. */
  missing(): readonly string[];
  /** When Home Assistant was last back from a short absence. */
  backMs(): number | undefined;
}

/** What Node-RED sees of Home Assistant: whether it is there, and which entities it has. */
export function createHouseViewer(deps: {
  readonly config: HomeConfig;
  readonly clock: Pick<Clock, "nowMs">;
  readonly speed: number;
  readonly listeners: Pick<Listeners, "alert">;
  /** Whether an entity has been read. */
  readonly isRead: (entityId: string) => boolean;
}): HouseViewer {
  const { config, clock, speed, listeners, isRead } = deps;
  let house: HouseView | undefined;
  let complaintBefore = "";
  let awaySinceMs: number | undefined;
  let backMs: number | undefined;

  const missing = (): readonly string[] =>
    house
      ? missingEntities(house, config, isRead).map((entityId) => describeMissing(entityId, house?.there ?? [], config))
      : [];

  return {
    take: (view) => {
      const nowMs = clock.nowMs();
      if (view.link === "away") awaySinceMs ??= nowMs;
      else if (view.link === "connected") {
        // After a long absence what differs may well be a person's doing.
        const shortMs = Math.max(SHORT_ABSENCE_MS, SHORT_ABSENCE_REAL_MS * speed);
        if (awaySinceMs !== undefined && nowMs - awaySinceMs < shortMs) backMs = nowMs;
        awaySinceMs = undefined;
      }
      house = view;
      const { status, detail } = houseCheck(view, missing());
      // That it is away is shown; only what somebody must do is told at once.
      const complaint = status === "ok" || view.link === "away" ? "" : detail;
      if (complaint !== "" && complaint !== complaintBefore)
        listeners.alert(status === "failing" ? "error" : "warning", complaint);
      complaintBefore = complaint;
    },
    view: () => house,
    missing,
    backMs: () => backMs,
  };
}
