import { ProblemDocument } from "@ohmstead/contract";
import type { z } from "zod";
import type { ZodOpenApiPathsObject, ZodOpenApiRequestBodyObject, ZodOpenApiResponseObject } from "zod-openapi";

/** What GET /openapi.json says of a group of routes; beside the routes, so that they change together. */
export type RouteDocs = ZodOpenApiPathsObject;

export const answers = (description: string, schema: z.ZodType): ZodOpenApiResponseObject => ({
  description,
  content: { "application/json": { schema } },
});

export const takes = (schema: z.ZodType, required = true): ZodOpenApiRequestBodyObject => ({
  required,
  content: { "application/json": { schema } },
});

export const refuses = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: { "application/problem+json": { schema: ProblemDocument } },
});
