import { randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

export const isLocalHost = (host) => ["127.0.0.1", "::1", "localhost"].includes(host);

/** `{ user, passwordHash }` as "ohmstead login" stores it; undefined when no login is set. */
export function readLogin(path) {
  if (!existsSync(path)) return undefined;
  const { user, passwordHash } = JSON.parse(readFileSync(path, "utf8"));
  // Half a login must not mean none.
  if (typeof user !== "string" || user === "" || typeof passwordHash !== "string" || !passwordHash.startsWith("$2"))
    throw new Error(`${path} cannot be used: set the login again with "npx ohmstead login <name>".`);
  return { user, passwordHash };
}

/** Editor, pages, static files and the dashboard's socket all ask for this login. */
export function loginSettings({ user, passwordHash }) {
  const basicAuth = { user, pass: passwordHash };
  return {
    adminAuth: { type: "credentials", users: [{ username: user, password: passwordHash, permissions: "*" }] },
    httpNodeAuth: basicAuth,
    httpStaticAuth: basicAuth,
    dashboard: createDashboardGuard(),
  };
}

const COOKIE = "ohmstead-dashboard";

/**
 * The dashboard's socket hangs on the HTTP server, not on the pages that httpNodeAuth protects, and would let everybody in.
 * So a page that was opened with the login sets a cookie of this start, and the socket asks for it.
 */
export function createDashboardGuard(secret = randomBytes(32).toString("base64url")) {
  return {
    middleware: (request, response, next) => {
      if (!hasCookie(request.headers.cookie, secret))
        response.setHeader("Set-Cookie", `${COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Strict`);
      next();
    },
    ioMiddleware: (socket, next) => {
      const { cookie, origin, host } = socket.handshake.headers;
      const isAllowed = hasCookie(cookie, secret) && isSameOrigin(origin, host);
      next(isAllowed ? undefined : new Error("not logged in: open the dashboard's page first"));
    },
  };
}

function hasCookie(header, secret) {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.some(([name, value = ""]) => name === COOKIE && isSameText(value, secret));
}

const isSameText = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** A browser names the page's origin; other programs name none. */
function isSameOrigin(origin, host) {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
