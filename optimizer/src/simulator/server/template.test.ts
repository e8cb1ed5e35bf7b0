import { expect, test } from "vitest";
import { createStateMachine, newContext } from "./state-machine.ts";
import { renderTemplate, TemplateError } from "./template.ts";

const states = createStateMachine();
states.write({ entityId: "climate.x", state: "heat", attributes: { temperature: 21 }, atMs: 0, context: newContext() });

test.each([
  ["plain text", "plain text"],
  ["{{ states('climate.x') }}", "heat"],
  ['{{states("climate.y")}}', "unknown"],
  ["{{ state_attr('climate.x', 'temperature') }} °C", "21 °C"],
  ["{{ state_attr('climate.x','nothing') }}", "None"],
  ["{{ is_state('climate.x', 'heat') }}, {{ is_state('climate.x', 'off') }}", "True, False"],
])("%s gives %s", (template, text) => expect(renderTemplate(template, states)).toBe(text));

test.each(["{{ 1 + 1 }}", "{{ states(x) }}", "{{ states('a' 'b') }}", "{{ states('a', 'b') }}"])(
  "%s is refused",
  (template) => {
    expect(() => renderTemplate(template, states)).toThrow(TemplateError);
  },
);
