import type { ServiceCall } from "@ohmstead/contract";

/**
 * Who moves the devices, shared by the nodes that do: what each device was last told, and whether a command is on its way.
 * Fallback begins from here, so that it repeats nothing and never speaks while a command still does.
 */
export interface Actuators {
  begin(deviceId: string): void;
  /** `calls`: given when all of them were carried; a device left half-way has no known order. */
  end(deviceId: string, calls?: readonly ServiceCall[]): void;
  isBusy(): boolean;
  wasTold(deviceId: string, calls: readonly ServiceCall[]): boolean;
  /** Without a device: nothing is known of any, as after a restart of Home Assistant. */
  forget(deviceId?: string): void;
}

export function createActuators(): Actuators {
  const busy = new Set<string>();
  const told = new Map<string, string>();
  return {
    begin: (deviceId) => {
      busy.add(deviceId);
      told.delete(deviceId);
    },
    end: (deviceId, calls) => {
      busy.delete(deviceId);
      if (calls) told.set(deviceId, JSON.stringify(calls));
    },
    isBusy: () => busy.size > 0,
    wasTold: (deviceId, calls) => told.get(deviceId) === JSON.stringify(calls),
    forget: (deviceId) => {
      if (deviceId === undefined) told.clear();
      else told.delete(deviceId);
    },
  };
}
