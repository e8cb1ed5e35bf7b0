/** Times are epoch milliseconds; powers kW, energies kWh, temperatures °C, prices currency per kWh. */
export const first = `
CREATE TABLE price (
  source TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL CHECK (end_ms > start_ms),
  hours REAL NOT NULL,
  import_price_per_kwh REAL NOT NULL,
  export_price_per_kwh REAL NOT NULL,
  stored_at_ms INTEGER NOT NULL,
  PRIMARY KEY (source, start_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX price_by_start ON price (start_ms);

CREATE TABLE signal (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE reading (
  signal_id INTEGER NOT NULL REFERENCES signal (id),
  at_ms INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (signal_id, at_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan (
  id TEXT PRIMARY KEY,
  created_at_ms INTEGER NOT NULL,
  rung TEXT NOT NULL,
  cause TEXT NOT NULL,
  solve_ms REAL NOT NULL,
  plan BLOB NOT NULL,    -- JSON, gzip
  problem BLOB NOT NULL  -- JSON, gzip: the inputs, so that any plan can be made again
) STRICT;
CREATE INDEX plan_by_time ON plan (created_at_ms);
CREATE INDEX plan_by_rung ON plan (rung);

CREATE TABLE command (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  device_id TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  is_live INTEGER NOT NULL CHECK (is_live IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX one_live_command_per_device ON command (device_id) WHERE is_live = 1;
CREATE INDEX command_by_device ON command (device_id, number);
CREATE INDEX command_by_time ON command (created_at_ms);

CREATE TABLE command_event (
  number INTEGER PRIMARY KEY,
  command_id TEXT NOT NULL REFERENCES command (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  cause TEXT NOT NULL,
  UNIQUE (command_id, id)
) STRICT;
CREATE TRIGGER command_event_is_never_changed BEFORE UPDATE ON command_event
BEGIN SELECT RAISE(ABORT, 'what happened to a command is never changed'); END;

CREATE TABLE override (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  device_id TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  ended_at_ms INTEGER
) STRICT;
CREATE INDEX override_by_end ON override (until_ms);

CREATE TABLE fallback_report (
  from_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  rung TEXT NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  PRIMARY KEY (from_ms, rung)
) STRICT, WITHOUT ROWID;

CREATE TABLE state (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value)),
  changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
