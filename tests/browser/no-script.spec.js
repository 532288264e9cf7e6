// The pages without script, which is how they are made.
import { addresses, expect, test } from "./pages.js";

test.use({ javaScriptEnabled: false });

test("every page says what it has to say", async ({ page, request }) => {
  for (const [name, address] of Object.entries(await addresses(request))) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 }), name).toHaveCount(1);
    await expect(page.getByRole("main"), name).not.toBeEmpty();
    await expect(page.locator("script"), name).toHaveCount(0);
  }
});

test("the form asks for another year", async ({ page }) => {
  await page.goto("/indicators");
  const year = page.getByLabel("Report year");
  const options = await year.locator("option").allTextContents();
  expect(options.length).toBeGreaterThan(1);
  await year.selectOption(options.at(-1));
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/year=/);
  await expect(page.locator("p.eyebrow")).toContainText(options.at(-1));
});
