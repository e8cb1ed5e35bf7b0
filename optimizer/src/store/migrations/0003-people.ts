/** Wishes about the whole house name no device; who asked, and for what, is kept with them. */
export const people = `
ALTER TABLE override RENAME TO override_before;
CREATE TABLE override (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  device_id TEXT,
  created_at_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  temp_c REAL,
  intent TEXT CHECK (intent IS NULL OR json_valid(intent)),
  origin TEXT NOT NULL,
  by TEXT,
  ended_at_ms INTEGER,
  ended_by TEXT
) STRICT;
INSERT INTO override (id, kind, device_id, created_at_ms, until_ms, origin, ended_at_ms)
  SELECT id, kind, device_id, created_at_ms, until_ms, 'person', ended_at_ms FROM override_before ORDER BY rowid;
DROP TABLE override_before;
CREATE INDEX override_by_end ON override (until_ms);
`;
