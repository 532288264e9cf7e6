"""Broken inputs, but for the zips."""

from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path

import zip_cases  # noqa: F401, registers its cases
from case import CASES, EITHER, REFUSED, SET_ASIDE, Break, Case, case
from good_bundle import NEXT, TABLES, BundleFolder


# Paths and files that are not what they should be


@case(REFUSED, "nowhere")
def path_that_is_not_there(bundle: BundleFolder) -> Path:
    return bundle.path / "nowhere"


@case(REFUSED, "no file")
def empty_folder(bundle: BundleFolder) -> Path:
    for file in bundle.path.iterdir():
        file.unlink()
    return bundle.path


@case(REFUSED, "course_outcomes.txt")
def folder_without_tables(bundle: BundleFolder) -> Path:
    for file in bundle.path.iterdir():
        file.rename(file.with_suffix(".txt"))
    return bundle.path


@case(REFUSED, "students.csv")
def wrong_file_names(bundle: BundleFolder) -> Path:
    for file in bundle.path.iterdir():
        file.rename(file.with_name(f"export_{file.name}"))
    return bundle.path


@case(REFUSED, "courses.csv")
def required_file_missing(bundle: BundleFolder) -> Path:
    bundle.file("courses").unlink()
    return bundle.path


@case(REFUSED, "students.csv")
def file_of_no_bytes(bundle: BundleFolder) -> Path:
    bundle.write("students", "")
    return bundle.path


@case(REFUSED, "students.csv")
def folder_in_place_of_a_file(bundle: BundleFolder) -> Path:
    bundle.file("students").unlink()
    bundle.file("students").mkdir()
    return bundle.path


@case(REFUSED, "students.csv")
def pipe_in_place_of_a_file(bundle: BundleFolder) -> Path:
    bundle.file("students").unlink()
    os.mkfifo(bundle.file("students"))
    return bundle.path


@case(REFUSED, "students.csv")
def link_to_an_endless_device(bundle: BundleFolder) -> Path:
    bundle.file("students").unlink()
    bundle.file("students").symlink_to("/dev/zero")
    return bundle.path


@case(REFUSED, "students.csv")
def link_to_nowhere(bundle: BundleFolder) -> Path:
    bundle.file("students").unlink()
    bundle.file("students").symlink_to("gone.csv")
    return bundle.path


@case(REFUSED, "students.csv")
def link_to_itself(bundle: BundleFolder) -> Path:
    bundle.file("students").unlink()
    bundle.file("students").symlink_to("students.csv")
    return bundle.path


@case(REFUSED, "students.csv")
def link_to_another_folder(bundle: BundleFolder) -> Path:
    elsewhere = bundle.path.with_name("elsewhere.csv")
    bundle.file("students").rename(elsewhere)
    bundle.file("students").symlink_to(elsewhere)
    return bundle.path


@case(REFUSED, "students.csv")
def one_file_of_a_bundle(bundle: BundleFolder) -> Path:
    return bundle.file("students")


@case(EITHER, "notes")
def terminal_codes_in_the_name_of_a_file(bundle: BundleFolder) -> Path:
    (bundle.path / "notes\x1b[31m.csv").write_text("student_id\n")
    return bundle.path


# Bytes that are no text


@case(REFUSED, "students.csv")
def utf_16_with_a_mark(bundle: BundleFolder) -> Path:
    bundle.write("students", bundle.text("students").encode("utf-16"))
    return bundle.path


@case(REFUSED, "students.csv")
def utf_16_without_a_mark(bundle: BundleFolder) -> Path:
    bundle.write("students", bundle.text("students").encode("utf-16-be"))
    return bundle.path


@case(REFUSED, "students.csv")
def utf_32(bundle: BundleFolder) -> Path:
    bundle.write("students", bundle.text("students").encode("utf-32"))
    return bundle.path


@case(EITHER, "students.csv")
def latin_1(bundle: BundleFolder) -> Path:
    bundle.replace("students", "Drake", "Núñez")
    bundle.write("students", bundle.text("students").encode("latin-1"))
    return bundle.path


@case(EITHER, "students.csv")
def nul_in_a_value(bundle: BundleFolder) -> Path:
    bundle.append("students", "e,E\0ve,Eaton,2007-05-05,F,true")
    return bundle.path


@case(REFUSED, "students.csv")
def nul_in_the_header(bundle: BundleFolder) -> Path:
    bundle.replace("students", "student_id", "student\0_id")
    return bundle.path


@case(REFUSED, "students.csv")
def random_bytes(bundle: BundleFolder) -> Path:
    bundle.write("students", random.Random(1).randbytes(100_000))
    return bundle.path


@case(REFUSED, "students.csv")
def spreadsheet_called_csv(bundle: BundleFolder) -> Path:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    bundle.write("students", buffer.getvalue())
    return bundle.path


