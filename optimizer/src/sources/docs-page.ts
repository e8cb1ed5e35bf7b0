import { z } from "zod";
import { HISTORY_KINDS, PRICE_KINDS, PV_KINDS, WEATHER_KINDS } from "./registry.ts";
import type { SourceFacts, SourceKind } from "./source.ts";

/** Every list of the registry, in the order of docs/sources.md. */
const SUBJECTS: readonly (readonly [string, string, readonly SourceKind<unknown>[]])[] = [
  ["Prices", "prices.source", PRICE_KINDS],
  ["Weather", "weather.source", WEATHER_KINDS],
  ["Solar forecast", "pvArrays[].forecast", PV_KINDS],
  ["History of the house", "history.source", HISTORY_KINDS],
];

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");

/** What the page says of each setting: its description, its default, whether it must be there. */
function settingsOf(config: z.ZodType): string {
  const schema = z.toJSONSchema(config, { io: "input", unrepresentable: "any" });
  const needed = new Set(schema.required);
  const lines = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (name === "kind" || typeof property !== "object") return [];
    const { description, default: usual, enum: words } = property;
    const said = description ?? words?.join(", ");
    const otherwise = usual === undefined ? undefined : `default ${JSON.stringify(usual)}`;
    const about = [said, otherwise].filter(Boolean).join("; ");
    return [`- \`${name}\`${needed.has(name) ? " (needed)" : ""}${about && `: ${about}`}`];
  });
  return lines.length > 0 ? lines.join("\n") : "No settings.";
}

/** How far its answers can be relied on; nothing for a source that asks nobody. */
const evidenceOf = ({ answers, checkedAgainst }: SourceFacts): string =>
  answers === undefined || checkedAgainst === undefined
    ? ""
    : `\nAnswers under test: ${answers}. Compared with: ${checkedAgainst}.\n`;

function sectionOf([subject, key, kinds]: (typeof SUBJECTS)[number]): string {
  const rows = kinds.map(({ kind, facts }) => {
    const { title, region, step, credentials, rateLimit, test } = facts;
    const link = `[${test}](../src/sources/${test})`;
    return `| \`${kind}\` | ${[title, region, step, credentials, rateLimit].map(cell).join(" | ")} | ${link} |`;
  });
  const details = kinds.map(
    ({ kind, config, facts }) =>
      `### \`${kind}\`: ${subject.toLowerCase()}\n\n${settingsOf(config)}\n${evidenceOf(facts)}`,
  );
  return `## ${subject} (\`${key}\`)

| kind | source | region | step | credentials | rate limit | test that replays its answer |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

${details.join("\n")}`;
}

/** docs/sources.md, before it is formatted. */
export const sourcesPage = (): string => `# Sources

Written by tools/write-sources.mjs from the registry (\`src/sources/registry.ts\`): change it there.

A source is a kind and its settings in the config; several of a kind are told apart by \`name\`. Where one is silent the next speaks: write a list, best
first. Credentials are environment variables and belong in \`.env\`, never into the config. What comes in is checked at the border as
[inputs.md](inputs.md) says: currency, unit, order, overlap; an answer with a fault is refused whole, and the field named. Whether each price can be believed is judged after that.

The tests ask no provider. They replay answers that others recorded, or answers written true to the format: with each kind stands which. Addresses, fields, units, the meaning of times and the refusals were compared with
public clients and documents in November 2026; with each kind stands with which.

Every price source also takes \`tariff\` (how its price becomes the one at the meter, instead of \`prices.import\` and \`prices.export\`) and
\`exchange: { from: EUR, rate: 392 }\`, for one that counts in other money than the house: one euro is 392 of the house's.

${SUBJECTS.filter(([, , kinds]) => kinds.length > 0)
  .map(sectionOf)
  .join("\n")}`;
