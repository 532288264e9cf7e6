#!/usr/bin/env python3
"""Works out the measures table of a bundle under the rulebook `federal`, a second time and as plainly as possible.

It shares nothing with the product, so that an error would have to be made twice to stay hidden.

    python3 tests/oracle/measures.py BUNDLE --report-year 2024-25 [--report-year ...] [--pairs] > measures.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from bundle import Bundle, read_bundle, school_year, school_year_text
from student import Student, second_quarter_after

SUBJECTS = {"2S1": "reading", "2S2": "mathematics", "2S3": "science"}
HOURS_NEEDED = Decimal(40)

Where = bool | set[str]
"""In which rows something holds: in all or in none of them, or in those that speak of one of these programs."""


class MeasureRow(NamedTuple):
    """A row of the measures table."""

    report_year: str
    measure: str
    variant: str
    organization_id: str
    program_id: str
    subgroup: str
    denominator: int
    numerator: int
    rate: float


@dataclass
class Case:
    """A student whom a measure may count, in which rows the student is in the denominator, and in which of these in
    the numerator as well."""

    measure: str
    variant: str
    organization: str
    population_year: int
    denominator: Where
    numerator: Where


# Measures


def cases(student: Student, year: int) -> Iterator[Case]:
    """Every measure of the report year that may count the student."""
    yield from enrolment(student, year)
    yield from graduation_rate(student, year)
    yield from placement(student, year)
    yield from proficiency(student, year)
    yield from program_quality(student, year)


def enrolment(student: Student, year: int) -> Iterator[Case]:
    """Participants and concentrators among all who are enrolled in the report year, in the row of every program; and
    4S1: of the concentrators in programs with a `nontraditional_for` those who are of that sex in one of these."""
    if year not in student.belonging:
        return
    place = student.belonging[year]["organization_id"]
    concentrator = student.concentrator(year)
    yield Case("participants", "", place, year, True, student.participant(year))
    yield Case("concentrators", "", place, year, True, concentrator)
    programs = student.bundle.programs
    for_one_sex = {program for program in concentrator if programs[program]["nontraditional_for"]}
    yield Case("4S1", "", place, year, for_one_sex, student.nontraditional(for_one_sex))


def graduation_rate(student: Student, year: int) -> Iterator[Case]:
    """1S1 and 1S2: the cohort whose fourth, or fifth, year ends in the report year, and of it those with a diploma by
    30 September after it. They count where they were last enrolled."""
    place = student.last_place(year)
    if place is None:
        return
    graduated = student.diploma_by(date(year + 1, 9, 30))
    for measure, spring in (("1S1", year + 1), ("1S2", year)):
        if student.in_cohort(spring):
            yield Case(measure, "", place, year, student.concentrator(year), graduated)


def proficiency(student: Student, year: int) -> Iterator[Case]:
    """2S1 to 2S3: those who left, or graduated, with a valid score, and of these the proficient."""
    groups = {
        "leavers": student.exit_day(year) is not None,
        "graduates": student.graduation_day(year) is not None,
    }
    for variant in (name for name, holds in groups.items() if holds):
        for measure, subject in SUBJECTS.items():
            proficient = student.proficient(subject, year)
            if proficient is not None:
                place = student.belonging[year]["organization_id"]
                yield Case(measure, variant, place, year, student.concentrator(year), proficient)


def placement(student: Student, year: int) -> Iterator[Case]:
    """3S1: those who left in the year before the report year, by what they were in that year, and of these the ones
    active in the second quarter after that of exit, or in the last three months of the report year's first year.
    Nothing known is not placed."""
    before = year - 1
    left = student.exit_day(before)
    if left is None:
        return
    windows = {
        "exit_quarter": second_quarter_after(left),
        "fixed_window": (date(year, 10, 1), date(year, 12, 31)),
    }
    place = student.belonging[before]["organization_id"]
    for variant, (first, last) in windows.items():
        yield Case("3S1", variant, place, before, student.concentrator(before), student.placed(first, last))


def program_quality(student: Student, year: int) -> Iterator[Case]:
    """5S1 to 5S3: graduates of the report year who by the graduation day have a recognized credential; postsecondary
    credits in a program of the row; 40 hours of work-based learning."""
    day = student.graduation_day(year)
    if day is None:
        return
    place = student.belonging[year]["organization_id"]
    numerators: dict[str, Where] = {
        "5S1": student.credential_by(day),
        "5S2": student.credit_programs_by(day),
        "5S3": student.hours_by(day) >= HOURS_NEEDED,
    }
    for measure, numerator in numerators.items():
        yield Case(measure, "", place, year, student.concentrator(year), numerator)


# The table


def program_rows(bundle: Bundle) -> dict[str, set[str] | None]:
    """The programs that a row speaks of, by its `program_id`: the one, or those of a cluster. For `*` it is any program
    at all (None), also one that the bundle does not list."""
    rows: dict[str, set[str] | None] = {"*": None}
    for program, row in bundle.programs.items():
        rows[program] = {program}
        if row["cluster_16"]:
            rows.setdefault(f"cluster:{row['cluster_16']}", set()).add(program)
    return rows


def ancestry(bundle: Bundle, organization: str) -> list[str]:
    """The organization and every one above it."""
    chain = [organization]
    while (parent := bundle.parents[chain[-1]]) is not None:
        chain.append(parent)
    return chain


def holds(where: Where, programs: set[str] | None) -> bool:
    """Whether something holds in a row that speaks of these programs."""
    if isinstance(where, bool):
        return where
    return bool(where) if programs is None else not where.isdisjoint(programs)


Key = tuple[str, str, str, str, str]
"""Measure, variant, organization, program, subgroup."""


def tally(students: Iterable[Student], rows: dict[str, set[str] | None], year: int) -> dict[tuple, list[int]]:
    """Denominator and numerator by measure, variant, the organization that students belong to, program, and the whole
    set of their subgroups, so that alike students are spread over the table's rows in one go."""
    counts: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for student in students:
        for case in cases(student, year):
            groups = student.subgroups(case.population_year)
            unusual = student.nontraditional(student.participant(case.population_year))
            alike = tuple(sorted(groups)), tuple(sorted(groups | {"population:nontraditional"}))
            for program, programs in rows.items():
                if holds(case.denominator, programs):
                    subgroups = alike[holds(unusual, programs)]
                    count = counts[case.measure, case.variant, case.organization, program, subgroups]
                    count[0] += 1
                    count[1] += holds(case.numerator, programs)
    return counts


