// What a made-up district might export from systems of its own: a workbook of students, a transcript, a list of courses.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workbook } from "./workbook.js";

const YEAR = "2024-25";

/** The rows of a file of the bundle, which has no quotes in it. */
function rows(bundle, table) {
  const [header, ...lines] = readFileSync(join(bundle, `${table}.csv`), "utf8").trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, at) => [names[at], value])));
}

const text = (lines) => `${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;

function american(day) {
  const [year, month, date] = day.split("-").map(Number);
  return `${month}/${date}/${year}`;
}

/**
 * Makes up a district in `folder`: `exports` has its files with headings of their own, `bundle` says the same as a bundle.
 */
export function district(waymark, folder) {
  const whole = join(folder, "whole");
  execFileSync(waymark, ["synthetic", whole, "--students", "300", "--schools", "2", "--years", "4", "--seed", "7"]);
  const organizations = new Map(rows(whole, "organizations").map((each) => [each.organization_id, each.name]));
  const now = new Map(
    rows(whole, "enrollments")
      .filter((each) => each.school_year === YEAR)
      .map((each) => [each.student_id, each]),
  );
  const students = rows(whole, "students").filter((each) => now.has(each.student_id));
  const taken = rows(whole, "course_outcomes").filter((each) => now.has(each.student_id));
  const courses = new Map(rows(whole, "courses").map((each) => [each.course_id, each]));
  const programs = new Map(rows(whole, "programs").map((each) => [each.program_id, each]));
  const within = rows(whole, "program_courses").filter((each) => each.begin_year === "" && each.end_year === "");

  const exports = join(folder, "exports");
  mkdirSync(exports);
  const sexes = { F: "Female", M: "Male", X: "Nonbinary" };
  const list = students.map((each) => {
    const own = now.get(each.student_id);
    return [
      each.student_id,
      `${each.last_name}, ${each.first_name}`,
      american(each.birth_date),
      sexes[each.sex] ?? "",
      organizations.get(own.organization_id),
      Number(own.grade_level),
      american(own.entry_date),
    ];
  });
  const headings = ["Stu Num", "Student Name", "Date of Birth", "Gender", "School", "Grade", "Entry Date"];
  writeFileSync(join(exports, "students.xlsx"), workbook([["Students of the district"], headings, ...list]));
  const passed = (each) => each.status === "completed" && each.passed !== "false";
  const results = { completed: "Failed", failed: "Failed", withdrawn: "Withdrawn", in_progress: "In Progress" };
  const transcript = taken.map((each) => [
    each.student_id,
    organizations.get(each.organization_id),
    each.course_id,
    each.school_year,
    passed(each) ? "Completed" : results[each.status],
    each.credits_earned,
  ]);
  const columns = ["Stu Num", "School", "Crs Num", "Academic Year", "Result", "Credits Earned"];
  writeFileSync(join(exports, "transcript.csv"), text([columns, ...transcript]));
  const listed = [...courses.values()].flatMap((course) => {
    const own = within.filter((each) => each.course_id === course.course_id);
    const program = (each) => programs.get(each.program_id);
    const line = (each) => [
      course.course_id,
      course.title,
      course.credits,
      each?.program_id ?? "",
      each ? program(each).title : "",
      each ? program(each).cip_code : "",
    ];
    return own.length > 0 ? own.map(line) : [line()];
  });
  const catalog = ["Crs Num", "Course Title", "Credits", "Program Code", "Program", "CIP"];
  writeFileSync(join(exports, "courses.csv"), text([catalog, ...listed]));

  const bundle = join(folder, "bundle");
  mkdirSync(bundle);
  const write = (table, columns, lines) => writeFileSync(join(bundle, `${table}.csv`), text([columns, ...lines]));
  const pick = (columns) => (each) => columns.map((column) => each[column]);
  const same = (table, columns, each) => write(table, columns, each.map(pick(columns)));
  const parents = rows(whole, "organizations").map((each) => ({ ...each, parent_organization_id: "" }));
  same("organizations", ["organization_id", "name", "kind", "parent_organization_id"], parents);
  same("students", ["student_id"], students);
  same("enrollments", ["student_id", "organization_id", "school_year", "grade_level", "entry_date"], [...now.values()]);
  same("courses", ["course_id", "title", "credits"], [...courses.values()]);
  same("programs", ["program_id", "title", "cip_code"], [...programs.values()]);
  same("program_courses", ["program_id", "course_id"], within);
  const outcome = ["student_id", "organization_id", "course_id", "school_year", "status", "passed"];
  same("course_outcomes", outcome, taken);
  return { exports, bundle, students: students.length };
}
