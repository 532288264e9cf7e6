// Somebody who has a workbook of students, a transcript and a list of courses, all with headings of their own, and
// nothing else, comes to the indicators through the page.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { district } from "./exports.js";
import { expect, test } from "./pages.js";

const waymark = process.env.WAYMARK_BIN;
const [host, port] = (process.env.WAYMARK_ADDRESS ?? "127.0.0.1:8391").split(":");
const address = `${host}:${Number(port) + 1}`;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

test.use({ baseURL: `http://${address}` });
// Three imports, and axe on every page between them.
test.setTimeout(600_000);

let folder;
let made;
let served;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "waymark-import-test-"));
  made = district(waymark, folder);
  served = spawn(waymark, ["--data", join(folder, "data"), "serve", "--address", address], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => served.stdout.once("data", resolve));
});

test.afterAll(() => {
  served.kill("SIGINT");
  rmSync(folder, { recursive: true, force: true });
});

/** Nothing that axe finds, at any width; its own script is let through beside the policy. */
async function sound(page, name) {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    for (const details of await page.locator("details").all()) {
      await details.evaluate((element) => {
        element.open = true;
      });
    }
    await page.evaluate(axe);
    const results = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), tags);
    const found = results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
    expect.soft(found, `${name} at ${width}`).toEqual([]);
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** What a command counts of the last year, of all students of the district in all programs. */
function counted(data, organization, measure) {
  const sizes = ["--program", "*", "--subgroup", "all", "--measure", measure, "--organization", organization];
  const text = execFileSync(waymark, ["--data", data, "measure", ...sizes, "--format", "csv"], { encoding: "utf8" });
  const [header, row] = text.trim().split("\n").map((line) => line.split(","));
  return [row[header.indexOf("numerator")], row[header.indexOf("denominator")]];
}

test("three files of their own lead to the indicators", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Import your files" }).click();
  await sound(page, "where an import begins");
  const files = ["students.xlsx", "transcript.csv", "courses.csv"].map((name) => join(made.exports, name));
  await page.getByLabel("Files").setInputFiles(files);
  await page.getByRole("button", { name: "Look at the files" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What do the columns mean?", { timeout: 60_000 });
  await expect(page.locator("li", { hasText: "students.xlsx" }).first()).toContainText("students");
  await expect(page.getByText("needs an answer").first()).toBeVisible();
  await sound(page, "the questions");
  await page.reload();
  await page.getByLabel("What is your district called?").fill("Adams County");
  const year = page.getByLabel("Which school year are the files about?");
  await year.fill("2024-25");
  await page.getByRole("button", { name: "Check the files" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What is in the files", { timeout: 60_000 });
  await expect(page.getByRole("rowheader", { name: "course outcomes" })).toBeVisible();
  await sound(page, "what the check found");
  await page.reload();
  await page.getByRole("button", { name: /^Import/ }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The files are stored", { timeout: 60_000 });
  await sound(page, "what was stored");
  await page.getByRole("link", { name: "See the indicators" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("main")).toContainText("4S1");

  // The same numbers as from a bundle that says the same.
  const other = join(folder, "other");
  execFileSync(waymark, ["--data", other, "import", made.bundle], { stdio: "ignore" });
  const ids = readFileSync(join(made.bundle, "organizations.csv"), "utf8").split("\n");
  const schools = ids.map((line) => line.split(",")).filter(([, , kind]) => kind === "school");
  expect(schools.length).toBeGreaterThan(0);
  for (const [id, name] of schools) {
    for (const measure of ["participants", "concentrators"]) {
      const [own, same] = [counted(join(folder, "data"), name, measure), counted(other, id, measure)];
      expect(own, `${measure} of ${name}`).toEqual(same);
      expect(Number(own[1])).toBeGreaterThan(20);
    }
  }
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a corrected file is sent alone, and an import is undone", async ({ page }) => {
    await page.goto("/import");
    const corrected = join(folder, "transcript.csv");
    const text = readFileSync(join(made.exports, "transcript.csv"), "utf8");
    writeFileSync(corrected, text.replace(/,Completed,/, ",Finished,"));
    await page.getByLabel("Files").setInputFiles(corrected);
    await page.getByRole("button", { name: "Look at the files" }).click();
    // Its columns are known, so that nothing is asked.
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("What is in the files", { timeout: 60_000 });
    await expect(page.getByText("1 row cannot be used")).toBeVisible();
    await page.getByRole("button", { name: "Import all but the rows set aside" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("The files are stored", { timeout: 60_000 });
    await page.getByRole("button", { name: "Undo this import" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Batches");
    await expect(page.getByText("undone by batch 3")).toBeVisible();
  });
});

test("a page that is no spreadsheet is refused in words", async ({ page }) => {
  await page.goto("/import");
  const file = join(folder, "page.xls");
  writeFileSync(file, "<html><table></table></html>");
  await page.getByLabel("Files").setInputFiles(file);
  await page.getByRole("button", { name: "Look at the files" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("These files cannot be stored", { timeout: 60_000 });
  await expect(page.locator("main")).toContainText("web page that is called a spreadsheet");
  await sound(page, "a refusal");
  await page.getByRole("button", { name: "Stop, and forget these files" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Import");
});
