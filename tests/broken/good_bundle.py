"""A small good bundle, which the cases break. There is nothing to say about it, so that whatever is said is about what
a case broke."""

from __future__ import annotations

import zipfile
from pathlib import Path

TABLES = {
    "organizations": """\
organization_id,parent_organization_id,name,kind
ST,,The State,state
D1,ST,District One,district
HS1,D1,First High School,school
""",
    "students": """\
student_id,first_name,last_name,birth_date,sex,hispanic_or_latino
a,Ann,Able,2007-01-01,F,true
b,Ben,Baker,2007-02-02,M,true
c,Cy,Clark,2008-03-03,X,true
""",
    "enrollments": """\
student_id,organization_id,school_year,grade_level,entry_date,exit_date,exit_type
a,HS1,2023-24,11,2023-08-15,,
a,HS1,2024-25,12,2024-08-15,2025-06-05,graduated
b,HS1,2024-25,12,2024-08-15,,
c,HS1,2024-25,11,2024-08-15,,
""",
    "student_populations": """\
student_id,population,begin_date,end_date
a,homeless,2024-09-01,
""",
    "courses": """\
course_id,title,sced_code,credits,sequence_part,sequence_of
C1,Welding I,13207,1.0,,
C2,Welding II,13207,1.0,,
""",
    "programs": """\
program_id,title,cip_code,cluster_16,nontraditional_for
P1,Welding,48.0508,13,F
""",
    "program_courses": """\
program_id,course_id,level,begin_year,end_year
P1,C1,1,,
P1,C2,2,2020-21,
""",
    "course_outcomes": """\
student_id,organization_id,course_id,school_year,status,credits_earned,passed
a,HS1,C1,2023-24,completed,1.0,true
a,HS1,C2,2024-25,completed,1.0,
b,HS1,C1,2024-25,completed,1.0,true
""",
    "cohorts": """\
student_id,cohort_year,removed
a,2025,
""",
    "diplomas": """\
student_id,kind,awarded_on
a,regular,2025-06-05
""",
    "credential_catalog": """\
credential_id,title,recognized_from,recognized_to
W,Welder,,
""",
    "credentials": """\
student_id,credential_id,earned_on
a,W,2025-05-05
""",
    "work_based_learning": """\
student_id,kind,begin_date,end_date,verified_hours,status
a,paid_internship,2025-01-01,2025-03-01,40.0,completed
""",
}

NEXT = {
    "students": "d,Dee,Drake,2007-04-04,F,true\n",
    "enrollments": "d,HS1,2024-25,12,2024-08-15,,\n",
}
"""One student more, by whom the numbers tell whether a bundle was stored."""

REPORT_YEAR = "2024-25"
STUDENTS, STUDENTS_NEXT = 3, 4


class BundleFolder:
    """A bundle that a case may break."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        for table, text in TABLES.items():
            self.write(table, text + NEXT.get(table, ""))

    def file(self, table: str) -> Path:
        """The file of a table."""
        return self.path / f"{table}.csv"

    def text(self, table: str) -> str:
        """What the file holds."""
        return self.file(table).read_text(encoding="utf-8")

    def write(self, table: str, content: str | bytes) -> None:
        """Replaces the file."""
        self.file(table).write_bytes(content.encode() if isinstance(content, str) else content)

    def append(self, table: str, line: str | bytes) -> None:
        """Adds a line."""
        with self.file(table).open("ab") as file:
            file.write((line.encode() if isinstance(line, str) else line) + b"\n")

    def replace(self, table: str, old: str, new: str) -> None:
        """Changes the first place at which the file has a text, which it must have."""
        text = self.text(table)
        if old not in text:
            raise ValueError(f"{table} has no {old!r}")
        self.write(table, text.replace(old, new, 1))

    def zip(self, compression: int = zipfile.ZIP_DEFLATED, leave_out: str = "") -> Path:
        """The folder as a zip beside it."""
        path = self.path.with_suffix(".zip")
        with zipfile.ZipFile(path, "w", compression) as archive:
            for file in sorted(self.path.iterdir()):
                if file.name != leave_out:
                    archive.write(file, file.name)
        return path


def write_first(path: Path) -> None:
    """Writes the good bundle that is stored before all others."""
    path.mkdir(parents=True)
    for table, text in TABLES.items():
        (path / f"{table}.csv").write_text(text, encoding="utf-8")
