"""Reads a bundle: one typed dictionary a row, by the column names of the bundle's contract.

Only rows that are valid are expected here; a value that cannot be read raises an error.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

RACES = {
    "american_indian_or_alaska_native": "AM7",
    "asian": "AS7",
    "black_or_african_american": "BL7",
    "native_hawaiian_or_other_pacific_islander": "PI7",
    "white": "WH7",
}

STUDENT_TABLES = (
    "student_populations",
    "enrollments",
    "course_outcomes",
    "cohorts",
    "diplomas",
    "assessments",
    "credentials",
    "postsecondary_credits",
    "postsecondary_enrollments",
    "placements",
    "work_based_learning",
)


class Row(dict[str, Any]):
    """A row by column name. An empty value is None, and so is a column that the file does not have."""

    def __missing__(self, column: str) -> None:
        return None


def school_year(text: str) -> int:
    """The first calendar year of a school year: 2024 for `2024-25`."""
    first, second = text.split("-")
    if len(first) != 4 or len(second) != 2 or (int(first) + 1) % 100 != int(second):
        raise ValueError(f"not a school year: {text}")
    return int(first)


def school_year_text(year: int) -> str:
    """`2024-25` for 2024."""
    return f"{year}-{(year + 1) % 100:02}"


def boolean(text: str) -> bool:
    """`true` or `false`."""
    return {"true": True, "false": False}[text]


TYPES: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(["hispanic_or_latino", *RACES, "passed", "proficient"], boolean),
    **dict.fromkeys(["school_year", "begin_year", "end_year"], school_year),
    **dict.fromkeys(["begin_date", "end_date", "entry_date", "exit_date"], date.fromisoformat),
    **dict.fromkeys(["awarded_on", "earned_on", "observed_on"], date.fromisoformat),
    **dict.fromkeys(["recognized_from", "recognized_to"], date.fromisoformat),
    **dict.fromkeys(["sequence_part", "sequence_of", "cohort_year"], int),
    **dict.fromkeys(["credits", "verified_hours"], Decimal),
}


def read_table(folder: Path, name: str) -> list[Row]:
    """The rows of one file; none where there is no such file."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [typed(row) for row in csv.DictReader(file)]


def typed(row: dict[str, str]) -> Row:
    """The row with its values read as what their columns hold."""
    return Row((column, TYPES.get(column, str)(value)) for column, value in row.items() if value != "")


@dataclass
class Bundle:
    """The tables that the measures need."""

    parents: dict[str, str | None]
    students: dict[str, Row]
    courses: dict[str, Row]
    programs: dict[str, Row]
    program_courses: dict[str, list[Row]]
    credential_catalog: dict[str, Row]
    rows_of_student: dict[str, dict[str, list[Row]]]

    def rows(self, table: str, student: str) -> list[Row]:
        """The student's rows of a table."""
        return self.rows_of_student[table].get(student, [])


def read_bundle(folder: Path) -> Bundle:
    """Reads the files of a bundle's folder."""
    return Bundle(
        parents={row["organization_id"]: row["parent_organization_id"] for row in read_table(folder, "organizations")},
        students=by_key(read_table(folder, "students"), "student_id"),
        courses=by_key(read_table(folder, "courses"), "course_id"),
        programs=by_key(read_table(folder, "programs"), "program_id"),
        program_courses=grouped(read_table(folder, "program_courses"), "course_id"),
        credential_catalog=by_key(read_table(folder, "credential_catalog"), "credential_id"),
        rows_of_student={name: grouped(read_table(folder, name), "student_id") for name in STUDENT_TABLES},
    )


def by_key(rows: list[Row], column: str) -> dict[str, Row]:
    """The rows by their key, which no two of them share."""
    found = {row[column]: row for row in rows}
    if len(found) != len(rows):
        raise ValueError(f"two rows with the same {column}")
    return found


def grouped(rows: list[Row], column: str) -> dict[str, list[Row]]:
    """The rows with the same value in a column."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return dict(groups)
