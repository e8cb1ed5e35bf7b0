import { createRequire } from "node:module";
import { join } from "node:path";
import { readFlowFiles, writeFlowFiles } from "./flow-files.js";
import { readJson, replaceJson } from "./json-file.js";
import { installProductFlows } from "./product-flows.js";

const CREDENTIALS = "flows_cred.json";

/**
 * Node-RED's own storage, but for the flows: those are one file per tab, readable in a diff.
 * `shipped`: the folder of the product's flows; `folder`: where this house's flows live.
 */
export function createFlowStorage({ shipped, folder, say = console.warn }) {
  const require = createRequire(createRequire(import.meta.url).resolve("node-red"));
  const files = require("@node-red/runtime/lib/storage/localfilesystem");
  return {
    ...files,
    init: async (settings, runtime) => {
      await files.init(settings, runtime);
      for (const notice of await installProductFlows({ shipped, folder })) say(notice);
    },
    getFlows: () => readFlowFiles(folder),
    saveFlows: (nodes) => writeFlowFiles(folder, nodes),
    getCredentials: async () => (await readJson(join(folder, CREDENTIALS))) ?? {},
    saveCredentials: (credentials) => replaceJson(join(folder, CREDENTIALS), credentials),
  };
}
