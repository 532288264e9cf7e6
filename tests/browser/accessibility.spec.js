// axe on every page, by day, by night and on a narrow screen. Nothing is excluded and no rule is off.
import { violations } from "./axe.js";
import { addresses, expect, test } from "./pages.js";

const views = [
  { name: "by day", colorScheme: "light", width: 1280 },
  { name: "by night", colorScheme: "dark", width: 1280 },
  { name: "on a narrow screen", colorScheme: "light", width: 320 },
];

for (const view of views) {
  test(`axe finds nothing ${view.name}`, async ({ page, request }) => {
    await page.emulateMedia({ colorScheme: view.colorScheme });
    await page.setViewportSize({ width: view.width, height: 800 });
    for (const [name, address] of Object.entries(await addresses(request))) {
      await page.goto(address);
      for (const details of await page.locator("details").all()) {
        await details.evaluate((element) => {
          element.open = true;
        });
      }
      expect.soft(await violations(page), name).toEqual([]);
    }
  });
}

test("marks are there in forced colours", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto("/indicators");
  const bar = page.locator("svg.indicator-bar rect.rate").first();
  const track = page.locator("svg.indicator-bar rect.track").first();
  const fill = (element) => getComputedStyle(element).fill;
  expect(await bar.evaluate(fill)).not.toBe(await track.evaluate(fill));
});
