#!/usr/bin/env python3
"""Writes a small random bundle in which the edges of the definitions are the rule and not the exception.

Nothing in it is plausible; every row is valid. Same seed, same bytes.

    python3 tests/oracle/random_bundle.py OUT --seed 1 --students 100
"""

from __future__ import annotations

import argparse
import csv
from datetime import date, timedelta
from pathlib import Path
from random import Random

FIRST, LAST = 2020, 2025
"""The school years in which things happen, by their first calendar years."""

ORGANIZATIONS = [
    # The same length, other lengths, letters of either case and beyond ASCII: text is compared by its bytes.
    ("ST", "", "state"),
    ("D1", "ST", "district"),
    ("D2", "ST", "district"),
    ("10", "D1", "school"),
    ("9", "D1", "school"),
    ("CC", "D1", "career_center"),
    ("7", "D2", "school"),
    ("7a", "7", "school"),
    ("É", "D2", "school"),
    ("b1", "ST", "school"),
]
PROGRAMS = [
    # Clusters that are shared, and none; an identifier that a CSV has to quote.
    ("P1", "01", "F"),
    ("P2", "01", "M"),
    ("P3", "01", ""),
    ("P4", "13", "F"),
    ("P5", "13", "F"),
    ("P6", "", "M"),
    ('p 7, "é"', "", ""),
]
COURSES = [
    # Identifier, title, SCED code, part, number of parts.
    ("W1", "Welding", "13207", "", ""),
    ("W2", "Welding", "13207", "", ""),
    ("W3", "Machines", "", "", ""),
    ("W4", "Safety", "", "", ""),
    ("1", "Nursing", "14002", "", ""),
    ("01", "Nursing", "14002", "", ""),
    # Two year courses in halves under one code, one of them written in full.
    ("HA", "Health A", "14001", "1", "2"),
    ("HB", "Health B", "14001G0.5022", "2", "2"),
    ("JA", "Health I", "14001", "1", "2"),
    ("JB", "Health II", "14001", "2", "2"),
    # The same code in thirds: another course.
    ("T1", "Health 1", "14001", "1", "3"),
    ("T2", "Health 2", "14001", "2", "3"),
    ("T3", "Health 3", "14001", "3", "3"),
    # A third half is in no full set.
    ("HX", "Health X", "14001", "3", "2"),
    # Together by their title; the one with a code is alone.
    ("KA", "Kitchen", "", "1", "2"),
    ("KB", "Kitchen", "", "2", "2"),
    ("KC", "Kitchen", "16001", "2", "2"),
    # Not parts: of one, and half of the two columns.
    ("S1", "Single", "11001", "1", "1"),
    ("S2", "Single", "11001", "2", "1"),
    ("S3", "Single", "11001", "1", ""),
    ("S4", "Single", "11001", "", "2"),
]
POPULATIONS = [
    "disability",
    "economically_disadvantaged",
    "single_parent",
    "out_of_workforce",
    "english_learner",
    "homeless",
    "foster_care",
    "military_parent",
    "migrant",
]
EXIT_TYPES = [
    "graduated",
    "other_credential",
    "transferred_documented",
    "transferred_undocumented",
    "dropped_out",
    "completed_without_diploma",
    "deceased",
    "adult_education",
    "unknown",
]
PLACEMENTS = [
    "postsecondary",
    "advanced_training",
    "military",
    "service",
    "peace_corps",
    "employment",
    "not_placed",
    "no_response",
]
WORK = ["apprenticeship", "job_shadowing", "mentorship", "paid_internship", "school_based_enterprise", "other"]
HOURS = [
    # The hours of one student: 40 or the least bit less.
    ["39.4", "0.3", "0.3"],
    ["0.3", "0.3", "39.4"],
    ["39.7", "0.1", "0.2"],
    ["20", "", "20.00"],
    ["40"],
    ["39.999999"],
    ["39.999999", "0.000001"],
    ["20", "19.99"],
    [""],
]
CREDENTIALS = ["OPEN", "FROM", "TO", "SPAN", "DAY"]
RACES = [
    "american_indian_or_alaska_native",
    "asian",
    "black_or_african_american",
    "native_hawaiian_or_other_pacific_islander",
    "white",
]

Rows = list[dict[str, str]]


def school_year(first: int) -> str:
    """`2024-25` for 2024."""
    return f"{first}-{(first + 1) % 100:02}"


