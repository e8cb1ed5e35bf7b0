/** Values that came and were not believed: kept and shown, never used, never silently dropped. */
export const quarantine = `
CREATE TABLE quarantine (
  number INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,     -- signal id, or series of a source: prices/octopus-agile
  at_ms INTEGER NOT NULL,    -- the moment the value is of
  value TEXT NOT NULL,       -- as it came
  reason TEXT NOT NULL,
  refused_at_ms INTEGER NOT NULL,
  UNIQUE (subject, at_ms, value)
) STRICT;
CREATE INDEX quarantine_by_time ON quarantine (refused_at_ms);
`;
