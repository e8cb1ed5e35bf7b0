import type { StateMachine } from "./state-machine.ts";

/** Home Assistant's answer to a template it cannot render. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

const ARGUMENT = /\s*(?:'([^']*)'|"([^"]*)")\s*/y;

function argumentsOf(text: string): string[] | undefined {
  const values: string[] = [];
  let place = 0;
  while (place < text.length) {
    ARGUMENT.lastIndex = place;
    const match = ARGUMENT.exec(text);
    if (!match) return undefined;
    values.push(match[1] ?? match[2] ?? "");
    place = ARGUMENT.lastIndex;
    if (place < text.length && text[place] !== ",") return undefined;
    place++;
  }
  return values;
}

/** As Python prints a value. */
const printed = (value: unknown): string => {
  if (value === undefined || value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? value : JSON.stringify(value);
};

/** Only states(), state_attr() and is_state() with literal arguments: enough for a look at the house. Throws TemplateError. */
export function renderTemplate(template: string, states: StateMachine): string {
  return template.replaceAll(/\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const call = /^(\w+)\((.*)\)$/.exec(expression);
    const values = call ? argumentsOf(call[2] ?? "") : undefined;
    const [entityId = "", second = ""] = values ?? [];
    const stored = states.get(entityId);
    if (call && values) {
      if (call[1] === "states" && values.length === 1) return stored?.state ?? "unknown";
      if (call[1] === "state_attr" && values.length === 2) return printed(stored?.attributes[second]);
      if (call[1] === "is_state" && values.length === 2) return printed(stored?.state === second);
    }
    throw new TemplateError(`the simulated house cannot render "${expression}"`);
  });
}
