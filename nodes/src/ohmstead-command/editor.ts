import { numberFrom, registerInEditor } from "../editor/register.ts";
import { migrations } from "./migrations.ts";

registerInEditor({
  type: "ohmstead-command",
  label: "command",
  icon: "ohmstead-command.svg",
  inputs: 1,
  outputLabels: ["call"],
  migrations,
  defaults: { answerWithinS: { value: 10, validate: numberFrom(1) } },
});
