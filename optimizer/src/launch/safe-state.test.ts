import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { bringToSafeState } from "./safe-state.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});
const listen = (answer: RequestListener): Promise<string> =>
  new Promise((resolve) => {
    const started = createServer(answer);
    server = started.listen(0, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(started.address() as AddressInfo).port}`);
    });
  });
const wish = (url: string) => ({ url, token: "secret", cause: "Ohmstead is being stopped", withinMs: 50 });

test.each([
  { isReached: true, says: "Every device is in its safe state." },
  { isReached: false, says: /^Not every device has confirmed/ },
])("asks the optimizer and says whether it was reached: $isReached", async ({ isReached, says }) => {
  const asked: unknown[] = [];
  const url = await listen((req, res) => {
    let body = "";
    req.on("data", (chunk: Buffer) => (body += chunk.toString()));
    req.on("end", () => {
      asked.push([req.method, req.url, req.headers.authorization, JSON.parse(body)]);
      res.setHeader("content-type", "application/json").end(JSON.stringify({ isReached }));
    });
  });
  expect(await bringToSafeState(wish(url))).toMatch(says);
  const body = { cause: "Ohmstead is being stopped", withinMs: 50 };
  expect(asked).toEqual([["POST", "/api/v1/safe-state", "Bearer secret", body]]);
});

test("an optimizer that refuses, or is not there, keeps nobody from stopping", async () => {
  const url = await listen((_req, res) => void res.writeHead(500).end());
  expect(await bringToSafeState(wish(url))).toContain("answered 500");
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  expect(await bringToSafeState(wish(url))).toMatch(/^The devices stay as they are: the optimizer could not be asked/);
});
