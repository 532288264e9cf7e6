// The pages at 320 pixels, which is 1280 at 400 percent (WCAG 1.4.10), with large text and on paper.
import { addresses, expect, test } from "./pages.js";

test("no page is wider than a screen of 320 pixels", async ({ page, request }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const [name, address] of Object.entries(await addresses(request))) {
    await page.goto(address);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, name).toBeLessThanOrEqual(320);
  }
});

test("text of twice the size stays in sight", async ({ page, request }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const [name, address] of Object.entries(await addresses(request))) {
    await page.goto(address);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "225%";
    });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, name).toBeLessThanOrEqual(1280);
  }
});

test("labels of a bar stay within it", async ({ page }) => {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto("/indicators");
    const outside = await page.locator("svg.indicator-bar text").evaluateAll((labels) =>
      labels
        .filter((label) => {
          const [own, picture] = [label, label.ownerSVGElement].map((element) => element.getBoundingClientRect());
          return own.left < picture.left - 1 || own.right > picture.right + 1;
        })
        .map((label) => label.textContent),
    );
    expect(outside).toEqual([]);
  }
});

test("on paper there are numbers and no forms", async ({ page }) => {
  await page.emulateMedia({ media: "print" });
  await page.goto("/indicators");
  await expect(page.locator("form")).toBeHidden();
  await expect(page.locator("nav").first()).toBeHidden();
  await expect(page.locator("svg.indicator-bar").first()).toBeVisible();
});
