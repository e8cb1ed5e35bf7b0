/**
 * Older readings are packed by signal and UTC day; quarter-hours (one day a row) and hours (32 days a row) are kept beside them. A reading of a
 * time whose steps have been made marks the days that it reaches: the one it is of, the one before while a line may lead to it (two hours),
 * and the one after, into which it may hold. Bodies: store/packing/.
 */
export const packedReadings = `
CREATE TABLE reading_pack (
  signal_id INTEGER NOT NULL REFERENCES signal (id),
  day INTEGER NOT NULL,  -- days since 1970-01-01 UTC
  body BLOB NOT NULL,
  PRIMARY KEY (signal_id, day)
) STRICT;
CREATE TABLE rollup (
  signal_id INTEGER NOT NULL REFERENCES signal (id),
  step_minutes INTEGER NOT NULL CHECK (step_minutes IN (15, 60)),
  first_day INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (signal_id, step_minutes, first_day)
) STRICT;
CREATE TABLE late_day (
  signal_id INTEGER NOT NULL REFERENCES signal (id),
  day INTEGER NOT NULL,
  PRIMARY KEY (signal_id, day)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER reading_is_late AFTER INSERT ON reading
BEGIN
  INSERT OR IGNORE INTO late_day SELECT signal_id, first_day FROM rollup
  WHERE signal_id = new.signal_id AND step_minutes = 15
    AND first_day IN ((new.at_ms - 7200000) / 86400000, new.at_ms / 86400000, new.at_ms / 86400000 + 1);
END;
`;
