import type { HomeConfig } from "@ohmstead/contract";
import { MS_PER_MINUTE } from "../../domain/slots.ts";
import { baseLoadStretches, blendHistory } from "../../forecasts/base-load-history.ts";
import type { HouseHistory } from "../../sources/source.ts";
import type { Store } from "../../store/store.ts";
import type { MeasuredHistory } from "../measured-history.ts";
import { pvLimitsIn } from "../pv-limits.ts";
import { freeSun, type PvLimitSpan } from "../problem/free-sun.ts";

export const HISTORY_DAYS = 28;
const DAY_MS = 24 * 60 * MS_PER_MINUTE;

export interface MeasuredHouse {
  /** Load and sun, own measurements where there are some, the recorded ones of the config before. */
  before(nowMs: number): HouseHistory;
  /** Sun that no limit of ours held back. */
  freeSun(nowMs: number): HouseHistory["pv"];
  /** Of the arrays that we command. */
  pvLimits(nowMs: number): ReadonlyMap<string, readonly PvLimitSpan[]>;
}

/** What has been measured at the house in the last weeks. */
export function createMeasuredHouse(deps: {
  readonly config: HomeConfig;
  /** By id: those that are commanded. */
  readonly devices: Pick<ReadonlyMap<string, unknown>, "has">;
  readonly commands: Pick<Store["commands"], "ofDevice">;
  readonly history: MeasuredHistory;
  /** Measured elsewhere, before us. */
  readonly recorded: () => HouseHistory | undefined;
}): MeasuredHouse {
  const { config, devices, commands, history, recorded } = deps;
  const before = (nowMs: number): HouseHistory => {
    history.update(nowMs);
    const means = history.means();
    const elsewhere = recorded();
    return {
      baseLoad: blendHistory(baseLoadStretches(config, means), elsewhere?.baseLoad ?? []),
      pv: new Map(
        config.pvArrays.map(({ id }) => [
          id,
          blendHistory(means.get(`${id}.powerKw`) ?? [], elsewhere?.pv.get(id) ?? []),
        ]),
      ),
    };
  };
  const pvLimits = (nowMs: number) =>
    new Map(
      config.pvArrays
        .filter(({ id }) => devices.has(id))
        .map(({ id }) => [id, pvLimitsIn(commands.ofDevice(id, nowMs - HISTORY_DAYS * DAY_MS))]),
    );
  return {
    before,
    pvLimits,
    freeSun: (nowMs) => {
      const limits = pvLimits(nowMs);
      return new Map([...before(nowMs).pv].map(([id, kw]) => [id, freeSun(kw, limits.get(id) ?? [])]));
    },
  };
}
