#!/usr/bin/env python3
"""Kills imports at random moments, and looks at what is left.

    python3 tests/kill/kill_import.py BINARY [--kills 100] [--seed 1] [--students 300] [--small]

A data folder holds one import. A second one is killed (SIGKILL) again and again, at moments drawn over the measured
length of such an import, each time on the folder that the kill before left behind. After every kill the folder must
open by itself and give exactly the numbers from before the import, or those from after it. In the end the import must
succeed, and of two imports at once neither may harm the other.
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from waymark_cli import TIME_LIMIT, CommandFailed, Waymark

BUG = (70, 101)
"""Exit codes that say that Waymark is at fault: its own, and that of a panic that nothing caught."""


@dataclass
class Trial:
    """The folders, and the numbers that each state must give."""

    binary: Path
    folder: Path
    year: str = ""
    before: str = ""
    after: str = ""
    twice: str = ""
    length: float = 0.0
    found: Counter[str] = field(default_factory=Counter)

    def waymark(self, name: str) -> Waymark:
        """The binary on the data folder of that name."""
        return Waymark(self.binary, self.folder / name)

    def bundle(self, number: int) -> Path:
        """The folder of a bundle."""
        return self.folder / f"bundle-{number}"

    def numbers(self, name: str) -> str:
        """The folder's measures and how many rows each table has, as text."""
        waymark = self.waymark(name)
        tables = sorted(path.stem for path in self.bundle(1).glob("*.csv"))
        counts = " union all ".join(f"select '{table}' as name, count(*) as rows from {table}" for table in tables)
        measures = waymark.output("measure", "--report-year", self.year, "--format", "csv")
        return measures + waymark.output("sql", f"{counts} order by name", "--format", "csv")

    def renew(self, name: str) -> None:
        """Makes the folder what it was before the second import."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.folder / "pristine", self.folder / name)

    def start(self, name: str) -> subprocess.Popen[str]:
        """Begins the second import."""
        command = [str(self.binary), "--data", str(self.folder / name), "import", str(self.bundle(2))]
        nothing = subprocess.DEVNULL
        return subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE, text=True)


def prepare(trial: Trial, students: int) -> None:
    """Writes two bundles, makes the three states to compare with, and measures an import's length."""
    for number in (1, 2):
        sizes = ["--students", str(students), "--schools", "4", "--years", "4", "--seed", str(number)]
        trial.waymark("none").output("synthetic", trial.bundle(number), *sizes)
    trial.year = latest_year(trial.bundle(1))
    trial.waymark("pristine").output("import", trial.bundle(1))
    trial.before = trial.numbers("pristine")
    lengths = []
    for _ in range(3):
        trial.renew("reference")
        begin = time.monotonic()
        trial.waymark("reference").output("import", trial.bundle(2))
        lengths.append(time.monotonic() - begin)
    trial.length = sorted(lengths)[1]
    trial.after = trial.numbers("reference")
    trial.waymark("reference").run("import", trial.bundle(2))
    trial.twice = trial.numbers("reference")
    if trial.before == trial.after:
        raise CommandFailed("the two imports cannot be told apart by their numbers")


def latest_year(bundle: Path) -> str:
    """The latest school year of enrolment."""
    with (bundle / "enrollments.csv").open(encoding="utf-8-sig", newline="") as file:
        return max(row["school_year"] for row in csv.DictReader(file))


def kill_after(trial: Trial, delay: float) -> bool:
    """Begins an import and kills it, unless it ends before; its length then corrects the measured one. Whether it
    ended by itself."""
    begin = time.monotonic()
    process = trial.start("killed")
    try:
        process.communicate(timeout=delay)
        trial.length = (trial.length + time.monotonic() - begin) / 2
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode == 0


def kill_once(trial: Trial, delay: float) -> None:
    """One kill, and a look at what it left."""
    completed = kill_after(trial, delay)
    trial.found["killed"] += not completed
    trial.found["done"] += completed
    next_start = trial.waymark("killed").run("batches")
    trial.found["told"] += bool(next_start.stderr.strip())
    try:
        if next_start.returncode != 0:
            raise CommandFailed(f"`batches` ended with {next_start.returncode}: {next_start.stderr.strip()}")
        judge(trial, completed, delay)
    except CommandFailed as error:
        trial.found["repairs"] += 1
        print(f"after {delay:.3f} s: {error}")
        trial.renew("killed")


def judge(trial: Trial, completed: bool, delay: float) -> None:
    """Before or after, and after where the import had already said that it was done."""
    numbers = trial.numbers("killed")
    if numbers == trial.after:
        trial.found["stored"] += not completed
        trial.renew("killed")
    elif numbers != trial.before:
        trial.found["half"] += 1
        print(f"after {delay:.3f} s: numbers of neither state")
        trial.renew("killed")
    elif completed:
        trial.found["lost"] += 1
        print(f"after {delay:.3f} s: an import that had ended well is gone")


def retry(trial: Trial) -> list[str]:
    """The import that was killed so often succeeds on the folder that is left."""
    trial.waymark("killed").output("import", trial.bundle(2))
    return [] if trial.numbers("killed") == trial.after else ["the retry gave other numbers"]


def two_at_once(trial: Trial) -> list[str]:
    """Of two imports at once one at least succeeds, and another says why it did not."""
    trial.renew("shared")
    processes = [trial.start("shared") for _ in range(2)]
    messages = [process.communicate(timeout=TIME_LIMIT)[1] for process in processes]
    codes = [process.returncode for process in processes]
    wrong = []
    if 0 not in codes:
        wrong.append("of two imports at once neither succeeded")
    for code, message in zip(codes, messages, strict=True):
        if code != 0 and (code < 0 or code in BUG or not message.strip()):
            wrong.append(f"of two imports at once one ended with {code}: {message.strip()}")
    if trial.numbers("shared") != (trial.twice if codes == [0, 0] else trial.after):
        wrong.append(f"two imports at once ended with {codes} and gave other numbers")
    return wrong


def main() -> int:
    """Prints what went wrong, and the counts; 1 where anything did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path, help="the waymark binary")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--students", type=int, default=300, help="of each import")
    parser.add_argument("--small", action="store_true", help="6 kills of smaller imports")
    options = parser.parse_args()
    if options.small:
        options.kills, options.students = 6, 100
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(options.binary.resolve(), Path(folder))
        prepare(trial, options.students)
        moments = random.Random(options.seed)
        trial.renew("killed")
        while trial.found["killed"] < options.kills:
            kill_once(trial, moments.uniform(0, trial.length))
        wrong = retry(trial) + two_at_once(trial)
    for line in wrong:
        print(line)
    found = trial.found
    print(f"an import takes {trial.length:.2f} s; {found['done']} more ended before their kill")
    print(f"{found['told']} next starts told of the kill, {found['stored']} imports were stored before it")
    print(f"the retry and two imports at once went {'wrong' if wrong else 'well'}")
    print(f"{options.kills} kills, {found['lost']} lost, {found['half']} half, {found['repairs']} repairs")
    return 1 if wrong or found["lost"] or found["half"] or found["repairs"] else 0


if __name__ == "__main__":
    sys.exit(main())
