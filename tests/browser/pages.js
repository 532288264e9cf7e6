// Every kind of page, found the way a person finds it: by following links.
import { test as base, expect } from "@playwright/test";

/** A test whose browser may talk to the server of the pages only. */
export const test = base.extend({
  page: async ({ page, baseURL }, use) => {
    const elsewhere = [];
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${baseURL}/`) && !url.startsWith("data:")) {
        elsewhere.push(url);
      }
    });
    const errors = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await use(page);
    expect(elsewhere, "requests to other servers").toEqual([]);
    expect(
      errors.filter((error) => !/status of (403|404)/.test(error)),
      "errors in the console",
    ).toEqual([]);
  },
});

export { expect };

/** The addresses of the pages by what they are. */
export async function addresses(request) {
  const first = async (address, link) => {
    const text = await (await request.get(address)).text();
    const found = text.match(link);
    expect(found, `a link ${link} on ${address}`).not.toBeNull();
    return found[1].replaceAll("&#38;", "&").replaceAll("&amp;", "&");
  };
  const indicator = await first("/", /href="(\/indicators\/concentrators[^"]*)"/);
  const number = await first(indicator, /href="(\/number[^"]*)"/);
  const student = await first(number, /href="(\/students\/[^"]*)"/);
  return {
    overview: "/",
    indicators: "/indicators",
    indicator,
    "indicator with variants": "/indicators/2S1",
    participation: "/participation",
    "indicator over the years": "/indicators/5S3/progress?group=population%3Aenglish_learner",
    programs: "/programs",
    "two programs": "/programs?first=NURS&second=WELD&sort=concentrator",
    program: "/programs/NURS",
    "cohort of a program": "/programs/WELD?cohort=2022-23",
    losses: "/losses",
    "one course away": "/one-course-away",
    fairness: "/fairness",
    "pairs of groups": "/fairness?group=population%3Aenglish_learner&step=concentrators",
    number,
    "number by clauses": number.replace("/number?", "/number/clauses?"),
    "number then and now": number.replace("/number?", "/number/change?"),
    students: number.replace("/number?", "/number/students?") + "&side=not_numerator",
    student,
    "data quality": "/data",
    "where an import begins": "/import",
    batches: "/batches",
    definitions: "/definitions",
    "no such page": "/nowhere",
    "no such student": "/students/NOBODY",
  };
}
