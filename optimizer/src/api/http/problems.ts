import type { ProblemDocument } from "@ohmstead/contract";
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import { InputError, NotFound, NotReady, SolverError } from "../../domain/errors.ts";

/** An answer that is not the one hoped for, made by the HTTP face itself. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly status: number;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, title: string, detail: string, headers: HttpProblem["headers"] = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.headers = headers;
  }
}

const SOON = { "Retry-After": "5" };

/** For what the next plan brings. */
export const notReady = (what: string): NotReady =>
  new NotReady(`There is no ${what} yet: the first one is being made. Ask again soon.`);

interface Problem {
  readonly document: ProblemDocument;
  readonly headers: Readonly<Record<string, string>>;
}

const slugOf = (title: string): string => title.toLowerCase().replaceAll(" ", "-");

const problem = (status: number, title: string, detail: string, headers: Problem["headers"] = {}): Problem => ({
  document: { type: `urn:ohmstead:problem:${slugOf(title)}`, title, status, detail },
  headers,
});

/** Errors of express and its body parser carry a status, and the parser's a type. */
const BODY_PROBLEMS: Readonly<Record<string, readonly [title: string, detail: string]>> = {
  "entity.parse.failed": ["Not JSON", "The body is not valid JSON."],
  "entity.too.large": ["Too large", "The body is larger than this address takes."],
  "encoding.unsupported": ["Unsupported body", "The body's content-encoding is not supported: send gzip or none."],
  "charset.unsupported": ["Unsupported body", "The body's character set is not supported: send UTF-8."],
};

function clientProblem(error: unknown): Problem | undefined {
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (typeof status !== "number" || status < 400 || status > 499) return undefined;
  const [title, detail] = BODY_PROBLEMS[String(type)] ?? ["Bad request", "The request cannot be understood."];
  return problem(status, title, detail);
}

/** What an error means to who asked, as RFC 9457 has it. An unexpected error tells nothing of the inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpProblem) return problem(error.status, error.title, error.message, error.headers);
  if (error instanceof InputError) {
    const { document, headers } = problem(422, "Unusable input", error.message);
    return { document: { ...document, errors: error.errors }, headers };
  }
  if (error instanceof NotFound) return problem(404, "Not found", error.message);
  if (error instanceof NotReady) return problem(503, "Not there yet", error.message, SOON);
  if (error instanceof SolverError) return problem(503, "No plan", error.message, SOON);
  return (
    clientProblem(error) ??
    problem(500, "Failure inside", "Something went wrong inside; the log of the optimizer says what.")
  );
}

export function sendProblem(res: Response, error: unknown): void {
  const { document, headers } = problemOf(error);
  res.status(document.status).set(headers).type("application/problem+json").send(JSON.stringify(document));
}

/** The one place where errors become answers, and the unexpected ones are logged. */
export const answerErrors =
  (logger: Logger): ErrorRequestHandler =>
  (error: unknown, req, res, next) => {
    const { status } = problemOf(error).document;
    if (status === 500)
      logger.error({ err: error, req: { method: req.method, path: req.path, headers: req.headers } }, "request failed");
    if (res.headersSent) next(error);
    else sendProblem(res, error);
  };

export const answerNotFound: RequestHandler = (req) => {
  throw new NotFound(`There is no ${req.method} ${req.path}; GET /openapi.json lists what there is.`);
};
