import fc from "fast-check";
import { expect, test } from "vitest";
import { textWithoutSecrets, withoutSecrets } from "./without-secrets.ts";

test("E47 what is kept under the name of a secret is hidden, however it is spelt and however deep it lies", () => {
  const config = {
    name: "Home",
    prices: {
      source: { kind: "csv", apiKey: "k1", api_key: "k2", nested: [{ "client-secret": "k3", clientId: "k4" }] },
    },
    weather: { latitude: 60.17, longitude: 24.94, days: 2 },
    mqtt: { url: "mqtts://user:pa55@broker.local:8883/path", password: { is: "deep" } },
    accessToken: null,
  };
  expect(withoutSecrets(config)).toEqual({
    name: "Home",
    prices: {
      source: {
        kind: "csv",
        apiKey: "(hidden)",
        api_key: "(hidden)",
        nested: [{ "client-secret": "(hidden)", clientId: "(hidden)" }],
      },
    },
    weather: { latitude: "(hidden)", longitude: "(hidden)", days: 2 },
    mqtt: { url: "mqtts://(hidden)@broker.local:8883/path", password: "(hidden)" },
    accessToken: null,
  });
});

test.each([
  [
    "https://example.org/prices?zone=FI&access_token=abc123&day=1",
    "https://example.org/prices?zone=FI&access_token=(hidden)&day=1",
  ],
  ["answered 401 to Authorization: Bearer abcdefgh.ijkl", "answered 401 to Authorization: Bearer (hidden)"],
  ["sensor.battery_soc: 42 minutes old", "sensor.battery_soc: 42 minutes old"],
])("E47 in a text: %s", (text, shown) => expect(textWithoutSecrets(text)).toBe(shown));

test("E47 a known secret is nowhere, whatever surrounds it", () =>
  fc.assert(
    fc.property(fc.json(), fc.stringMatching(/^[A-Za-z0-9_-]{20,40}$/), fc.string(), (json, secret, around) => {
      const value = { data: JSON.parse(json) as unknown, text: `${around}${secret}${around}`, [secret]: [secret] };
      expect(JSON.stringify(withoutSecrets(value, [secret]))).not.toContain(secret);
    }),
  ));
