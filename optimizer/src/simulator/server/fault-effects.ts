import type { Agenda } from "../agenda.ts";
import { HOUSE_DEVICES } from "../house-devices.ts";
import type { HouseEntity } from "../entities.ts";
import type { Faults } from "../faults/active-faults.ts";
import type { Fault, FaultKind, FaultOf } from "../faults/fault.ts";
import { handCall } from "../faults/hand-call.ts";
import type { HousePair } from "../house-pair.ts";
import { restingControls } from "../old-rules.ts";
import type { HouseSetup } from "../physics/house-setup.ts";
import type { CallDesk } from "./call-desk.ts";
import { type Context, newContext } from "./state-machine.ts";

/** Somebody who lives in the house, with a user of his own. */
export const PERSON_ID = "0b8c1f5e7a3d4c6e9f2a1b3c4d5e6f70";

const contextBy = (by: FaultOf<"changeByHand">["by"]): Context => {
  if (by === "person") return newContext(PERSON_ID);
  // An automation's actions name the context of what triggered it, and no user.
  return by === "automation" ? { ...newContext(), parent_id: newContext().id } : newContext();
};

/** Home Assistant also hangs up on who holds a token that was revoked. */
const CUTTING: ReadonlySet<FaultKind> = new Set(["cutConnections", "goAway", "restart", "rejectToken"]);

/** What begins and ends with a fault besides what is shown and what becomes of calls. */
export function faultEffects(setup: {
  readonly setup: HouseSetup;
  readonly pair: HousePair;
  readonly entities: readonly HouseEntity[];
  readonly agenda: Agenda;
  desk(): CallDesk;
  faults(): Faults;
  readonly publish: (which: readonly HouseEntity[], context?: Context) => void;
  fire(eventType: string, data: object, context: Context): void;
  /** Cuts every connection there is. */
  cut(): void;
}) {
  const { entities, pair, publish } = setup;
  let restartsUntilMs = Number.NEGATIVE_INFINITY;

  const changeByHand = ({ entityId, value, by }: FaultOf<"changeByHand">): void => {
    const entity = entities.find((each) => each.entityId === entityId);
    if (!entity) return;
    const { domain, service, data, change } = handCall(entities, entity, value);
    const context = contextBy(by);
    if (by !== "device")
      setup.fire("call_service", { domain, service, service_data: { ...data, entity_id: [entityId] } }, context);
    setup.desk().set(change(setup.desk().shownControls()) ?? {});
    publish([entity], context);
  };
  const forget = (device: string | undefined): void => {
    const resting = restingControls(setup.setup);
    const which = device === undefined ? Object.values(HOUSE_DEVICES) : [HOUSE_DEVICES[device]];
    const lost = which.flatMap((each) => each?.settings ?? []);
    setup.desk().set(Object.fromEntries(lost.map((name) => [name, resting[name]])));
  };

  return {
    begin: (fault: Fault): void => {
      if (fault.kind === "changeByHand") {
        changeByHand(fault);
        return;
      }
      if (fault.kind === "rebootDevice") forget(fault.device);
      if (fault.kind === "gridOutage") pair.setGridDown(true);
      if (fault.kind === "restart") restartsUntilMs = pair.nowMs() + fault.forSeconds * 1000;
      if (CUTTING.has(fault.kind)) setup.cut();
      publish(entities);
    },
    end: (fault: Fault): void => {
      if (fault.kind === "gridOutage") pair.setGridDown(setup.faults().has("gridOutage"));
      if (fault.kind === "storeWithoutEffect") setup.desk().releaseStored();
      if (fault.kind === "halfOpen") setup.cut(); // what hung is reset at last
      publish(entities);
      if (fault.kind !== "restart" || setup.faults().has("restart")) return;
      restartsUntilMs = Number.NEGATIVE_INFINITY;
      setup.fire("core_config_updated", {}, newContext());
      setup.fire("homeassistant_started", {}, newContext());
    },
    /** The program is down, before it comes up with everything unavailable. */
    isRestarting: (): boolean => pair.nowMs() < restartsUntilMs,
  };
}
