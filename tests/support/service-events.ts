import { ServiceEvent } from "@ohmstead/contract";

/** Reads the optimizer's event stream until an event fits, and resolves with it at once; rejects when the patience ends. */
export async function nextServiceEvent<E extends ServiceEvent>(
  { optimizerUrl, token }: { readonly optimizerUrl: string; readonly token: string },
  fits: (event: ServiceEvent) => event is E,
  patienceMs: number,
  onListening: () => void,
): Promise<E> {
  const signal = AbortSignal.timeout(patienceMs);
  const response = await fetch(`${optimizerUrl}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal,
  });
  if (!response.ok || !response.body) throw new Error(`the event stream answered ${response.status}`);
  onListening();
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      const event = data === undefined ? undefined : ServiceEvent.parse(JSON.parse(data));
      if (event && fits(event)) return event;
    }
  }
  throw new Error("the event stream ended");
}
