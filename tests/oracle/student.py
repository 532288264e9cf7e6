"""What is known of a student, and what follows from it: status, place, subgroups and the facts that measures ask for.

A school year is written by its first calendar year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property

from bundle import RACES, Bundle, Row

HIGH_SCHOOL = {"09", "10", "11", "12"}
LEAVER_EXITS = {
    "graduated",
    "other_credential",
    "completed_without_diploma",
    "dropped_out",
    "adult_education",
    "unknown",
}
DIPLOMAS = {"regular", "alternate"}
PLACED = {"postsecondary", "advanced_training", "military", "service", "peace_corps", "employment"}
NOT_ATTENDING = {"W", "A", "D"}


# Time


def first_day(year: int) -> date:
    """1 July, on which the school year begins."""
    return date(year, 7, 1)


def last_day(year: int) -> date:
    """30 June, on which it ends."""
    return date(year + 1, 6, 30)


def in_year(day: date, year: int) -> bool:
    """A school year includes both its first and its last day."""
    return first_day(year) <= day <= last_day(year)


def overlap(begin: date, end: date | None, first: date, last: date) -> bool:
    """Both ends of a span are part of it; one without an end goes on."""
    return begin <= last and (end is None or end >= first)


def tied_in(row: Row, year: int) -> bool:
    """A span of years includes both; an empty one is open on that side."""
    return (row["begin_year"] is None or row["begin_year"] <= year) and (
        row["end_year"] is None or year <= row["end_year"]
    )


def second_quarter_after(day: date) -> tuple[date, date]:
    """First and last day of the second calendar quarter after the one in which the day lies."""
    quarter = day.year * 4 + (day.month - 1) // 3 + 2
    following = quarter + 1
    begin = date(quarter // 4, quarter % 4 * 3 + 1, 1)
    end = date.fromordinal(date(following // 4, following % 4 * 3 + 1, 1).toordinal() - 1)
    return begin, end


class Student:
    """What is known of one student, and what follows from it."""

    def __init__(self, bundle: Bundle, student_id: str) -> None:
        self.bundle = bundle
        self.id = student_id
        self.person = bundle.students[student_id]
        self.counts: dict[int, dict[str, int]] = {}

    def rows(self, table: str) -> list[Row]:
        """The student's rows of a table."""
        return self.bundle.rows(table, self.id)

    # Status

    @cached_property
    def completions(self) -> list[tuple[int, str, list[str]]]:
        """School year, course and programs of each completed outcome: status `completed` and not known to be failed.
        Only the programs that the course was tied to in the school year of the outcome are concerned."""
        found = []
        for row in self.rows("course_outcomes"):
            if row["status"] == "completed" and row["passed"] is not False:
                ties = self.bundle.program_courses.get(row["course_id"], [])
                programs = [tie["program_id"] for tie in ties if tied_in(tie, row["school_year"])]
                found.append((row["school_year"], row["course_id"], programs))
        return found

    def course_counts(self, year: int) -> dict[str, int]:
        """Completed courses in each program by the end of the year. One that was repeated is one course."""
        if year not in self.counts:
            completed: dict[str, set[str]] = defaultdict(set)
            for taken, course, programs in self.completions:
                for program in programs if taken <= year else []:
                    completed[program].add(course)
            self.counts[year] = {program: count_courses(self.bundle, ids) for program, ids in completed.items()}
        return self.counts[year]

    def participant(self, year: int) -> set[str]:
        """The programs with at least one completed course."""
        return {program for program, count in self.course_counts(year).items() if count >= 1}

    def concentrator(self, year: int) -> set[str]:
        """The programs with at least two completed courses; those of two programs do not add up."""
        return {program for program, count in self.course_counts(year).items() if count >= 2}

    # Place

    @cached_property
    def belonging(self) -> dict[int, Row]:
        """For each year of enrolment in grades 09 to 12 the row that decides where the student belongs: that of the
        latest entry, then the greater organization, then the later exit (open being the latest), then the greater
        type of exit (empty being the least). Texts are compared by their bytes."""
        years: dict[int, Row] = {}
        for row in self.rows("enrollments"):
            if row["grade_level"] in HIGH_SCHOOL:
                best = years.get(row["school_year"])
                if best is None or belonging_order(row) > belonging_order(best):
                    years[row["school_year"]] = row
        return years

    def last_place(self, year: int) -> str | None:
        """Where the student belonged in the latest year of enrolment up to this one."""
        years = [enrolled for enrolled in self.belonging if enrolled <= year]
        return self.belonging[max(years)]["organization_id"] if years else None

    def exit_day(self, year: int) -> date | None:
        """The exit date of a leaver: the belonging enrolment ended within the year itself, in a way that is an exit
        from school and no transfer or death."""
        row = self.belonging.get(year)
        if row is None or row["exit_date"] is None or not in_year(row["exit_date"], year):
            return None
        return row["exit_date"] if row["exit_type"] in LEAVER_EXITS else None

    @cached_property
    def diploma_days(self) -> list[date]:
        """The days of regular and alternate diplomas; an equivalency makes no graduate."""
        return sorted(row["awarded_on"] for row in self.rows("diplomas") if row["kind"] in DIPLOMAS)

    def graduation_day(self, year: int) -> date | None:
        """The first diploma of the year, for a student who was enrolled in that year."""
        days = [day for day in self.diploma_days if in_year(day, year)]
        return days[0] if days and year in self.belonging else None

    # Subgroups

    @cached_property
    def race(self) -> str | None:
        """The federal seven-way roll-up, where no empty flag could change it."""
        hispanic = self.person["hispanic_or_latino"]
        true = [code for column, code in RACES.items() if self.person[column]]
        empty = [code for column, code in RACES.items() if self.person[column] is None]
        if hispanic:
            return "HI7"
        if hispanic is None:
            return None
        if len(true) >= 2:
            return "MU7"
        return true[0] if len(true) == 1 and not empty else None

    def subgroups(self, year: int) -> set[str]:
        """Sex and race as recorded, and the populations of which a spell overlaps the year. What is not known puts a
        student in no subgroup of that dimension. Nontraditional is not here: it depends on the row's programs."""
        groups = {
            f"population:{row['population']}"
            for row in self.rows("student_populations")
            if overlap(row["begin_date"], row["end_date"], first_day(year), last_day(year))
        }
        if self.person["sex"]:
            groups.add(f"sex:{self.person['sex']}")
        if self.race:
            groups.add(f"race:{self.race}")
        return groups

    def nontraditional(self, programs: Iterable[str]) -> set[str]:
        """Of these programs those that are nontraditional for the student's sex."""
        sex = self.person["sex"]
        return {program for program in programs if sex and self.bundle.programs[program]["nontraditional_for"] == sex}

    # Facts of the measures

    def in_cohort(self, year: int) -> bool:
        """In the adjusted cohort of that spring. One row that says removed is enough to be out of it."""
        rows = [row for row in self.rows("cohorts") if row["cohort_year"] == year]
        return bool(rows) and not any(row["removed"] for row in rows)

    def diploma_by(self, day: date) -> bool:
        """A diploma of any earlier day will do."""
        return any(awarded <= day for awarded in self.diploma_days)

    def proficient(self, subject: str, year: int) -> bool | None:
        """The result of the latest school year, up to this one, with a valid score, in whatever grade; of several in
        that year one that is proficient is enough. None where there is no valid score."""
        scores = [
            (row["school_year"], row["proficient"])
            for row in self.rows("assessments")
            if row["subject"] == subject and row["proficient"] is not None and row["school_year"] <= year
        ]
        # Within the latest year true is greater than false.
        return max(scores)[1] if scores else None

    @cached_property
    def activities(self) -> list[tuple[date, date | None]]:
        """The spans of placements and of postsecondary enrolments that are active. A placement that does not say when
        it began has begun on the day it was observed, or on its last day where that was earlier."""
        spans = []
        for row in self.rows("placements"):
            if row["kind"] in PLACED:
                begin = row["begin_date"] or min(row["observed_on"], row["end_date"] or date.max)
                spans.append((begin, row["end_date"]))
        for row in self.rows("postsecondary_enrollments"):
            if row["status"] not in NOT_ATTENDING:
                spans.append((row["begin_date"], row["end_date"]))
        return spans

    def placed(self, first: date, last: date) -> bool:
        """Active at some time between the two days."""
        return any(overlap(begin, end, first, last) for begin, end in self.activities)

    def credential_by(self, day: date) -> bool:
        """A credential earned by that day, and recognized on the day it was earned."""
        for row in self.rows("credentials"):
            entry = self.bundle.credential_catalog[row["credential_id"]]
            begin = entry["recognized_from"] or date.min
            if row["earned_on"] <= day and overlap(begin, entry["recognized_to"], row["earned_on"], row["earned_on"]):
                return True
        return False

    def credit_programs_by(self, day: date) -> set[str]:
        """The programs in which more than 0 postsecondary credits were earned by that day."""
        return {
            row["program_id"]
            for row in self.rows("postsecondary_credits")
            if row["program_id"] and row["credits"] > 0 and row["earned_on"] <= day
        }

    def hours_by(self, day: date) -> Decimal:
        """Verified hours of completed work-based learning that ended by that day; job shadowing is none, and what has
        no end has not ended."""
        return sum(
            (
                row["verified_hours"] or Decimal(0)
                for row in self.rows("work_based_learning")
                if row["status"] == "completed"
                and row["kind"] != "job_shadowing"
                and row["end_date"] is not None
                and row["end_date"] <= day
            ),
            Decimal(0),
        )


def belonging_order(row: Row) -> tuple[date, bytes, bool, date, bytes]:
    """The greatest of a year's rows decides where a student belongs."""
    return (
        row["entry_date"],
        row["organization_id"].encode(),
        row["exit_date"] is None,
        row["exit_date"] or date.max,
        (row["exit_type"] or "").encode(),
    )


def count_courses(bundle: Bundle, course_ids: set[str]) -> int:
    """How many courses these are: each whole one, and of those taught in parts as many as there are full sets, which
    is the number of different courses of that part of which there are fewest. Parts belong together with the same
    number of parts and the same first five characters of the SCED code, or where that is empty the same title."""
    whole = 0
    parts: dict[tuple[int, bool, str], list[int]] = defaultdict(list)
    for course in (bundle.courses[course_id] for course_id in course_ids):
        part, of = course["sequence_part"], course["sequence_of"]
        if part is None or of is None or of < 2:
            whole += 1
        else:
            sced = course["sced_code"]
            parts[of, bool(sced), sced[:5] if sced else course["title"]].append(part)
    sets = (min(found.count(part) for part in range(1, key[0] + 1)) for key, found in parts.items())
    return whole + sum(sets)
