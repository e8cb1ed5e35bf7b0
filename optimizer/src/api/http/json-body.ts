import express, { type RequestHandler } from "express";
import { HttpProblem } from "./problems.ts";

/** A body of JSON up to the limit ("2mb"); without one, `req.body` stays undefined. */
export function jsonBody(limit: string): RequestHandler {
  const parse = express.json({ limit });
  return (req, res, next) => {
    // `is` gives null when there is no body, and false when there is one of another type; a body of 0 bytes is none.
    if (req.is("application/json") === false && req.headers["content-length"] !== "0")
      throw new HttpProblem(415, "Unsupported body", "Send the body as JSON, with Content-Type: application/json.");
    parse(req, res, next);
  };
}

export const SMALL_BODY = "64kb";
export const LARGE_BODY = "2mb";
