/** With the problem alone a plan could not be made again: time limit and the plan in force belong to it. JSON, or nothing for older plans. */
export const solveSettings = `
ALTER TABLE plan ADD COLUMN settings TEXT;
`;
