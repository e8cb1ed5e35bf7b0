import type { RequestHandler } from "express";
import { HttpProblem } from "./problems.ts";

/** Limits as express writes them, in bytes. */
const MEGABYTE = 1024 * 1024;

/**
 * Refuses a body, before it is read, while those that are being read would together take more memory than `mostMb`. A body of unknown length
 * counts as one of the most it may have, `largestMb`.
 */
export function bodiesUnderWay(largestMb: number, mostMb: number): RequestHandler {
  let underWay = 0;
  return (req, res, next) => {
    const told = req.headers["content-encoding"] === undefined ? Number(req.headers["content-length"]) : Number.NaN;
    const bytes = Math.min(Number.isFinite(told) ? told : Infinity, largestMb * MEGABYTE);
    if (underWay + bytes > mostMb * MEGABYTE)
      throw new HttpProblem(
        503,
        "Too much at once",
        `More than ${mostMb} MB are being handed in at this moment; nothing of this request was stored. Send it again soon.`,
        { "Retry-After": "2" },
      );
    underWay += bytes;
    res.once("close", () => {
      underWay -= bytes;
    });
    next();
  };
}
