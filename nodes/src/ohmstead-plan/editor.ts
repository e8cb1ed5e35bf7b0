import { numberFrom, registerInEditor } from "../editor/register.ts";
import { migrations } from "./migrations.ts";

registerInEditor({
  type: "ohmstead-plan",
  label: "plan",
  icon: "ohmstead-plan.svg",
  inputs: 1,
  outputLabels: ["plan", "timeline", "savings", "health", "audit", "quarantine"],
  migrations,
  defaults: { repeatSeconds: { value: 60, validate: numberFrom(0) } },
});
