import type { CommandReport } from "@ohmstead/contract";
import { ServiceError, type Service } from "../ohmstead-service/service.ts";

const RETRY_MS = 1000;
const MOST_WAITING = 2000;

export interface Reporter {
  add(commandId: string, report: CommandReport): void;
  /** Sends what waits, as after a reconnection. */
  flush(): void;
  readonly waiting: number;
  close(): void;
}

/** Brings reports to the service, in order, and keeps them while it is away. A report the service refuses for good is dropped and said. */
export function createReporter(service: Service, say: (text: string) => void): Reporter {
  const queue = new Map<string, { readonly commandId: string; readonly report: CommandReport }>();
  let isSending = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const sendAll = async () => {
    isSending = true;
    for (const [id, { commandId, report }] of queue) {
      if (isClosed) break;
      try {
        await service.request("POST", `/api/v1/commands/${encodeURIComponent(commandId)}/events`, report);
      } catch (error) {
        if (!(error instanceof ServiceError && error.isFinal)) {
          timer = setTimeout(flush, RETRY_MS);
          break;
        }
        say(`report ${report.type} on ${commandId} was refused: ${error.message}`);
      }
      queue.delete(id);
    }
    isSending = false;
  };
  const flush = () => {
    clearTimeout(timer);
    if (!isSending && !isClosed && queue.size > 0) void sendAll();
  };

  return {
    add: (commandId, report) => {
      queue.set(report.id, { commandId, report });
      const oldest = queue.size > MOST_WAITING ? queue.keys().next().value : undefined;
      if (oldest !== undefined) queue.delete(oldest);
      flush();
    },
    flush,
    get waiting() {
      return queue.size;
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
