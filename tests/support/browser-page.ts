import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const UI = fileURLToPath(new URL("../../optimizer/ui/", import.meta.url));
export const UI_DIST = join(UI, "dist");

/** As its own process, as the project builds it. */
export async function buildUi(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(UI, "build.mjs")]);
}

const QUIET = ["disable-background-networking", "disable-component-update", "disable-sync", "no-first-run"];

/** Chromium without a screen that asks nobody but the page's own server. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["headless", "no-sandbox", "disable-gpu", "disable-quic", ...QUIET].map((option) => `--${option}`),
  });

export interface StaticPages {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Serves the built scripts, and pages given as text, under the strict rules of the service: no inline script or style. */
export async function serveUi(pages: Readonly<Record<string, string>>): Promise<StaticPages> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    response.setHeader("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'");
    const page = pages[path];
    if (page !== undefined) {
      response.setHeader("Content-Type", extname(path) === ".js" ? "text/javascript" : "text/html").end(page);
      return;
    }
    readFile(join(UI_DIST, path)).then(
      (file) => response.setHeader("Content-Type", "text/javascript").end(file),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}
