// The pages by keyboard alone.
import { addresses, expect, test } from "./pages.js";

const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return {
      name: `${element.tagName} ${element.textContent.trim().slice(0, 40)}`,
      isBody: element === document.body,
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
      outlined: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
    };
  });

test("the first stop skips to the content", async ({ page }) => {
  await page.goto("/indicators");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
});

test("every stop is seen and outlined, and none is a trap", async ({ page, request }) => {
  for (const [name, address] of Object.entries(await addresses(request))) {
    await page.goto(address);
    const all = await page.locator("a[href], button, select, summary, [tabindex='0']").filter({ visible: true }).count();
    const stops = Math.min(all, 40);
    for (let stop = 0; stop < stops; stop += 1) {
      await page.keyboard.press("Tab");
      const at = await focused(page);
      expect(at.isBody, `${name}: stop ${stop} of ${stops}`).toBe(false);
      expect(at.seen, `${name}: ${at.name} is in sight`).toBe(true);
      expect(at.outlined, `${name}: ${at.name} is outlined`).toBe(true);
    }
  }
});

test("from the overview to the reason why a student counts", async ({ page }) => {
  const follow = async (link) => {
    await link.focus();
    await page.keyboard.press("Enter");
  };
  await page.goto("/");
  await follow(page.getByRole("link", { name: /Which students make up a number/ }));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("concentrators");
  await follow(page.locator("main a[href^='/number']").first());
  await expect(page.getByRole("heading", { name: "What it means" })).toBeVisible();
  await follow(page.locator("main table a[href^='/students']").first());
  await expect(page.getByRole("heading", { name: "Which numbers this student is in" })).toBeVisible();
});
