/** What each source said when, before any tariff: a row holds the slots that were new or different. */
export const priceVintages = `
CREATE TABLE price_vintage (
  number INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  said_at_ms INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL CHECK (until_ms > from_ms),
  spots BLOB NOT NULL,       -- columns as JSON, deflated
  UNIQUE (source, said_at_ms, from_ms)
) STRICT;
CREATE INDEX price_vintage_by_time ON price_vintage (source, until_ms);
CREATE TRIGGER price_vintage_is_never_changed BEFORE UPDATE ON price_vintage
BEGIN SELECT RAISE(ABORT, 'what a source said is never changed'); END;
`;
