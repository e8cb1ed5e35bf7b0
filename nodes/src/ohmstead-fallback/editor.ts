import { registerInEditor } from "../editor/register.ts";
import { migrations } from "./migrations.ts";

registerInEditor({
  type: "ohmstead-fallback",
  label: "fallback",
  icon: "ohmstead-fallback.svg",
  inputs: 1,
  outputLabels: ["call", "status", "heartbeat"],
  migrations,
  defaults: { folder: { value: "${OHMSTEAD_DATA}" } },
});
