/** What goes on from one plan to the next besides contents and temperatures. */
export interface Carried {
  /** By heater, of the time just before the first slot. */
  readonly heaters: Readonly<Record<string, { readonly previousKw: number; readonly previousHours: number }>>;
  /** By appliance, of those that run. */
  readonly runningSinceMs: Readonly<Record<string, number>>;
}
