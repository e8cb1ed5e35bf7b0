/** What went wrong, short enough for a node's status line. */
export const shortReason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 80);

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
