import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Logger, pino } from "pino";
import { createHttpApi, type HttpApi } from "../../optimizer/src/api/http/http-api.ts";
import type { Appliance } from "../../optimizer/src/cycles/appliance.ts";

export const TOKEN = "a-token-for-tests-0123456789";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  /** The text read as JSON, undefined when there is none. */
  readonly json: unknown;
}

export interface ApiUnderTest {
  readonly api: HttpApi;
  readonly url: string;
  /** "GET /path", with the token unless told otherwise; a body that is not text is sent as JSON. */
  readonly ask: (route: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Every line logged so far. */
  readonly log: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** A real server on a free port, with a status page of two files. */
export async function startApi(appliance: Appliance): Promise<ApiUnderTest> {
  const uiFolder = mkdtempSync(join(tmpdir(), "ohmstead-ui-"));
  writeFileSync(join(uiFolder, "index.html"), "<!doctype html><title>Ohmstead</title>");
  writeFileSync(join(uiFolder, "page.js"), "document.title = 'Ohmstead';");
  writeFileSync(join(uiFolder, "secrets.json"), "{}");
  const lines: string[] = [];
  const logger: Logger = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });
  const api = createHttpApi({ appliance, token: TOKEN, uiFolder, logger, patienceMs: 300 });
  const { port } = await api.listen("127.0.0.1", 0);
  const url = `http://127.0.0.1:${port}`;
  return {
    api,
    url,
    log: () => lines,
    ask: async (route, body, headers = { Authorization: `Bearer ${TOKEN}` }) => {
      const [method = "GET", path = "/"] = route.split(" ");
      const withBody =
        body === undefined
          ? { headers }
          : {
              headers: { "Content-Type": "application/json", ...headers },
              body: typeof body === "string" ? body : JSON.stringify(body),
            };
      const response = await fetch(url + path, { method, ...withBody });
      const text = await response.text();
      const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
      const json: unknown = type.endsWith("json") && text ? JSON.parse(text) : undefined;
      return { status: response.status, type, headers: response.headers, text, json };
    },
    stop: async () => {
      await api.stop();
      rmSync(uiFolder, { recursive: true, force: true });
    },
  };
}
