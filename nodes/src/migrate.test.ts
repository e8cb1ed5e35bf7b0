import { expect, test } from "vitest";
import { migrate, withDefaults } from "./migrate.ts";
import { migrations as command } from "./ohmstead-command/migrations.ts";
import { migrations as fallback } from "./ohmstead-fallback/migrations.ts";
import { migrations as override } from "./ohmstead-override/migrations.ts";
import { migrations as plan } from "./ohmstead-plan/migrations.ts";
import { migrations as recommendation } from "./ohmstead-recommendation/migrations.ts";
import { migrations as service } from "./ohmstead-service/migrations.ts";
import { migrations as telemetry } from "./ohmstead-telemetry/migrations.ts";

const steps = [
  {
    version: 2,
    up: ({ minutes, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, seconds: Number(minutes) * 60 }),
  },
  { version: 1, up: withDefaults({ minutes: 5 }) },
];

test.each([
  {
    rule: "takes an unversioned config through every step, in order",
    config: {},
    expected: { seconds: 300, version: 2 },
  },
  {
    rule: "begins after the stored version",
    config: { version: 1, minutes: 3 },
    expected: { seconds: 180, version: 2 },
  },
  { rule: "leaves the newest as it is", config: { version: 2, seconds: 7 }, expected: { seconds: 7, version: 2 } },
])("migrate $rule", ({ config, expected }) => {
  expect(migrate(config, steps)).toEqual(expected);
});

test.each([
  ["service", service, { name: "", url: "${OHMSTEAD_URL}" }],
  ["telemetry", telemetry, { name: "", service: "", batchMs: 100, refreshMinutes: 5 }],
  ["recommendation", recommendation, { name: "", service: "", deviceId: "" }],
  ["plan", plan, { name: "", service: "", repeatSeconds: 60 }],
  ["command", command, { name: "", service: "", answerWithinS: 10 }],
  ["fallback", fallback, { name: "", service: "", folder: "${OHMSTEAD_DATA}" }],
  ["override", override, { name: "", service: "" }],
] as const)(
  "a config of ohmstead-%s without version gets its defaults, and keeps what it says",
  (_type, migrations, defaults) => {
    const version = Math.max(...migrations.map((each) => each.version));
    expect(migrate({}, migrations)).toEqual({ ...defaults, version });
    expect(migrate({ name: "mine" }, migrations)).toMatchObject({ name: "mine" });
  },
);
