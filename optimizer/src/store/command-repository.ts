import type { CommandEvent } from "@ohmstead/contract";
import type { Database } from "better-sqlite3";
import type { CommandOrder } from "../commands/life.ts";
import { StoreError } from "../domain/errors.ts";

/** A command as it was made, and all that happened to it, oldest first. Its state is the fold of the events. */
export interface StoredCommand {
  readonly order: CommandOrder;
  readonly events: readonly CommandEvent[];
}

interface CommandRow {
  readonly id: string;
  readonly body: string;
}

/** A row has null where the event leaves a field away. */
interface EventRow extends Omit<CommandEvent, "failure" | "retryAtMs"> {
  readonly failure: CommandEvent["failure"] | null;
  readonly retryAtMs: number | null;
}
const asRow = ({ failure = null, retryAtMs = null, ...event }: Writable): EventRow => ({
  ...event,
  failure,
  retryAtMs,
});
type Writable = Omit<CommandEvent, "failure" | "retryAtMs"> & {
  readonly failure?: EventRow["failure"] | undefined;
  readonly retryAtMs?: EventRow["retryAtMs"] | undefined;
};
const ofRow = ({ failure, retryAtMs, ...event }: EventRow): CommandEvent => ({
  ...event,
  ...(failure ? { failure } : {}),
  ...(retryAtMs === null ? {} : { retryAtMs }),
});

export type CommandRepository = ReturnType<typeof commandRepository>;

/**
 * The log of commands, append only. `is_live` repeats what the events say, so that the database itself can refuse a second live
 * command for a device.
 */
export function commandRepository(db: Database) {
  const insert = db.prepare<[string, string, number, string]>(
    "INSERT INTO command (id, device_id, created_at_ms, body, is_live) VALUES (?, ?, ?, ?, 1)",
  );
  const insertEvent = db.prepare<EventRow>(`INSERT INTO command_event
    (command_id, id, type, attempt, at_ms, cause, failure, retry_at_ms)
    VALUES (:commandId, :id, :type, :attempt, :atMs, :cause, :failure, :retryAtMs) ON CONFLICT (command_id, id) DO NOTHING`);
  const columns = `event.id, command_id AS commandId, type, attempt, at_ms AS atMs, cause, failure, retry_at_ms AS retryAtMs`;
  const markFinal = db.prepare<[string]>("UPDATE command SET is_live = 0 WHERE id = ?");
  const eventsOf = db.prepare<[string], EventRow>(
    `SELECT ${columns} FROM command_event AS event WHERE command_id = ? ORDER BY number`,
  );
  const eventsOfDevice = db.prepare<[string, number], EventRow>(
    `SELECT ${columns} FROM command_event AS event JOIN command ON command.id = event.command_id
     WHERE device_id = ? AND at_ms >= ? ORDER BY event.number`,
  );
  const oneEvent = db.prepare<[string, string], { readonly number: number }>(
    "SELECT number FROM command_event WHERE command_id = ? AND id = ?",
  );
  const one = db.prepare<[string], CommandRow>("SELECT id, body FROM command WHERE id = ?");
  const live = db.prepare<[], CommandRow>("SELECT id, body FROM command WHERE is_live = 1 ORDER BY number");
  const liveOf = db.prepare<[string], CommandRow>("SELECT id, body FROM command WHERE is_live = 1 AND device_id = ?");
  const newestOf = db.prepare<[string], CommandRow>(
    "SELECT id, body FROM command WHERE device_id = ? ORDER BY number DESC LIMIT 1",
  );
  const ofDevice = db.prepare<[string, number], CommandRow>(
    "SELECT id, body FROM command WHERE device_id = ? AND created_at_ms >= ? ORDER BY number",
  );
  const between = db.prepare<[number, number], CommandRow>(
    "SELECT id, body FROM command WHERE created_at_ms >= ? AND created_at_ms < ? ORDER BY number",
  );
  const newest = db.prepare<[number], CommandRow>("SELECT id, body FROM command ORDER BY number DESC LIMIT ?");
  const counts = db.prepare<[], { readonly type: string; readonly n: number }>(
    "SELECT type, count(*) AS n FROM command_event GROUP BY type",
  );
  const prune = db.prepare<[number]>("DELETE FROM command WHERE created_at_ms < ? AND is_live = 0");
  const asStored = (row: CommandRow): StoredCommand => ({
    order: JSON.parse(row.body) as CommandOrder,
    events: eventsOf.all(row.id).map(ofRow),
  });
  const create = db.transaction((order: CommandOrder, created: CommandEvent) => {
    const other = liveOf.get(order.deviceId);
    if (other) throw new StoreError(`${order.deviceId} already has the live command ${other.id}`);
    insert.run(order.id, order.deviceId, order.createdAtMs, JSON.stringify(order));
    insertEvent.run(asRow(created));
  });
  const append = db.transaction((events: readonly CommandEvent[], isLive: boolean): boolean => {
    let isNews = false;
    for (const event of events) {
      if (insertEvent.run(asRow(event)).changes > 0) isNews = true;
      if (!isLive) markFinal.run(event.commandId);
    }
    return isNews;
  });
  return {
    /** A new command with its first event. Throws StoreError while another one is live for the same device. */
    create: (order: CommandOrder, created: CommandEvent): void => {
      create(order, created);
    },
    /**
     * Writes what happened; an event that is known already is left as it is. `isLive`: whether the command still is, after all of them.
     * Answers whether any of it was news.
     */
    append: (events: readonly CommandEvent[], isLive: boolean): boolean => append(events, isLive),
    has: (commandId: string, eventId: string): boolean => oneEvent.get(commandId, eventId) !== undefined,
    find: (id: string): StoredCommand | undefined => {
      const row = one.get(id);
      return row && asStored(row);
    },
    /** Oldest first. */
    live: (): StoredCommand[] => live.all().map(asStored),
    newestOf: (deviceId: string): StoredCommand | undefined => {
      const row = newestOf.get(deviceId);
      return row && asStored(row);
    },
    /** Those made since, oldest first, live or not. */
    ofDevice: (deviceId: string, sinceMs: number): StoredCommand[] => ofDevice.all(deviceId, sinceMs).map(asStored),
    /** What happened to any command of the device since, in the order in which it was written. */
    eventsOfDevice: (deviceId: string, sinceMs: number): CommandEvent[] =>
      eventsOfDevice.all(deviceId, sinceMs).map(ofRow),
    /** Made within [fromMs, untilMs), oldest first. */
    between: (fromMs: number, untilMs: number): StoredCommand[] => between.all(fromMs, untilMs).map(asStored),
    /** Newest first, live or not. */
    newest: (limit: number): StoredCommand[] => newest.all(limit).map(asStored),
    /** How many events of each type there are. */
    countByEventType: (): Record<string, number> => Object.fromEntries(counts.all().map(({ type, n }) => [type, n])),
    prune: (beforeMs: number): number => prune.run(beforeMs).changes,
  };
}
