import { registerInEditor } from "../editor/register.ts";
import { migrations } from "./migrations.ts";

registerInEditor({
  type: "ohmstead-override",
  label: "override",
  icon: "ohmstead-override.svg",
  inputs: 1,
  outputLabels: ["active overrides"],
  migrations,
});
