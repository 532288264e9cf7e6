// People sign in by a real provider: who is invited is tied once, and nobody else comes in.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Browser, lead } from "./browser.js";
import { provider } from "./provider.js";

const waymark = process.env.WAYMARK_BIN;
const folder = mkdtempSync(join(tmpdir(), "waymark-oidc-"));
const data = join(folder, "data");
let origin, oidc, served;

const run = (...arguments_) => execFileSync(waymark, ["--data", data, ...arguments_], { encoding: "utf8" });

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

before(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  oidc = await provider(origin);
  writeFileSync(join(folder, "secret"), "a secret of this test alone\n");
  const setUp = join(folder, "providers.toml");
  writeFileSync(
    setUp,
    `[district]\ntitle = "The District"\nissuer = "${oidc.issuer}"\nclient_id = "waymark"\n` +
      `client_secret_file = "secret"\norganization_claim = "hd"\norganization = "clay.example"\nportal = true\n`,
  );
  run("account", "add", "root", "--role", "administrator");
  served = spawn(waymark, ["--data", data, "serve", "--address", `127.0.0.1:${port}`, "--single-sign-on", setUp]);
  await new Promise((ready, failed) => {
    served.stdout.once("data", ready);
    served.once("exit", () => failed(new Error("the server ended")));
    served.stderr.pipe(process.stderr);
  });
});

after(async () => {
  served?.kill("SIGINT");
  await oidc?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The link of somebody who is invited. */
function invited(name) {
  const told = run("account", "add", name, "--role", "viewer", "--origin", origin);
  return told.match(/http\S+\/welcome\?code=\S+/)[0];
}

/** Signs in at the provider, from the page that it shows; what comes of it here. */
async function signInThere(browser, page, id) {
  let answer = await browser.go(lead(page, "/interaction/"), { prompt: "login", login: id, password: "any" });
  if (answer.text.includes('value="consent"')) {
    answer = await browser.go(lead(answer, "/interaction/"), { prompt: "consent" });
  }
  return answer;
}

const log = () => run("account", "log", "--format", "csv");

test("an identity is tied by an invitation, and opens that account from then on", async () => {
  const browser = new Browser();
  const welcome = await browser.go(invited("ana"));
  const page = await browser.go(lead(welcome, "/sign-in/with/district"));
  const inside = await signInThere(browser, page, "ana@clay.example");
  assert.equal(inside.status, 200);
  assert.match(inside.text, /ana, Viewer/);
  assert.equal((await browser.ask(welcome.url)).status, 404, "the invitation is used up");

  const again = new Browser();
  const form = await again.go(`${origin}/definitions`);
  const next = await signInThere(again, await again.go(lead(form, "/sign-in/with/district")), "ana@clay.example");
  assert.equal(next.url, `${origin}/definitions`);
  assert.match(log(), /,ana,sign-in,by The District,/);
  assert.match(log(), /,ana,account,tied an identity of The District,/);
});

test("who is known elsewhere is not known here", async () => {
  const browser = new Browser();
  const form = await browser.go(`${origin}/sign-in`);
  const answer = await signInThere(browser, await browser.go(lead(form, "/with/district")), "eve@clay.example");
  assert.equal(answer.status, 403);
  assert.match(answer.text, /an administrator can send you a link/);
  assert.equal((await browser.ask(`${origin}/definitions`)).status, 303);
});

test("an invitation does not help somebody of another district", async () => {
  const browser = new Browser();
  const welcome = await browser.go(invited("ben"));
  const answer = await signInThere(browser, await browser.go(lead(welcome, "/with/district")), "ben@other.example");
  assert.equal(answer.status, 403);
  assert.match(log(), /refused,by The District: the claim `hd` is not that of this place/);
  assert.equal((await browser.ask(welcome.url)).status, 200, "the invitation is still good");
});

test("an answer that was not asked for in this browser is not taken", async () => {
  const browser = new Browser();
  const begun = await browser.ask(`${origin}/sign-in/with/district`);
  const state = new URL(begun.to).searchParams.get("state");
  const address = `${origin}/sign-in/from/district?code=made-up&state=${state}`;
  assert.equal((await new Browser().ask(address)).status, 400, "another browser");
  assert.equal((await browser.ask(`${origin}/sign-in/from/district?code=made-up&state=other`)).status, 400);
  const refused = await browser.ask(address);
  assert.equal(refused.status, 403, "the provider does not know the code");
  assert.equal((await browser.ask(address)).status, 400, "a state is good once");
});

test("the request has a challenge, a nonce and a state of its own", async () => {
  const browser = new Browser();
  const asked = [];
  for (let time = 0; time < 2; time += 1) {
    asked.push(new URL((await browser.ask(`${origin}/sign-in/with/district`)).to).searchParams);
  }
  for (const name of ["code_challenge", "nonce", "state"]) {
    assert.ok(asked[0].get(name).length >= 43, name);
    assert.notEqual(asked[0].get(name), asked[1].get(name), name);
  }
  assert.equal(asked[0].get("code_challenge_method"), "S256");
  assert.equal(asked[0].get("response_type"), "code");
});

test("who comes from a portal begins anew here", async () => {
  const browser = new Browser();
  const answer = await browser.ask(`${origin}/sign-in/from/district?code=from-a-portal&scope=openid`);
  assert.equal(answer.status, 303);
  assert.equal(new URL(answer.to).origin, oidc.issuer);
  assert.ok(new URL(answer.to).searchParams.get("state"));
  assert.equal((await browser.ask(`${origin}/sign-in/with/nobody`)).status, 404);
});
