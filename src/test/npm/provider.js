// An OpenID provider that nobody here wrote: oidc-provider, as it is, with the pages that it has for development.
//   SYMBOLON_TEST_CLIENTS    its clients, as a JSON array of client metadata
// It says `issuer <url>` when it listens, and stops when its input ends. Whoever signs in as `ada` is ada@example.org.
// `nobody-verified…` has an address that is not verified.

import { generateKeyPairSync } from "node:crypto";
import http from "node:http";
import { Provider } from "oidc-provider";

function jwk(kid, alg, type, options) {
  return { ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), kid, alg, use: "sig" };
}

function account(id) {
  return {
    accountId: id,
    claims: () => ({
      sub: id,
      name: `${id[0].toUpperCase()}${id.slice(1)} Lovelace`,
      given_name: id,
      preferred_username: id,
      picture: `https://images.example.org/${id}.png`,
      zoneinfo: "Europe/London",
      locale: "en-GB",
      email: `${id}@example.org`,
      email_verified: !id.startsWith("nobody-verified"),
      address: { locality: "London", country: "GB" },
    }),
  };
}

const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: JSON.parse(process.env.SYMBOLON_TEST_CLIENTS),
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "none"],
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "EdDSA"] },
    claims: {
      openid: ["sub"],
      profile: ["name", "given_name", "preferred_username", "picture", "zoneinfo", "locale"],
      email: ["email", "email_verified"],
      address: ["address"],
    },
    cookies: { keys: ["only-a-test"] },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: false } },
    findAccount: (_, id) => account(id),
    jwks: {
      keys: [
        jwk("rsa", undefined, "rsa", { modulusLength: 2048 }),
        jwk("ec", "ES256", "ec", { namedCurve: "P-256" }),
        jwk("ed", "EdDSA", "ed25519"),
      ],
    },
    pkce: { required: () => true },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  });
  // What every good request of ours has, whatever the provider itself would let pass.
  provider.use(async (ctx, next) => {
    if (ctx.path === "/auth") {
      const { nonce, state, code_challenge_method: method } = ctx.query;
      ctx.assert(nonce && state && method === "S256", 400, "nonce, state and S256 are wanted");
    }
    await next();
  });
  server.on("request", provider.callback());
  console.log(`issuer ${issuer}`);
});
process.stdin.resume().on("end", () => process.exit(0));
