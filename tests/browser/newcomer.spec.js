// Somebody who has never seen Waymark: from the overview to the answer of each question, in four clicks at most.
import { expect, test } from "./pages.js";

/** Follows links by what they say, and counts them. */
async function walk(page, links) {
  await page.goto("/");
  expect(links.length, "clicks").toBeLessThanOrEqual(4);
  for (const link of links) {
    const { within = "main", name } = typeof link === "object" && !(link instanceof RegExp) ? link : { name: link };
    await page.locator(within).getByRole("link", { name }).first().click();
  }
}

const questions = [
  {
    asks: "Q1 how many take part, concentrate: by school and program",
    links: [/Who takes part/],
    heading: /Who takes part/,
    answer: /By program/,
  },
  {
    asks: "Q1 any two groups together",
    links: [/Who is left out/],
    choose: { label: "Groups", value: "population:english_learner" },
    heading: /Who is left out/,
    answer: /English learners and/,
  },
  {
    asks: "Q2 against the level and its 90 percent line",
    links: [/How do we stand/],
    heading: /How do we stand/,
    answer: /90 percent line/,
  },
  {
    asks: "Q2 gaps to all concentrators, and whether they close",
    links: [/How do we stand/, /5S3/, /Is it getting better/],
    heading: /Is it getting better/,
    answer: /no change beyond chance|closing|opening|too few to say/,
  },
  {
    asks: "Q3 which students make up this number",
    links: [/Which students make up a number/, /%/],
    heading: /students/,
    answer: /In the numerator/,
  },
  {
    asks: "Q3 how it comes about, and by another choice",
    links: [/Which students make up a number/, /%/, /How does it come about/],
    heading: /How does this number come about/,
    answer: /What would it be by another choice/,
  },
  {
    asks: "Q5 did it change since the last import",
    links: [/Which students make up a number/, /%/, /Did it change/],
    heading: /Did this number change/,
    answer: /earlier import|Choose the import/,
  },
  {
    asks: "Q6 which programs have the highest participation, and do students stay",
    links: [/Which programs keep their students/, /Participants/],
    heading: /Which programs keep/,
    answer: /Second course/,
  },
  {
    asks: "Q6 where does each program lose whom",
    links: [/Where does each program lose whom/],
    heading: /Where does each program lose whom/,
    answer: /How it was looked for/,
  },
  {
    asks: "Q6 one program step by step",
    links: [/Which programs keep their students/, /Nursing Assistant/],
    heading: /Nursing Assistant: where does it lose whom/,
    answer: /not observed/,
  },
  {
    asks: "Q7 is the difference between two programs more than chance",
    links: [/Which programs keep their students/],
    press: "Compare",
    heading: /Which programs keep/,
    answer: /by more than chance/,
  },
  {
    asks: "Q8 who is one course away",
    links: [/Who is one course away/],
    heading: /Who is one course away/,
    answer: /1 more completed course/,
  },
  {
    asks: "Q12 which groups start below their share, which leave on the way",
    links: [/Who is left out/, "CTE concentrators"],
    heading: /Who is left out/,
    answer: /Students to parity/,
  },
  {
    asks: "Q13 is it accessible to special populations",
    links: [/Who is left out/],
    heading: /Who is left out/,
    answer: /Students with disabilities/,
  },
  {
    asks: "Q14 who are the credential earners",
    links: [/Who is left out/],
    heading: /Who is left out/,
    answer: /The makeup at each stage/,
  },
  {
    asks: "Q15 how many more would make parity, and is it chance",
    links: [/Who is left out/],
    heading: /Who is left out/,
    answer: /within chance|by more than chance/,
  },
];

for (const { asks, links, choose, press, heading, answer } of questions) {
  test(asks, async ({ page }) => {
    await walk(page, links);
    if (choose) {
      await page.getByLabel(choose.label, { exact: true }).selectOption(choose.value);
      await page.getByRole("button", { name: "Show" }).click();
    }
    if (press) {
      await page.getByLabel("beside program").selectOption({ index: 3 });
      await page.getByRole("button", { name: press }).click();
    }
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    await expect(page.getByRole("main")).toContainText(answer);
  });
}