def spread(bundle: Bundle, counts: dict[tuple, list[int]], pairs: bool) -> dict[Key, list[int]]:
    """The counts in every row of the table that they belong to: of the organization and those above it, of `all`, of
    each subgroup and of each pair. A student has one sex and one race at most, so that any two of a student's
    subgroups are of different dimensions or two populations. Sorted names make a pair's alphabetical order."""
    table: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for (measure, variant, place, program, subgroups), (denominator, numerator) in counts.items():
        names = ["all", *subgroups]
        if pairs:
            names += ["+".join(pair) for pair in combinations(subgroups, 2)]
        for organization in ancestry(bundle, place):
            for name in names:
                count = table[measure, variant, organization, program, name]
                count[0] += denominator
                count[1] += numerator
    return table


def measures(bundle: Bundle, years: Iterable[int], pairs: bool) -> Iterator[MeasureRow]:
    """Every row of the measures table with anybody in its denominator, in the order of its key."""
    students = [Student(bundle, student_id) for student_id in bundle.students]
    rows = program_rows(bundle)
    for year in sorted(years):
        table = spread(bundle, tally(students, rows, year), pairs)
        for key in sorted(table):
            denominator, numerator = table[key]
            yield MeasureRow(school_year_text(year), *key, denominator, numerator, numerator / denominator)


def main() -> None:
    """Writes the table as CSV to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path, help="the folder of the bundle")
    parser.add_argument("--report-year", action="append", required=True, type=school_year, metavar="2024-25")
    parser.add_argument("--pairs", action="store_true", help="also every pair of subgroups")
    options = parser.parse_args()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(MeasureRow._fields)
    writer.writerows(measures(read_bundle(options.bundle), options.report_year, options.pairs))


if __name__ == "__main__":
    main()