@case(REFUSED, "students.csv")
def page_called_csv(bundle: BundleFolder) -> Path:
    bundle.write("students", "<!DOCTYPE html>\n<html><body>Please sign in</body></html>\n")
    return bundle.path


# Headers


@case(REFUSED, "students.csv")
def required_column_missing(bundle: BundleFolder) -> Path:
    bundle.replace("students", "student_id", "id")
    return bundle.path


@case(REFUSED, "students.csv")
def column_in_capitals(bundle: BundleFolder) -> Path:
    bundle.replace("students", "student_id", "Student_ID")
    return bundle.path


@case(REFUSED, "students.csv")
def duplicate_column(bundle: BundleFolder) -> Path:
    bundle.replace("students", "first_name", "last_name")
    return bundle.path


@case(REFUSED, "students.csv")
def no_header(bundle: BundleFolder) -> Path:
    bundle.write("students", bundle.text("students").split("\n", 1)[1])
    return bundle.path


@case(REFUSED, "students.csv")
def semicolons(bundle: BundleFolder) -> Path:
    bundle.write("students", bundle.text("students").replace(",", ";"))
    return bundle.path


@case(REFUSED, "students.csv")
def tabs(bundle: BundleFolder) -> Path:
    bundle.write("students", bundle.text("students").replace(",", "\t"))
    return bundle.path


@case(REFUSED, "students.csv")
def terminal_codes_in_the_header(bundle: BundleFolder) -> Path:
    bundle.replace("students", "student_id", "student\x1b_id")
    return bundle.path


@case(EITHER, "students.csv")
def hundred_thousand_columns(bundle: BundleFolder) -> Path:
    header, rest = bundle.text("students").split("\n", 1)
    bundle.write("students", header + "".join(f",column_{number}" for number in range(100_000)) + "\n" + rest)
    return bundle.path


# Rows that run away


@case(EITHER, "students.csv")
def quote_without_an_end(bundle: BundleFolder) -> Path:
    bundle.replace("students", "Ann", '"Ann')
    return bundle.path


@case(EITHER, "students.csv")
def end_in_the_middle_of_a_row(bundle: BundleFolder) -> Path:
    bundle.write("students", bundle.text("students")[:-20])
    return bundle.path


@case(EITHER, "students.csv")
def lines_that_end_with_carriage_returns(bundle: BundleFolder) -> Path:
    bundle.append("students", "e,Eve,Eaton,not a date,F,true")
    bundle.write("students", bundle.text("students").replace("\n", "\r"))
    return bundle.path


@case(EITHER, "students.csv")
def two_students_with_one_id(bundle: BundleFolder) -> Path:
    bundle.append("students", "a,Another,Able,2008-08-08,M,true")
    return bundle.path


@case(EITHER, "organizations.csv")
def two_organizations_with_one_id(bundle: BundleFolder) -> Path:
    bundle.append("organizations", "HS1,ST,Second High School,school")
    return bundle.path


@case(EITHER, "organizations.csv")
def organizations_in_a_circle(bundle: BundleFolder) -> Path:
    bundle.replace("organizations", "D1,ST", "D1,HS1")
    return bundle.path


@case(EITHER, "organizations.csv")
def organization_above_itself(bundle: BundleFolder) -> Path:
    bundle.replace("organizations", "D1,ST", "D1,D1")
    return bundle.path


@case(EITHER, "organizations.csv")
def state_below_its_district(bundle: BundleFolder) -> Path:
    bundle.replace("organizations", "ST,,", "ST,D1,")
    return bundle.path


@case(EITHER, "students.csv")
def no_row_that_can_be_read(bundle: BundleFolder) -> Path:
    header = bundle.text("students").split("\n", 1)[0]
    bundle.write("students", header + "\n" + "e,Eve,Eaton,never,F,true\n" * 1000)
    return bundle.path


@case(EITHER, "students.csv")
def formula_in_a_name(bundle: BundleFolder) -> Path:
    bundle.append("students", 'e,"=HYPERLINK(""http://example.invalid"",""x"")",+Eaton,2007-05-05,F,true')
    return bundle.path


@case(EITHER, "students.csv")
def terminal_codes_in_a_value(bundle: BundleFolder) -> Path:
    bundle.append("students", "e,Eve,Eaton,\x1b[31m2007\x1b]0;title\x07,F,true")
    return bundle.path


# Other formats


@case(REFUSED, "Student.xml")
def xml_entities_that_multiply(bundle: BundleFolder) -> Path:
    folder = bundle.path.with_name("edfi")
    folder.mkdir()
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(12))
    (folder / "Student.xml").write_text(
        f'<?xml version="1.0"?><!DOCTYPE x [{entities}]>'
        "<InterchangeStudent><Student>&e11;</Student></InterchangeStudent>"
    )
    return folder


