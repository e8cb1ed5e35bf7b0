import { readFileSync } from "node:fs";
import type { Router } from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeAppliance } from "../../../../tests/support/appliance-fake.ts";
import { type ApiUnderTest, startApi } from "../../../../tests/support/http-api-under-test.ts";

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let running: ApiUnderTest;
let document: Document;
beforeAll(async () => {
  running = await startApi(fakeAppliance().appliance);
  document = (await running.ask("GET /openapi.json")).json as Document;
});
afterAll(() => running.stop());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, path, operation })),
  );

/** What the router really has, with every router mounted in it. */
function routesOf(router: Router): string[] {
  return router.stack.flatMap((layer) => {
    if (layer.route) {
      const { path } = layer.route;
      const methods = new Set(layer.route.stack.map((each) => each.method.toUpperCase()));
      return [...methods].map((method) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    }
    const inner = layer.handle as Partial<Router>;
    return inner.stack ? routesOf(inner as Router) : [];
  });
}

const isPoor = ({ summary, responses }: Operation) =>
  !summary || !Object.keys(responses).some((status) => status.startsWith("2"));

const may = ({ responses }: Operation, ...statuses: string[]) => statuses.every((status) => status in responses);

test("says what it is", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(document.info.version).toBe("1.2.3");
});

test("has every route of the router, and no other", () => {
  const documented = operations().map(({ route }) => route);
  const real = routesOf(running.api.app.router as Router);
  expect(real.length).toBeGreaterThan(20);
  expect(documented.toSorted()).toEqual(real.toSorted());
});

test("docs/api.md tells of every route", () => {
  const page = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
  const told = [...page.matchAll(/^\| `([A-Z]+ [^`]+)` +\|/gm)].map(([, route]) => route ?? "");
  expect(told.toSorted()).toEqual(
    operations()
      .map(({ route }) => route)
      .toSorted(),
  );
});

test("every operation has a name of its own, a summary, and a good answer", () => {
  const names = operations().map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  expect(operations().filter(({ operation }) => isPoor(operation))).toEqual([]);
});

test("every part of a path in braces is a parameter", () => {
  const declared = operations().map(({ route, operation }) => ({
    route,
    names: (operation.parameters ?? []).filter((each) => each.in === "path").map((each) => each.name),
  }));
  const wanted = operations().map(({ route, path }) => ({
    route,
    names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
  }));
  expect(declared).toEqual(wanted);
});

test("who needs a token may be refused; who sends a body may send a wrong one", () => {
  const open = operations().filter(({ operation }) => !may(operation, "401", "429"));
  expect(open.map(({ route }) => route)).toEqual(["GET /health/live"]);
  const withBody = operations().filter(({ operation }) => operation.requestBody !== undefined);
  expect(withBody).toHaveLength(10);
  expect(withBody.filter(({ operation }) => !may(operation, "400", "413", "415", "422"))).toEqual([]);
});

test("every reference leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(references.length).toBeGreaterThan(30);
  const target = (path: string) =>
    path.split("/").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
  expect(references.filter((path) => target(path) === undefined)).toEqual([]);
});
