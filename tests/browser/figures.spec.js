// The pictures of docs/figures in a page, with the letters that the server serves: what was measured is what is drawn.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "./pages.js";

const folder = new URL("../../docs/figures/", import.meta.url);
const pictures = readdirSync(folder).filter((name) => name.endsWith(".svg"));

// Texts that lie on one another or leave their picture, by where the browser draws them.
function faults() {
  const svg = document.querySelector("svg.scene");
  const { width, height } = svg.viewBox.baseVal;
  const toPicture = svg.getScreenCTM().inverse();
  const texts = [...svg.querySelectorAll("text")].map((text) => {
    const moved = toPicture.multiply(text.getScreenCTM());
    const { x, width } = text.getBBox();
    const size = Number(text.getAttribute("font-size"));
    const y = Number(text.getAttribute("y")) + moved.f;
    // Capitals are 0.72 of the size high, the deepest letters 0.22 below the line.
    const box = { left: x + moved.e, right: x + width + moved.e, top: y - 0.76 * size, bottom: y + 0.22 * size };
    return { words: text.textContent, ...box };
  });
  const found = texts.length > 3 ? [] : ["there are texts"];
  texts.forEach((a, at) => {
    if (a.left < -0.5 || a.top < -0.5 || a.right > width + 0.5 || a.bottom > height + 0.5) {
      found.push(`${a.words} leaves the picture`);
    }
    for (const b of texts.slice(at + 1)) {
      const apart = a.right <= b.left + 0.5 || b.right <= a.left + 0.5 || a.bottom <= b.top || b.bottom <= a.top;
      if (!apart) found.push(`${a.words} lies on ${b.words}`);
    }
  });
  return found;
}

test("letters are those that were measured, and can be read", async ({ page }) => {
  await page.goto("/");
  const loaded = await page.evaluate(async () => {
    const fonts = ["13px 'Public Sans'", "600 13px 'Public Sans'"].map((font) => document.fonts.load(font));
    return (await Promise.all(fonts)).map((faces) => faces.map((face) => face.status));
  });
  expect(loaded).toEqual([["loaded"], ["loaded"]]);
  // "10" at 20 pixels is 20.38 wide by the font's own table.
  const width = await page.evaluate(() => {
    const context = document.createElement("canvas").getContext("2d");
    context.font = "20px 'Public Sans'";
    return context.measureText("10").width;
  });
  expect(width).toBeCloseTo(20.38, 1);
  expect(pictures.length).toBeGreaterThan(12);
  for (const name of pictures) {
    const svg = readFileSync(new URL(name, folder), "utf8");
    await page.evaluate((svg) => {
      document.querySelector("main").innerHTML = svg;
    }, svg);
    expect.soft(await page.evaluate(faults), name).toEqual([]);
  }
});
