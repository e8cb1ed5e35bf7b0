import { z } from "zod";
import { SourceError } from "../domain/errors.ts";
import { fetchJson, spokenComplaints } from "./fetch-answer.ts";
import { secretOf } from "./secret.ts";
import type { SourceDeps } from "./source.ts";

const State = z.object({ state: z.string(), attributes: z.record(z.string(), z.unknown()) });

export const ENTITY = z.string().regex(/^[a-z_]+\.[a-z0-9_]+$/, "write an entity such as sensor.solar_forecast");

/** Home Assistant's REST API. `ask` rejects as fetchJson does, and without HA_URL or HA_TOKEN with trouble `credentials`. */
export function homeAssistantApi(source: string, deps: SourceDeps) {
  const ask = async <S extends z.ZodType>(path: string, schema: S, signal: AbortSignal, body?: unknown) => {
    const base = secretOf(deps, source, "HA_URL");
    const token = secretOf(deps, source, "HA_TOKEN");
    if (!URL.canParse(base))
      throw new SourceError(source, `HA_URL in .env is "${base}": write an address such as http://192.168.1.10:8123`, {
        trouble: "credentials",
      });
    return fetchJson(new URL(path, base), schema, {
      source,
      signal,
      timeoutMs: deps.timeoutMs ?? 10_000,
      headers: { authorization: `Bearer ${token}` },
      credentials: "HA_TOKEN in .env",
      body,
    });
  };
  return {
    ask,
    /** Its attributes now. Rejects for one that is not there, or unavailable. */
    attributes: async <A extends z.ZodType>(
      entity: string,
      attributes: A,
      signal: AbortSignal,
    ): Promise<z.output<A>> => {
      const state = await ask(`/api/states/${entity}`, State, signal);
      if (state.state === "unavailable")
        throw new SourceError(source, `${entity} is unavailable in Home Assistant`, { trouble: "unreachable" });
      const result = attributes.safeParse(state.attributes);
      if (result.success) return result.data;
      throw new SourceError(
        source,
        `${entity} cannot be used: ${spokenComplaints(attributes, result.error, "attributes.")}`,
      );
    },
  };
}
