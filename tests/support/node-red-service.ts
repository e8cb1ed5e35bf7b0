import { type Logger, pino } from "pino";
import { createHttpApi } from "../../optimizer/src/api/http/http-api.ts";
import type { Appliance } from "../../optimizer/src/cycles/appliance.ts";

export const SERVICE_TOKEN = "the-token-of-the-service-0123456789";

export interface ServiceUnderNodeRed {
  readonly url: string;
  /** Ends every connection, as when the process dies. */
  readonly goAway: () => Promise<void>;
  /** Back at the same address. */
  readonly comeBack: (appliance?: Appliance) => Promise<void>;
}

/** The service's real HTTP face over a made-up appliance, which can go away and come back. */
export async function serveAppliance(appliance: Appliance, port = 0): Promise<ServiceUnderNodeRed> {
  const logger: Logger = pino({ level: "silent" });
  const listen = async (behind: Appliance, at: number) => {
    const api = createHttpApi({ appliance: behind, token: SERVICE_TOKEN, uiFolder: "/nowhere", logger, patienceMs: 0 });
    return { api, port: (await api.listen("127.0.0.1", at)).port };
  };
  let { api, port: found } = await listen(appliance, port);
  return {
    url: `http://127.0.0.1:${found}`,
    goAway: () => api.stop(),
    comeBack: async (behind = appliance) => {
      ({ api } = await listen(behind, found));
    },
  };
}
