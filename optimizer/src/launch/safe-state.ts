/** The optimizer answers within this, and a little more for the way. */
const WITHIN_MS = 10_000;
const ON_THE_WAY_MS = 2000;

export interface SafeStateWish {
  readonly url: string;
  readonly token: string;
  /** For the audit trail. */
  readonly cause: string;
  readonly withinMs?: number;
}

/**
 * Before the whole appliance is stopped on purpose: every device is brought to its safe state, so that none goes on with an order that nobody
 * ends. Answers with a sentence for the person who stops it; never rejects, because it must not keep anybody from stopping.
 */
export async function bringToSafeState({ url, token, cause, withinMs = WITHIN_MS }: SafeStateWish): Promise<string> {
  try {
    const response = await fetch(`${url}/api/v1/safe-state`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ cause, withinMs }),
      signal: AbortSignal.timeout(withinMs + ON_THE_WAY_MS),
    });
    if (!response.ok) return `The devices stay as they are: the optimizer answered ${response.status}.`;
    const { isReached } = (await response.json()) as { readonly isReached: boolean };
    return isReached
      ? "Every device is in its safe state."
      : "Not every device has confirmed its safe state: see the dashboard's commands when Ohmstead runs again.";
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The devices stay as they are: the optimizer could not be asked (${reason}).`;
  }
}
