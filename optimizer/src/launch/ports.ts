import { createServer } from "node:net";
import { ConfigError } from "../domain/errors.ts";

const listen = (port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      const found = address && typeof address === "object" ? address.port : port;
      server.close(() => resolve(found));
    });
  });

/** The wanted port when it is free, any free one for 0. Throws ConfigError that says how to choose another (`remedy`). */
export async function freePort(wanted: number, host: string, what: string, remedy: string): Promise<number> {
  try {
    return await listen(wanted, host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new ConfigError(
      `Port ${wanted} for the ${what} is in use. Is Ohmstead running already? Stop the other program, or choose another port: ${remedy}.`,
    );
  }
}
