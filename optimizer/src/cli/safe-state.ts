import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../domain/errors.ts";
import { bringToSafeState } from "../launch/safe-state.ts";

/** `ohmstead safe-state`: for whoever stops the containers one by one, or wants the house left alone. */
export async function safeState({ url, data }: { readonly url: string; readonly data: string }): Promise<void> {
  const file = join(data, "service-token");
  const token = process.env["OHMSTEAD_TOKEN"] ?? (existsSync(file) ? readFileSync(file, "utf8").trim() : undefined);
  if (!token) throw new ConfigError(`There is no token in ${file}: name the appliance's data folder with --data`);
  console.log(await bringToSafeState({ url, token, cause: "asked for on the command line" }));
}
