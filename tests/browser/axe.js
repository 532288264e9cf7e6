// axe, with nothing excluded and no rule off.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "./pages.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds on the page that is shown. */
export async function violations(page) {
  await page.evaluate(axe);
  const results = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), tags);
  expect(results.passes.length, "axe looked at something").toBeGreaterThan(5);
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}
