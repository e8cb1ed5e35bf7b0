import { z } from "zod";
import { id } from "../problem/fields.ts";

const address = z.url({ protocol: /^https?$/, error: "write an address such as https://api.example.com" });

/**
 * A maker's interface that the optimizer itself speaks to. No secret is written here: the refresh token comes from the environment
 * (`<ID>_REFRESH_TOKEN`, the id in capitals) and is then kept, as the maker renews it, in the data folder.
 */
export const CloudConfig = z.discriminatedUnion("kind", [
  z.strictObject({
    id: id.default("viessmann").describe("the name by which `control` blocks and sources mean it"),
    kind: z.literal("viessmann"),
    clientId: z.string().min(1).describe("the id of your client in Viessmann's developer portal; it is no secret"),
    installationId: z.string().regex(/^\w+$/, "write the number of the installation, in quotes"),
    gatewaySerial: z.string().regex(/^\w+$/, "write the gateway's serial number, in quotes"),
    deviceId: z.string().regex(/^\w+$/).default("0"),
    pollMinutes: z.number().min(1).max(60).default(3).describe("its features are read this often"),
    callsPerDay: z
      .int()
      .min(100)
      .max(100_000)
      .default(1450)
      .describe("what the maker allows; the last 50 are for orders"),
    apiUrl: address.default("https://api.viessmann-climatesolutions.com"),
    tokenUrl: address.default("https://iam.viessmann-climatesolutions.com/idp/v3/token"),
  }),
]);
export type CloudConfig = Readonly<z.output<typeof CloudConfig>>;
