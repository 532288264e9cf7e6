#!/usr/bin/env python3
"""Imports broken inputs, made on the fly.

    python3 tests/broken/broken_inputs.py BINARY [--full] [--only NAME]

Each must end with a diagnostic that names the file, and never with a panic or a signal. What is refused leaves the
batches and the numbers as they were; of what is stored, only the wrong line is missing. --full makes the big field one
of 2 GB.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from case import EITHER, REFUSED, SET_ASIDE, Case
from cases import all_cases
from good_bundle import REPORT_YEAR, STUDENTS, STUDENTS_NEXT, BundleFolder, write_first
from waymark_cli import CommandFailed, Waymark

BUG = (70, 101)
"""Exit codes that say that Waymark is at fault: its own, and that of a panic that nothing caught."""
MEMORY_LIMIT = 1_000_000
"""Kilobytes at the peak."""

IMPORT_LIMIT = 300.0
"""Seconds after which an import counts as hung."""


@dataclass
class Ending:
    """How an import ended."""

    code: int
    stderr: str
    peak: int
    hung: bool


def run_import(waymark: Waymark, path: Path, log: Path) -> Ending:
    """Imports, and measures the peak of the memory in kilobytes."""
    hung = threading.Event()
    with log.open("wb") as stderr:
        command = [str(waymark.binary), "--data", str(waymark.data), "import", str(path)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr)

        def stop() -> None:
            hung.set()
            process.kill()

        timer = threading.Timer(IMPORT_LIMIT, stop)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text(encoding="utf-8", errors="replace")
    return Ending(process.returncode, text, usage.ru_maxrss, hung.is_set())


def enrolled(waymark: Waymark) -> int:
    """The State's students of the report year, as the numbers have them."""
    key = (REPORT_YEAR, "participants", "", "ST", "*", "all")
    row = waymark.measures(REPORT_YEAR, pairs=False).get(key)
    return row[0] if row else 0


def complaints(case: Case, ending: Ending) -> Iterator[str]:
    """What is wrong with how the import ended, whatever became of the data."""
    if ending.hung:
        yield f"no end after {IMPORT_LIMIT:.0f} s"
    elif ending.code < 0 or ending.code in BUG or "panicked at" in ending.stderr:
        yield f"ended with {ending.code}: {ending.stderr.strip()[-500:]}"
    if case.names not in ending.stderr:
        yield f"nothing on standard error names `{case.names}`: {ending.stderr.strip()[:500]!r}"
    if "\x1b" in ending.stderr or "\0" in ending.stderr:
        yield "control characters of the data reached the terminal"
    if ending.peak > MEMORY_LIMIT:
        yield f"took {ending.peak / 1e6:.2f} GB of memory"


def stored_wrongly(case: Case, ending: Ending, waymark: Waymark, batches: str) -> Iterator[str]:
    """What is wrong with the data afterwards."""
    unchanged = waymark.output("batches") == batches
    students = enrolled(waymark)
    expected = case.expected
    if expected == EITHER:
        expected = REFUSED if unchanged else ""
    if expected == REFUSED:
        if not unchanged or students != STUDENTS:
            yield f"should be refused, but there are {students} students, batches unchanged: {unchanged}"
        if ending.code == 0:
            yield "is refused with exit code 0"
    elif expected == SET_ASIDE and (unchanged or students != STUDENTS_NEXT):
        yield f"should be stored without a line, but there are {students} students, batches unchanged: {unchanged}"


def store_first(waymark: Waymark, bundle: Path) -> None:
    """Stores the good bundle, about which there must be nothing to say."""
    write_first(bundle)
    done = waymark.run("import", bundle)
    if done.returncode != 0 or done.stderr:
        raise CommandFailed(f"the good bundle ended with {done.returncode}: {done.stderr}")


def check(case: Case, binary: Path, folder: Path) -> list[str]:
    """Runs one case on a copy of the data folder that has the first bundle."""
    data = folder / "case" / "data"
    shutil.copytree(folder / "data", data)
    waymark = Waymark(binary, data)
    batches = waymark.output("batches")
    path = case.make(BundleFolder(folder / "case" / "bundle"))
    ending = run_import(waymark, path, folder / "case" / "stderr")
    wrong = list(complaints(case, ending))
    try:
        wrong += stored_wrongly(case, ending, waymark, batches)
    except CommandFailed as error:
        wrong.append(f"afterwards {error}")
    shutil.rmtree(folder / "case")
    return wrong


def main() -> int:
    """Prints the cases that end wrongly; 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the waymark binary")
    parser.add_argument("--full", action="store_true", help="a big field of 2 GB, not of 200 MB")
    parser.add_argument("--only", default="", help="only cases with this in their name")
    options = parser.parse_args()
    cases = [case for case in all_cases(2000 if options.full else 200) if options.only in case.name]
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store_first(Waymark(options.binary.resolve(), folder / "data"), folder / "first")
        for case in cases:
            wrong = check(case, options.binary.resolve(), folder)
            failed += bool(wrong)
            for line in wrong:
                print(f"{case.name}: {line}")
    print(f"{len(cases)} broken inputs, {failed} end wrongly")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
