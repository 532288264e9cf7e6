// A real OpenID Connect provider on this machine. People sign in by any name, and are of the district that the name says.
import { createServer } from "node:http";
import Provider from "oidc-provider";

/** The provider at an address of its own, for pages at `origin`; `ana@clay.example` is of the district `clay.example`. */
export async function provider(origin) {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const people = (id) => ({ accountId: id, claims: () => ({ sub: id, hd: id.split("@")[1] }) });
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: "waymark",
        client_secret: "a secret of this test alone",
        redirect_uris: [`${origin}/sign-in/from/district`],
      },
    ],
    claims: { openid: ["sub", "hd"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => people(id),
    pkce: { required: () => true },
    cookies: { keys: ["for a test"] },
    features: { devInteractions: { enabled: true } },
  });
  server.on("request", oidc.callback());
  return { issuer, close: () => new Promise((closed) => server.close(closed)) };
}
