/** One step from an older stored node config to `version`. Runs in Node-RED and in the browser, when a node is opened. */
export interface Migration {
  readonly version: number;
  readonly up: (config: Readonly<Record<string, unknown>>) => Record<string, unknown>;
}

/** The config as the newest version knows it; an unversioned one counts as version 0. */
export function migrate<C extends object>(config: C, migrations: readonly Migration[]): C {
  const stored = { ...config } as Readonly<Record<string, unknown>>;
  const version = typeof stored["version"] === "number" ? stored["version"] : 0;
  const migrated = migrations
    .filter((migration) => migration.version > version)
    .toSorted((a, b) => a.version - b.version)
    .reduce<Readonly<Record<string, unknown>>>(
      (older, migration) => ({ ...migration.up(older), version: migration.version }),
      stored,
    );
  return migrated as C;
}

/** Fills what a config written by hand or by an older release leaves out. */
export const withDefaults =
  (defaults: Readonly<Record<string, unknown>>): Migration["up"] =>
  (config) => ({ ...defaults, ...config });
