import { applianceTask } from "../../forecasts/appliance-task.ts";
import { spansOf } from "../../forecasts/local-spans.ts";
import { type Draft, measuredOf, type Part } from "./draft.ts";

export const appliancesOf = (draft: Draft): Part<"appliances">[] =>
  draft.config.appliances.flatMap((appliance) => {
    const { id, powerKw, singleBlock } = appliance;
    const windows = spansOf(appliance.window, draft.nowMs, draft.endMs, draft.config.timeZone);
    const task = applianceTask(appliance, windows, measuredOf(draft, `${id}.powerKw`), draft.nowMs);
    return task ? [{ id, powerKw, singleBlock, ...task }] : [];
  });
