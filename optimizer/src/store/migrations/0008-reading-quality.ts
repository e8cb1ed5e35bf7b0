/** How far a reading may be believed: 0 good, 1 uncertain. */
export const readingQuality = `
ALTER TABLE reading ADD COLUMN quality INTEGER NOT NULL DEFAULT 0 CHECK (quality IN (0, 1));
`;
