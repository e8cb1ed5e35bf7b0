import { type Migration, withDefaults } from "../migrate.ts";

export const migrations: readonly Migration[] = [
  { version: 1, up: withDefaults({ name: "", service: "" }) },
  { version: 2, up: withDefaults({ answerWithinS: 10 }) },
];
