import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { MemoryStore, rateLimit } from "express-rate-limit";
import type { Logger } from "pino";
import { HttpProblem, sendProblem } from "./problems.ts";

export interface BearerToken {
  readonly check: RequestHandler;
  readonly failures: () => number;
  readonly stop: () => void;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const WINDOW_MS = 60_000;

/**
 * Lets pass who sends `Authorization: Bearer <token>`. Only failures count towards the rate limit, so that a guesser
 * on this machine cannot lock out Node-RED, which comes from the same address.
 */
export function bearerToken(token: string, logger: Logger, failuresPerMinute = 30): BearerToken {
  const expected = digest(`Bearer ${token}`);
  let failures = 0;
  const store = new MemoryStore();
  const limitFailures = rateLimit({
    store,
    windowMs: WINDOW_MS,
    limit: failuresPerMinute,
    standardHeaders: false,
    legacyHeaders: false,
    // No proxy is trusted: the address is the socket's, and a Forwarded header does not matter.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_req, res) =>
      sendProblem(
        res,
        new HttpProblem(429, "Too many attempts", "Too many requests without a valid token: wait a minute.", {
          "Retry-After": String(WINDOW_MS / 1000),
        }),
      ),
  });
  const refuse: RequestHandler = (req, res) => {
    logger.warn({ address: req.ip }, "refused a request without a valid token");
    sendProblem(
      res,
      new HttpProblem(401, "Unauthorized", "A valid token is needed: Authorization: Bearer <token>.", {
        "WWW-Authenticate": 'Bearer realm="ohmstead"',
      }),
    );
  };
  return {
    // Digests are of equal length, so that the comparison takes the same time for every wrong token.
    check: (req, res, next) => {
      if (timingSafeEqual(digest(req.headers.authorization ?? ""), expected)) {
        next();
        return;
      }
      failures += 1;
      void limitFailures(req, res, (error?: unknown) => {
        if (error) next(error);
        else void refuse(req, res, next);
      });
    },
    failures: () => failures,
    stop: () => store.shutdown(),
  };
}
