const HIDDEN = "(hidden)";
/** Names under which a secret is kept, in any spelling: accessToken, api_key, client-secret. Where the family lives is nobody's business either. */
const SECRET_NAME =
  /token|secret|passw|credential|authorization|cookie|api_?-?key|private_?-?key|^key$|latitude|longitude|^user(name)?$|client_?-?id/i;
/** scheme://user:password@host */
const CREDENTIALS_IN_URL = /([a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi;
const SECRET_IN_QUERY = /([?&][^=&\s]*(?:token|secret|passw|key|auth)[^=&\s]*=)[^&\s"']+/gi;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;

/**
 * A copy that may be shown to strangers: values under names of secrets, credentials within addresses, and the known secrets wherever they occur, are
 * hidden.
 */
export function withoutSecrets(value: unknown, known: readonly string[] = []): unknown {
  if (typeof value === "string") return textWithoutSecrets(value, known);
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, known));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      textWithoutSecrets(name, known),
      SECRET_NAME.test(name) && each !== undefined && each !== null ? HIDDEN : withoutSecrets(each, known),
    ]),
  );
}

export function textWithoutSecrets(text: string, known: readonly string[] = []): string {
  const general = text
    .replace(CREDENTIALS_IN_URL, `$1${HIDDEN}@`)
    .replace(SECRET_IN_QUERY, `$1${HIDDEN}`)
    .replace(BEARER, `$1 ${HIDDEN}`);
  return known.filter((secret) => secret.length > 0).reduce((left, secret) => left.replaceAll(secret, HIDDEN), general);
}
