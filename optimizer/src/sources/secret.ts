import { SourceError } from "../domain/errors.ts";
import type { SourceDeps } from "./source.ts";

/** A secret by the name of its environment variable. Throws SourceError that says where it belongs. */
export function secretOf(deps: SourceDeps, source: string, name: string): string {
  const secret = deps.secret?.(name)?.trim();
  if (secret) return secret;
  throw new SourceError(source, `${name} is not set: write it into .env, as .env.example shows, and start again`, {
    trouble: "credentials",
  });
}
