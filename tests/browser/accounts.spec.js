// What people with accounts meet: signing in, a first password, a reason, and what administrators look after.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { violations } from "./axe.js";
import { expect, test } from "./pages.js";

const waymark = process.env.WAYMARK_BIN;
const password = "four lamps under gravel";
const origin = "http://127.0.0.1:8392";
test.use({ baseURL: origin });

let folder, served;

function run(input, ...arguments_) {
  return execFileSync(waymark, ["--data", join(folder, "data"), ...arguments_], { encoding: "utf8", input });
}

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "waymark-accounts-"));
  const bundle = join(folder, "bundle");
  run("", "synthetic", bundle, "--students", "300", "--schools", "3", "--years", "3", "--seed", "7");
  run("", "import", bundle);
  for (const [name, role] of [
    ["root", "administrator"],
    ["ana", "coordinator"],
  ]) {
    run(`${password}\n`, "account", "add", name, "--role", role, "--password-stdin");
  }
  served = spawn(waymark, ["--data", join(folder, "data"), "serve", "--address", new URL(origin).host]);
  await new Promise((ready) => served.stdout.once("data", ready));
});

test.afterAll(() => {
  served?.kill("SIGINT");
  rmSync(folder, { recursive: true, force: true });
});

async function signIn(page, name) {
  await page.goto("/sign-in");
  await page.getByLabel("Name of your account").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText(`${name}, `)).toBeVisible();
}

/** The answer of the page that is shown has no fault that axe finds, and fits 320 pixels. */
async function sound(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await violations(page), `${what}, ${colorScheme}`).toEqual([]);
  }
  await page.setViewportSize({ width: 320, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect.soft(width, `${what} at 320 pixels`).toBeLessThanOrEqual(320);
  await page.setViewportSize({ width: 1280, height: 800 });
}

test("somebody without a session signs in, and sees students for a reason", async ({ page }) => {
  await page.goto("/students/S0000001");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await sound(page, "sign in");
  await page.getByLabel("Name of your account").fill("ana");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText("The name or the password is wrong.");
  await sound(page, "sign in, refused");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Why do you look at students?");
  await sound(page, "reason");
  await page.getByLabel("Advising students").check();
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page).toHaveURL(/\/students\/S0000001/);
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(/Why/);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
});

test("an administrator invites, and reads who saw what", async ({ page, browser }) => {
  await signIn(page, "root");
  await sound(page, "overview of an administrator");
  await page.getByRole("link", { name: "Accounts", exact: true }).click();
  await page.getByLabel("Name by which the person signs in").fill("lee");
  await page.getByLabel("Role").selectOption("viewer");
  await page.getByRole("button", { name: "Add" }).click();
  const link = await page.getByRole("status").locator("code").textContent();
  await sound(page, "accounts");

  const other = await browser.newPage({ baseURL: origin });
  await other.goto(link);
  await sound(other, "welcome");
  await other.getByLabel("Password").fill("eleven quiet tugboats");
  await other.getByLabel("The same again").fill("eleven quiet tugboats");
  await other.getByRole("button", { name: "Choose this password" }).click();
  await expect(other.getByText("lee, Viewer")).toBeVisible();
  await sound(other, "overview of a viewer");
  expect((await other.goto("/indicators")).status()).toBe(404);
  await sound(other, "not there");
  await other.close();

  await page.getByRole("link", { name: "Audit log" }).click();
  await expect(page.getByRole("cell", { name: "chose a password" }).first()).toBeVisible();
  await sound(page, "audit log");
  await page.getByLabel("Student, by identifier").fill("S0000001");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("link", { name: "1 student" }).first().click();
  await expect(page.getByText("Advising students about courses and programs")).toBeVisible();
  await sound(page, "event");
  await page.goto("/audit/chain");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Nothing was changed");
  await sound(page, "the whole log");
});
