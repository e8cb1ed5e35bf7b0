// Node-RED's settings for Ohmstead. All that differs from house to house comes from the environment:
// OHMSTEAD_DATA, OHMSTEAD_URL, OHMSTEAD_TOKEN, OHMSTEAD_CLOCK, HA_URL, HA_TOKEN, NODE_RED_HOST, NODE_RED_PORT, NODE_RED_LOG.
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createFlowStorage } from "./flow-storage.js";
import { isLocalHost, loginSettings, readLogin } from "./login.js";

const project = fileURLToPath(new URL("../../", import.meta.url));
const data = resolve(process.env.OHMSTEAD_DATA ?? join(project, "data"));
const host = process.env.NODE_RED_HOST ?? "127.0.0.1";
const login = readLogin(join(data, "login.json"));

if (!login && !isLocalHost(host))
  throw new Error(
    `Node-RED would be open to everybody on ${host}: set a login first with "npx ohmstead login <name>", or leave NODE_RED_HOST away.`,
  );

// The flows name these variables; without a syntactically valid address Home Assistant's nodes stop every flow.
process.env.OHMSTEAD_DATA = data;
process.env.HA_URL ??= "http://homeassistant.local:8123";
process.env.HA_TOKEN ??= "not-set";

const settings = {
  uiHost: host,
  uiPort: Number(process.env.NODE_RED_PORT ?? 1880),
  userDir: join(data, "node-red"),
  storageModule: createFlowStorage({ shipped: join(project, "flows"), folder: join(data, "flows") }),
  // Credentials in the flows are names of environment variables, no secrets.
  credentialSecret: false,
  ...(login ? loginSettings(login) : {}),

  // The plan chart; relative to the dashboard it is ../ohmstead-ui/, behind Home Assistant's ingress too.
  httpStatic: [{ path: join(project, "optimizer/ui/dist"), root: "/ohmstead-ui/" }],

  telemetry: { enabled: false, updateNotification: false },
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false, allowUpload: false },
    modules: { allowInstall: false },
  },
  functionExternalModules: false,
  contextStorage: { default: { module: "memory" } },
  exportGlobalContextKeys: false,
  runtimeState: { enabled: true, ui: true },
  diagnostics: { enabled: true, ui: true },
  logging: { console: { level: process.env.NODE_RED_LOG ?? "warn", metrics: false, audit: false } },
  editorTheme: {
    page: { title: "Ohmstead" },
    header: { title: "Ohmstead" },
    palette: { catalogues: [] },
    projects: { enabled: false },
    tours: false,
  },
};

// Node-RED loads its settings with require(): this is what it gets.
export { settings as "module.exports" };
export default settings;
