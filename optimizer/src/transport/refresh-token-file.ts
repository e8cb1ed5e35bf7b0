import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const Kept = z.object({ refreshToken: z.string().min(1), begunWith: z.string().optional() });

/** The refresh token of an interface, and where it lives. */
export interface RefreshToken {
  /** Where its owner changes it, for messages. */
  readonly remedy: string;
  read(): string | undefined;
  /** Keeps what the maker gave in its place. */
  renew(refreshToken: string): void;
}

const fingerprint = (token: string): string => createHash("sha256").update(token).digest("hex").slice(0, 16);

/**
 * Makers give a new refresh token with every use or every few months, so it must be kept: in a file that only its owner may read. A new one in
 * the environment counts more than a kept one that began with another.
 */
export function refreshTokenFile(path: string, variable: string, fromEnvironment: string | undefined): RefreshToken {
  const given = fromEnvironment === undefined || fromEnvironment === "" ? undefined : fromEnvironment;
  const kept = () => {
    try {
      return Kept.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
    } catch {
      return undefined;
    }
  };
  return {
    remedy: `set a new refresh token in ${variable} (.env) and restart`,
    read: () => {
      const found = kept();
      const isOfGiven = given === undefined || found?.begunWith === fingerprint(given);
      return found && isOfGiven ? found.refreshToken : given;
    },
    renew: (refreshToken) => {
      const begunWith = given === undefined ? kept()?.begunWith : fingerprint(given);
      mkdirSync(dirname(path), { recursive: true });
      const draft = `${path}.new`;
      writeFileSync(draft, JSON.stringify({ refreshToken, begunWith }), { mode: 0o600, flush: true });
      renameSync(draft, path);
    },
  };
}
