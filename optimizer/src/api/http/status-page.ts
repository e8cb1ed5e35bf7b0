import express, { type RequestHandler } from "express";

const PAGE_FILE = /(^\/|\.(html|js|css|svg|png|ico|webmanifest|woff2))$/;

/** The files of the status page. They hold no data and need no token; other paths are not looked up on the disk. */
export function statusPage(uiFolder: string): RequestHandler {
  const files = express.static(uiFolder, { redirect: false });
  return (req, res, next) => {
    if (PAGE_FILE.test(req.path) && !req.path.startsWith("/api/")) void files(req, res, next);
    else next();
  };
}
