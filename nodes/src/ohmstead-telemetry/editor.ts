import { numberFrom, registerInEditor } from "../editor/register.ts";
import { migrations } from "./migrations.ts";

registerInEditor({
  type: "ohmstead-telemetry",
  label: "telemetry",
  icon: "ohmstead-telemetry.svg",
  inputs: 1,
  outputLabels: ["please send all states"],
  migrations,
  defaults: {
    batchMs: { value: 100, validate: numberFrom(0) },
    refreshMinutes: { value: 5, validate: numberFrom(0) },
  },
});