@case(REFUSED, "Student.xml")
def xml_cut_short(bundle: BundleFolder) -> Path:
    folder = bundle.path.with_name("edfi")
    folder.mkdir()
    (folder / "Student.xml").write_text('<?xml version="1.0"?><InterchangeStudent><Student id="x"><StudentUniqueId>1')
    return folder


@case(REFUSED, "manifest.csv")
def manifest_of_nothing(bundle: BundleFolder) -> Path:
    folder = bundle.path.with_name("oneroster")
    folder.mkdir()
    (folder / "manifest.csv").write_text("propertyName,value\noneroster.version,1.2\nfile.users,bulk\n")
    return folder


# Big things


def big_field(megabytes: int) -> Break:
    """A value of so many megabytes, written as a stream."""

    def make(bundle: BundleFolder) -> Path:
        with bundle.file("students").open("ab") as file:
            file.write(b"e,")
            for _ in range(megabytes):
                file.write(b"E" * 1_000_000)
            file.write(b",Eaton,2007-05-05,F,true\n")
        return bundle.path

    return make


def big_field_case(megabytes: int) -> Case:
    """A value that does not fit into memory must not be read into it."""
    return Case(f"field_of_{megabytes}_megabytes", EITHER, "students.csv", big_field(megabytes))


# One line that is wrong: the table and the line

LINES = {
    "date_of_9999": ("diplomas", "d,regular,9999-12-31"),
    "date_that_is_not_in_the_calendar": ("diplomas", "d,regular,2025-02-30"),
    "date_as_in_america": ("diplomas", "d,regular,06/05/2025"),
    "date_without_zeros": ("diplomas", "d,regular,2025-6-5"),
    "date_of_zeros": ("diplomas", "d,regular,0000-00-00"),
    "date_and_time": ("diplomas", "d,regular,2025-06-05T00:00:00"),
    "date_that_is_a_number": ("diplomas", "d,regular,45813"),
    "code_in_capitals": ("diplomas", "d,Regular,2025-06-05"),
    "code_with_a_space": ("diplomas", "d,regular ,2025-06-05"),
    "required_value_missing": ("diplomas", "d,,2025-06-05"),
    "student_who_is_not_there": ("diplomas", "nobody,regular,2025-06-05"),
    "boolean_in_words": ("students", "e,Eve,Eaton,2007-05-05,F,yes"),
    "boolean_in_capitals": ("students", "e,Eve,Eaton,2007-05-05,F,TRUE"),
    "boolean_as_a_number": ("students", "e,Eve,Eaton,2007-05-05,F,1"),
    "sex_in_words": ("students", "e,Eve,Eaton,2007-05-05,Female,true"),
    "row_with_a_value_too_many": ("students", "e,Eve,Eaton,2007-05-05,F,true,true"),
    "row_with_a_value_too_few": ("students", "e,Eve,Eaton,2007-05-05,F"),
    "grade_without_a_zero": ("enrollments", "d,HS1,2024-25,9,2024-08-15,,"),
    "school_year_of_three": ("enrollments", "d,HS1,2024-26,12,2024-08-15,,"),
    "school_year_with_a_slash": ("enrollments", "d,HS1,2024/25,12,2024-08-15,,"),
    "organization_that_is_not_there": ("enrollments", "d,HS9,2024-25,12,2024-08-15,,"),
    "decimal_with_a_comma": ("courses", 'C3,Welding III,13207,"1,5",,'),
    "decimal_that_is_no_number": ("courses", "C3,Welding III,13207,NaN,,"),
    "decimal_without_end": ("courses", "C3,Welding III,13207,inf,,"),
    "decimal_with_an_exponent": ("courses", "C3,Welding III,13207,1e999,,"),
    "decimal_of_forty_digits": ("courses", f"C3,Welding III,13207,{'9' * 40},,"),
    "integer_with_a_point": ("cohorts", "d,2025.0,"),
    "integer_that_is_too_great": ("cohorts", "d,99999999999999999999,"),
    "population_that_is_computed": ("student_populations", "d,nontraditional,2024-09-01,"),
    "credential_of_no_catalog": ("credentials", "d,V,2025-05-05"),
    "outcome_of_an_unknown_course": ("course_outcomes", "d,HS1,C9,2024-25,completed,1.0,"),
    "program_that_is_not_there": ("program_courses", "P9,C1,1,,"),
}


def line_case(name: str) -> Case:
    """The bundle with one line more, which the diagnostic must give by its number."""
    table, line = LINES[name]
    number = (TABLES[table] + NEXT.get(table, "")).count("\n") + 1

    def make(bundle: BundleFolder) -> Path:
        bundle.append(table, line)
        return bundle.path

    return Case(name, SET_ASIDE, f"{table}.csv:{number}", make)


def all_cases(megabytes: int) -> list[Case]:
    """Every case."""
    return [*CASES, *map(line_case, LINES), big_field_case(megabytes)]
