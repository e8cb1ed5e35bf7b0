import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { hash } from "bcryptjs";
import { ConfigError } from "../domain/errors.ts";

const SHORTEST_PASSWORD = 10;

/** Asks for a password (unseen in a terminal, one line from a pipe) and stores its hash, readable by the owner alone. */
export async function setLogin(user: string, { data }: { readonly data: string }): Promise<void> {
  stdout.write(`Password for ${user} (at least ${SHORTEST_PASSWORD} characters): `);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: stdin, output: unseen, terminal: stdin.isTTY });
  const password = await terminal.question("");
  terminal.close();
  stdout.write("\n");
  if (password.length < SHORTEST_PASSWORD)
    throw new ConfigError(`A password needs at least ${SHORTEST_PASSWORD} characters; nothing was changed.`);
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "login.json"), JSON.stringify({ user, passwordHash: await hash(password, 10) }), {
    mode: 0o600,
  });
  console.log("Stored. Restart Ohmstead; editor and dashboard then ask for it.");
}
