import { z } from "zod";
import { DeliveryError } from "../domain/errors.ts";
import { failureOf } from "./answer-failure.ts";
import { ask } from "./ask.ts";
import type { RefreshToken } from "./refresh-token-file.ts";

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).optional(),
});

export interface AccessTokensSetup {
  /** The interface's id, for messages. */
  readonly name: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly refreshToken: RefreshToken;
  readonly timeLimitMs: number;
  readonly nowMs: () => number;
}

/** OAuth 2.0 access tokens by refresh token (RFC 6749 §6). All reject with DeliveryError. */
export interface AccessTokens {
  current(): Promise<string>;
  /** A token in place of one that was refused. */
  insteadOf(refused: string): Promise<string>;
}

/** So long before its end a token is not used any more: a request takes time, and clocks differ. */
const SPARE_MS = 60_000;

export function createAccessTokens(setup: AccessTokensSetup): AccessTokens {
  const { name, refreshToken, timeLimitMs, nowMs } = setup;
  let present: { readonly token: string; readonly untilMs: number } | undefined;
  let refreshing: Promise<string> | undefined;
  /** The maker has refused this one: asking again would only look like an attack. */
  let refused: string | undefined;

  const refuse = (why: string): DeliveryError => new DeliveryError("auth", `${why}: ${refreshToken.remedy}`);

  async function refresh(): Promise<string> {
    const token = refreshToken.read();
    if (token === undefined) throw refuse(`${name} has no refresh token`);
    if (token === refused) throw refuse(`the refresh token of ${name} was refused`);
    const url = new URL(setup.tokenUrl);
    const answer = await ask(
      url,
      {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams({ grant_type: "refresh_token", client_id: setup.clientId, refresh_token: token }),
      },
      timeLimitMs,
    );
    if ([400, 401, 403].includes(answer.status)) {
      refused = token;
      throw refuse(`the refresh token of ${name} was refused`);
    }
    if (answer.status !== 200) throw failureOf(answer, url.host, nowMs());
    const given = tokensIn(answer.text, url.host);
    present = { token: given.access_token, untilMs: nowMs() + given.expires_in * 1000 - SPARE_MS };
    if (given.refresh_token !== undefined && given.refresh_token !== token) refreshToken.renew(given.refresh_token);
    return given.access_token;
  }

  /** However many ask, the maker is asked once: a refresh token may work only one time. */
  const refreshOnce = (): Promise<string> => {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  return {
    current: async () => (present && nowMs() < present.untilMs ? present.token : refreshOnce()),
    insteadOf: async (token) => {
      if (present && present.token !== token) return present.token;
      present = undefined;
      return refreshOnce();
    },
  };
}

function tokensIn(text: string, host: string): z.output<typeof TokenAnswer> {
  try {
    return TokenAnswer.parse(JSON.parse(text));
  } catch (error) {
    throw new DeliveryError("error", `${host} gave no token that can be used`, { cause: error });
  }
}
