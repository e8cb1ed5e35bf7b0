import { z } from "zod";
import { Command, CommandEvent } from "./command.ts";
import { Health } from "./health.ts";
import { Override } from "./override.ts";

/** What somebody needs to understand a house from afar, without its secrets: to be attached to a question or a bug report. */
export const Diagnostics = z.strictObject({
  formatVersion: z.literal(1),
  madeAtMs: z.int(),
  version: z.string(),
  health: Health,
  config: z.record(z.string(), z.unknown()).describe("as it was read, with defaults; secrets and place are hidden"),
  problem: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("what the plan in force was made from: `ohmstead solve` makes it again"),
  plan: z.record(z.string(), z.unknown()).optional(),
  overrides: z.array(Override).readonly(),
  commands: z
    .array(z.strictObject({ command: Command, events: z.array(CommandEvent).readonly() }))
    .readonly()
    .describe("the newest, newest first"),
});
export type Diagnostics = Readonly<z.output<typeof Diagnostics>>;
