/** Why an attempt failed and when the next begins belong to the event; what reconciliation found is kept beside the commands. */
export const proof = `
ALTER TABLE command_event ADD COLUMN failure TEXT;
ALTER TABLE command_event ADD COLUMN retry_at_ms INTEGER;
CREATE INDEX command_event_by_time ON command_event (at_ms);

CREATE TABLE deviation (
  number INTEGER PRIMARY KEY,
  device_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  detail TEXT NOT NULL,
  command_id TEXT
) STRICT;
CREATE INDEX deviation_by_time ON deviation (at_ms);
CREATE INDEX deviation_by_device ON deviation (device_id, number);
`;