class Generator:
    """Draws the tables of one bundle."""

    def __init__(self, seed: int, students: int) -> None:
        self.random = Random(seed)
        self.students = [f"{'0' * self.random.randint(0, 3)}{number}" for number in range(1, students + 1)]
        self.tables: dict[str, Rows] = {}

    # Draws

    def chance(self, probability: float) -> bool:
        """True as often as that."""
        return self.random.random() < probability

    def maybe(self, value: str, probability: float = 0.5) -> str:
        """The value as often as that, or empty."""
        return value if self.chance(probability) else ""

    def year(self) -> int:
        """A school year of the bundle."""
        return self.random.randint(FIRST, LAST)

    def boolean(self) -> str:
        """`true`, `false` or empty."""
        return self.random.choice(["true", "false", ""])

    def day(self, year: int | None = None) -> date:
        """A day in or near a school year: at the edge of the year or of a quarter more often than not."""
        year = self.year() if year is None else year
        if self.chance(0.2):
            return date(year, 7, 1) + timedelta(days=self.random.randint(0, 364))
        edge = self.random.choice(
            [date(year, 7, 1), date(year, 10, 1), date(year + 1, 1, 1), date(year + 1, 4, 1), date(year + 1, 7, 1)]
        )
        return edge + timedelta(days=self.random.choice([-1, -1, 0, 0, 1]))

    def span(self, year: int | None = None) -> tuple[date, date | None]:
        """A day and a later one, the same one, or none."""
        begin = self.day(year)
        if self.chance(0.3):
            return begin, None
        return begin, max(begin, self.day(begin.year + self.random.choice([-1, 0, 0, 1])))

    def years(self) -> tuple[str, str]:
        """A span of school years, open at either side or of one year."""
        begin = self.year()
        end = self.random.randint(begin, LAST)
        return self.maybe(school_year(begin), 0.4), self.maybe(school_year(end), 0.4)

    def add(self, table: str, **values: str | date | None) -> None:
        """A row; None is empty."""
        self.tables[table].append({name: "" if value is None else str(value) for name, value in values.items()})

    # Tables

    def bundle(self) -> dict[str, Rows]:
        """All tables."""
        for table in (self.organizations, self.courses, self.programs, self.program_courses, self.credential_catalog):
            self.tables[table.__name__] = []
            table()
        self.tables["targets"] = [
            {"indicator": "5S1", "report_year": "2024-25", "organization_id": "", "level": "40.00"}
        ]
        for about in (
            self.people,
            self.student_populations,
            self.enrollments,
            self.course_outcomes,
            self.cohorts,
            self.diplomas,
            self.assessments,
            self.credentials,
            self.postsecondary_credits,
            self.postsecondary_enrollments,
            self.placements,
            self.work_based_learning,
        ):
            name = "students" if about == self.people else about.__name__
            self.tables[name] = []
            for student in self.students:
                about(student)
            self.random.shuffle(self.tables[name])
        return self.tables

    def organizations(self) -> None:
        """A root, and schools at several depths."""
        for organization, parent, kind in ORGANIZATIONS:
            name = f'The "{organization}", with a comma'
            self.add("organizations", organization_id=organization, parent_organization_id=parent, name=name, kind=kind)

    def courses(self) -> None:
        """The catalog."""
        for course, title, sced, part, of in COURSES:
            numbers = {"sequence_part": part, "sequence_of": of, "credits": "0"}
            self.add("courses", course_id=course, title=title, sced_code=sced, **numbers)

    def programs(self) -> None:
        """A program's own years exclude nothing."""
        for program, cluster, sex in PROGRAMS:
            begin, end = self.years()
            self.add(
                "programs",
                program_id=program,
                title=program,
                cluster_16=cluster,
                nontraditional_for=sex,
                begin_year=begin,
                end_year=end,
            )

    def program_courses(self) -> None:
        """Each program has about half of the courses, some of them in several spans."""
        levels = ["introductory", "1", "2", "3", "4", "concentrator", "capstone", ""]
        for program, _, _ in PROGRAMS:
            for course, *_ in COURSES:
                for _ in range(self.random.choice([0, 0, 1, 1, 2])):
                    begin, end = self.years()
                    level = self.random.choice(levels)
                    self.add(
                        "program_courses",
                        program_id=program,
                        course_id=course,
                        level=level,
                        begin_year=begin,
                        end_year=end,
                    )

    def credential_catalog(self) -> None:
        """Recognized always, from a day, up to a day, for a while, for one day."""
        begin, end = self.span()
        day = self.day()
        spans = [(None, None), (begin, None), (None, day), (begin, end), (day, day)]
        for credential, (first, last) in zip(CREDENTIALS, spans, strict=True):
            self.add(
                "credential_catalog",
                credential_id=credential,
                title=credential,
                recognized_from=first,
                recognized_to=last,
            )

    def people(self, student: str) -> None:
        """Sex and race, known or not."""
        sure = self.chance(0.5)
        flags = {race: "true" if self.chance(0.25) else self.maybe("false", 1.0 if sure else 0.85) for race in RACES}
        self.add(
            "students",
            student_id=student,
            sex=self.random.choice(["F", "F", "M", "M", "X", ""]),
            hispanic_or_latino=self.random.choice(["true", "false", "false", "false", "false", ""]),
            **flags,
        )

    def student_populations(self, student: str) -> None:
        """Spells, of which several may be of one population and overlap."""
        for _ in range(self.random.choice([0, 0, 1, 2, 4])):
            begin, end = self.span()
            population = self.random.choice(POPULATIONS)
            self.add("student_populations", student_id=student, population=population, begin_date=begin, end_date=end)

    def enrollments(self, student: str) -> None:
        """Up to three a year: same or other day of entry, same or other school, any grade, dates beyond the year."""
        for year in range(FIRST, LAST + 1):
            entry = self.day(year)
            organization = self.random.choice(ORGANIZATIONS)[0]
            for _ in range(self.random.choice([0, 1, 1, 1, 1, 2, 3])):
                if self.chance(0.3):
                    entry = self.day(year)
                if self.chance(0.5):
                    organization = self.random.choice(ORGANIZATIONS)[0]
                leaves = self.chance(0.7)
                self.add(
                    "enrollments",
                    student_id=student,
                    organization_id=organization,
                    school_year=school_year(year),
                    grade_level=self.random.choice(["08", "09", "09", "10", "10", "11", "11", "12", "12"]),
                    entry_date=entry,
                    exit_date=max(entry, self.day(year)) if leaves else None,
                    exit_type=self.random.choice([*EXIT_TYPES, ""]) if leaves or self.chance(0.1) else "",
                )

    def course_outcomes(self, student: str) -> None:
        """Some take nothing, some nearly everything, now and then again; some before they are in high school. Half of
        the students keep to courses in parts, so that there are full sets and sets that lack one."""
        catalog = [course for course, *_, of in COURSES if of] if self.chance(0.5) else [row[0] for row in COURSES]
        for _ in range(self.random.choice([0, 1, 2, 4, 8, 12, 16, 24, 24])):
            year = self.random.randint(FIRST - 2, LAST + 1)
            self.add(
                "course_outcomes",
                student_id=student,
                organization_id=self.random.choice(ORGANIZATIONS)[0],
                course_id=self.random.choice(catalog),
                school_year=school_year(year),
                completed_on=self.day(year) if self.chance(0.5) else None,
                status=self.random.choice(["completed"] * 6 + ["failed", "withdrawn", "in_progress"]),
                passed=self.random.choice(["true", "true", "", "", "false"]),
            )

    def cohorts(self, student: str) -> None:
        """None, one, or several: of two springs, or of one with and without a removal."""
        spring = self.year()
        for _ in range(self.random.choice([0, 1, 1, 1, 2, 3])):
            removed = self.random.choice([""] * 12 + ["transferred_documented", "emigrated", "facility", "deceased"])
            self.add("cohorts", student_id=student, cohort_year=str(spring), removed=removed)
            spring += self.random.choice([0, 1])

    def diplomas(self, student: str) -> None:
        """Awards at the ends of years and of September, of several kinds and in several years."""
        for _ in range(self.random.choice([0, 1, 2, 3, 4])):
            kind = self.random.choice(["regular", "regular", "regular", "alternate", "equivalency", "other"])
            awarded = self.september(student) if self.chance(0.4) else self.day()
            self.add("diplomas", student_id=student, kind=kind, awarded_on=awarded)

    def september(self, student: str) -> date:
        """The end of September of a spring whose cohort the student is in, or of the year after, or any day."""
        springs = [int(row["cohort_year"]) for row in self.tables["cohorts"] if row["student_id"] == student]
        if not springs:
            return self.day()
        last = date(self.random.choice(springs) + self.random.choice([0, 0, 1]), 9, 30)
        return last + timedelta(days=self.random.choice([-1, 0, 0, 1]))

    def near_award(self, student: str) -> date:
        """A day before, on or after one of the student's awards, or any day."""
        awards = [row["awarded_on"] for row in self.tables["diplomas"] if row["student_id"] == student]
        if not awards or self.chance(0.2):
            return self.day()
        return date.fromisoformat(self.random.choice(awards)) + timedelta(days=self.random.choice([-30, 0, 0, 0, 1]))

    def assessments(self, student: str) -> None:
        """Scores of any year, valid or not, several in a year."""
        for _ in range(self.random.choice([0, 1, 2, 5])):
            year = self.random.randint(FIRST - 1, LAST + 1)
            self.add(
                "assessments",
                student_id=student,
                subject=self.random.choice(["reading", "reading", "mathematics", "science"]),
                school_year=school_year(year),
                grade_level=self.random.choice(["", "08", "10"]),
                proficient=self.boolean(),
            )

    def credentials(self, student: str) -> None:
        """Earned near an award, or near the ends of what the catalog recognizes."""
        for _ in range(self.random.choice([0, 0, 1, 2])):
            entry = self.random.choice(self.tables["credential_catalog"])
            ends = [entry[name] for name in ("recognized_from", "recognized_to") if entry[name]]
            earned = self.near_award(student)
            if ends and self.chance(0.5):
                earned = date.fromisoformat(self.random.choice(ends)) + timedelta(days=self.random.choice([-1, 0, 1]))
            program = self.maybe(self.random.choice(PROGRAMS)[0])
            self.add(
                "credentials",
                student_id=student,
                credential_id=entry["credential_id"],
                earned_on=earned,
                program_id=program,
            )

    def postsecondary_credits(self, student: str) -> None:
        """No credits, a fraction of one, and credits in no program or in one that is not listed."""
        programs = [program[0] for program in PROGRAMS] + ["NOT-LISTED"]
        for _ in range(self.random.choice([0, 0, 1, 2])):
            self.add(
                "postsecondary_credits",
                student_id=student,
                program_id=self.maybe(self.random.choice(programs), 0.8),
                credits=self.random.choice(["0", "0.0", "0.5", "3", "0.000001"]),
                kind=self.random.choice(["dual", "articulated", "exam", ""]),
                earned_on=self.near_award(student),
            )

    def postsecondary_enrollments(self, student: str) -> None:
        """Terms of any status."""
        for _ in range(self.random.choice([0, 0, 0, 1, 2])):
            begin, end = self.span()
            self.add(
                "postsecondary_enrollments",
                student_id=student,
                institution_id="002001",
                institution_name="College",
                begin_date=begin,
                end_date=end,
                status=self.random.choice(["F", "Q", "H", "L", "W", "A", "D", ""]),
            )

    def placements(self, student: str) -> None:
        """With and without a first day, and observed before, during or after."""
        for _ in range(self.random.choice([0, 0, 1, 2])):
            begin, end = self.span()
            self.add(
                "placements",
                student_id=student,
                kind=self.random.choice(PLACEMENTS),
                begin_date=begin if self.chance(0.5) else None,
                end_date=end,
                observed_on=self.day(begin.year),
            )

    def work_based_learning(self, student: str) -> None:
        """Hours that add up to 40 exactly, or miss it by the last digit; without an end, or ended too late."""
        end = self.near_award(student)
        for hours in self.random.choice(HOURS):
            if self.chance(0.2):
                end = self.near_award(student)
            self.add(
                "work_based_learning",
                student_id=student,
                kind=self.random.choice(WORK),
                program_id=self.maybe(self.random.choice(PROGRAMS)[0]),
                begin_date=end - timedelta(days=self.random.randint(0, 300)),
                end_date=end if self.chance(0.9) else None,
                verified_hours=hours,
                status=self.random.choice(["completed"] * 12 + ["planned", "active", "withdrawn", ""]),
            )


REQUIRED = {"organizations", "students", "courses", "programs", "program_courses", "course_outcomes"}


def write_bundle(folder: Path, seed: int, students: int) -> None:
    """Writes the files, each in one of the ways that the format allows: columns in any order, with or without a
    byte-order mark, either end of line; optional files that are empty, or not there at all."""
    tables = Generator(seed, students).bundle()
    random = Random(f"files {seed}")
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        columns = list(rows[0]) if rows else []
        random.shuffle(columns)
        fate = random.random() if name not in REQUIRED | {"credential_catalog", "enrollments"} else 1.0
        if fate < 0.05 or not columns:
            continue
        encoding = random.choice(["utf-8", "utf-8-sig"])
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator=random.choice(["\n", "\r\n"]))
            writer.writeheader()
            writer.writerows(rows if fate >= 0.1 else [])


def main() -> None:
    """Writes one bundle."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="the folder to make")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--students", type=int, default=100)
    options = parser.parse_args()
    write_bundle(options.out, options.seed, options.students)


if __name__ == "__main__":
    main()
