import { registerInEditor } from "../editor/register.ts";
import { migrations } from "./migrations.ts";

registerInEditor({
  type: "ohmstead-recommendation",
  label: "recommendation",
  icon: "ohmstead-recommendation.svg",
  inputs: 1,
  outputLabels: ["recommendation"],
  migrations,
  defaults: { deviceId: { value: "" } },
});
