/** What was forecast when, so that its error can be judged and an older word stand in for a missing one. */
export const forecasts = `
CREATE TABLE forecast (
  series TEXT NOT NULL,           -- outdoorTempC, pv/<array>
  source TEXT NOT NULL,
  issued_at_ms INTEGER NOT NULL,
  packed BLOB NOT NULL,           -- store/packed-stretches.ts
  PRIMARY KEY (series, source, issued_at_ms)
) STRICT;
`;
