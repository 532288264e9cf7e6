#!/usr/bin/env python3
"""A second attacker, which shares no code with the first: integer programs of SciPy (HiGHS) on the released files.

    python3 tests/attack/check.py BINARY [--small] [--folder RELEASE]

Makes up releases from seeded students, lets `waymark attack` work on their files, and computes the least and the most of
sampled hidden numbers anew. An interval of the attacker may be wider than the true one, never narrower; where it says that
an interval is exact, it must be the same; and what it calls proven wide must be wide. With --folder, a release that is
there is looked at instead. SciPy is installed into a virtual environment of its own below the user's cache, once.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

PACKAGES = ["scipy==1.17.1"]
COLUMNS = (
    "report_year,measure,variant,organization_id,program_id,subgroup,denominator,numerator,rate,disclosure,"
    "rate_low,rate_high"
).split(",")


def inside_environment() -> None:
    """Starts this script again with a Python that has SciPy."""
    if os.environ.get("WAYMARK_ATTACK_CHECK"):
        return
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "waymark" / "attack-check"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "ready").touch()
    environment = os.environ | {"WAYMARK_ATTACK_CHECK": "1"}
    os.execve(python, [str(python), *sys.argv], environment)


# ----------------------------------------------------------------------------------------------------- making a release


class Made:
    """A district with its true counts, and what is hidden of them."""

    def __init__(self, seed: int, overlap: bool, rates: bool) -> None:
        dice = random.Random(seed)
        self.overlap, self.rates = overlap, rates
        schools = ["A", "B", "C", "D"]
        self.organizations = {"DISTRICT": "", **{school: "DISTRICT" for school in schools}}
        self.cluster = {"P1": "01", "P2": "01", "P3": "02", "P4": "02", "P5": "02"}
        self.dimensions = {"sex": ["sex:F", "sex:M"], "race": ["race:BL7", "race:HI7", "race:WH7"]}
        below: dict[tuple[str, str, str], int] = defaultdict(int)
        above: dict[tuple[str, str, str], int] = defaultdict(int)
        for school in schools:
            for _ in range(dice.randint(40, 130)):
                programs = dice.sample(sorted(self.cluster), dice.choice([0, 1, 1, 2]) if overlap else 1)
                groups = ["all", dice.choice(self.dimensions["sex"]), dice.choices(self.dimensions["race"], [1, 3, 8])[0]]
                met = dice.random() < 0.7
                rows = {"*"} | set(programs) | {f"cluster:{self.cluster[program]}" for program in programs}
                for organization in (school, "DISTRICT"):
                    for group in groups:
                        if overlap:
                            for program in ["*", *sorted(self.cluster), "cluster:01", "cluster:02"]:
                                below[organization, program, group] += 1
                            for program in rows if programs else []:
                                above[organization, program, group] += 1
                        else:
                            for program in rows:
                                below[organization, program, group] += 1
                                above[organization, program, group] += met
        self.below, self.above = dict(below), {key: above.get(key, 0) for key in below}
        self.hidden = self.hide()

    def hide(self) -> set[tuple[str, str, str]]:
        """What is small, and the smallest beside what would be alone in a sum."""
        count = self.above if self.overlap else self.below
        hidden = {key for key, value in count.items() if value < 10}
        sums = list(self.sums(count))
        while True:
            before = len(hidden)
            for cells in sums:
                unknown = [cell for cell in cells if cell in hidden]
                shown = sorted((count[cell], cell) for cell in cells[1:] if cell not in hidden)
                if len(unknown) == 1 and shown:
                    hidden.add(shown[0][1])
            if len(hidden) == before:
                return hidden

    def sums(self, count: dict[tuple[str, str, str], int]) -> Any:
        """Every sum of the made district, the whole first."""
        for organization, program, group in list(count):
            if organization == "DISTRICT":
                parts = [(school, program, group) for school, parent in self.organizations.items() if parent]
                yield [(organization, program, group)] + [part for part in parts if part in count]
            if group == "all":
                for groups in self.dimensions.values():
                    parts = [(organization, program, part) for part in groups]
                    yield [(organization, program, group)] + [part for part in parts if part in count]
            if not self.overlap and program == "*":
                parts = [(organization, f"cluster:{cluster}", group) for cluster in ("01", "02")]
                yield [(organization, program, group)] + [part for part in parts if part in count]
            if not self.overlap and program.startswith("cluster:"):
                parts = [(organization, part, group) for part, of in self.cluster.items() if program.endswith(of)]
                yield [(organization, program, group)] + [part for part in parts if part in count]

    def write(self, folder: Path) -> None:
        """The release folder."""
        folder.mkdir(parents=True)
        organizations = ["organization_id,parent_organization_id,name,kind"]
        for name, parent in self.organizations.items():
            organizations.append(f"{name},{parent},{name},{'school' if parent else 'district'}")
        (folder / "organizations.csv").write_text("\n".join(organizations) + "\n")
        programs = [f"{name},{cluster},{name}" for name, cluster in self.cluster.items()]
        (folder / "programs.csv").write_text("\n".join(["program_id,cluster_16,title", *programs]) + "\n")
        with (folder / "measures.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for key in sorted(self.below):
                whole, part = self.below[key], self.above[key]
                row: list[Any] = ["2024-25", "participants", "", *key]
                if self.overlap:
                    row += [whole, "" if key in self.hidden else part, "", "suppressed" if key in self.hidden else "shown"]
                    row += ["", ""]
                elif key in self.hidden:
                    row += ["", "", "", "suppressed", "", ""]
                elif self.rates:
                    band = min(5 * part // whole, 4)
                    row += [whole, "", "", "rounded", band / 5, (band + 1) / 5]
                else:
                    row += [whole, part, part / whole, "shown", "", ""]
                writer.writerow(row)
        policy = {"minimum": 10, "zero_denominators": "absent", "zero_numerators": "hidden", "complements": False}
        dimensions = [
            {"name": name, "groups": groups, "overlap": False, "complete": True}
            for name, groups in self.dimensions.items()
        ]
        kind = "overlap" if self.overlap else "partition"
        counts = [
            {"name": "below", "programs": "same" if self.overlap else "partition"},
            {"name": "above", "programs": kind, "covered": True, "within": ["below"]},
        ]
        table = {
            "measures": ["participants"],
            "report_years": ["2024-25"],
            "organizations": ["district", "school"],
            "programs": ["*", "cluster", "program"],
            "subgroups": [[], ["sex"], ["race"]],
        }
        measure = {"measure": "participants", "variant": "", "denominator": "below", "numerator": "above"}
        scheme = {
            "format": 1,
            "tables": [table],
            "organizations": {"complete": True},
            "dimensions": dimensions,
            "counts": counts,
            "measures": [measure],
            "policy": policy,
        }
        (folder / "scheme.json").write_text(json.dumps(scheme))
        (folder / "release.json").write_text(json.dumps({"format": 1, "name": folder.name}))


# ------------------------------------------------------------------------------------------------- reading it once more


class Model:
    """The cells of a release and what holds among them, from its files alone."""

    def __init__(self, folder: Path) -> None:
        self.scheme = json.loads((folder / "scheme.json").read_text())
        self.parents = {}
        self.kinds = {}
        for row in self.rows(folder / "organizations.csv"):
            self.parents[row["organization_id"]] = row["parent_organization_id"]
            self.kinds[row["organization_id"]] = row["kind"]
        self.clusters = {row["program_id"]: row["cluster_16"] for row in self.rows(folder / "programs.csv")}
        self.counts = {count["name"]: count for count in self.scheme["counts"]}
        self.columns = {(m["measure"], m.get("variant", "")): m for m in self.scheme["measures"]}
        self.bounds: dict[tuple[str, ...], list[float]] = {}
        self.constraints: list[tuple[dict[tuple[str, ...], int], float, float]] = []
        self.names: dict[tuple[str, ...], tuple[str, ...]] = {}
        policy = self.scheme["policy"]
        for row in self.rows(folder / "measures.csv"):
            sides = self.columns[row["measure"], row["variant"]]
            place = (row["report_year"], row["organization_id"], row["program_id"], row["subgroup"])
            cells = {}
            for column in ("denominator", "numerator"):
                name = (row["report_year"], row["measure"], row["variant"], *place[1:], column)
                cells[column] = self.cell(sides[column], place)
                self.names[name] = cells[column]
                shown = row[column]
                zero_seen = policy["zero_denominators"] == "absent"
                if column == "numerator":
                    zero_seen = policy["zero_numerators"] == "shown" and not row["rate_low"]
                low, high = (int(shown), int(shown)) if shown else (1 if zero_seen else 0, math.inf)
                bounds = self.bounds.setdefault(cells[column], [0, math.inf])
                bounds[:] = [max(bounds[0], low), min(bounds[1], high)]
            if row["rate_low"]:
                for text, sign in ((row["rate_low"], 1), (row["rate_high"], -1)):
                    share = Fraction(text)
                    terms = {cells["numerator"]: sign * share.denominator}
                    terms[cells["denominator"]] = terms.get(cells["denominator"], 0) - sign * share.numerator
                    self.constraints.append((terms, 0, math.inf))
        self.build()

    @staticmethod
    def rows(path: Path) -> Any:
        with path.open(newline="") as file:
            yield from csv.DictReader(file)

    def cell(self, count: str, place: tuple[str, ...]) -> tuple[str, ...]:
        """The name of a cell; a count that is the same in every program has one for all of them."""
        year, organization, program, group = place
        return (count, year, organization, "*" if self.counts[count]["programs"] == "same" else program, group)

    def build(self) -> None:
        """Sums over organizations, programs and groups; counts within counts. A cell that is missing is 0."""
        schools = defaultdict(list)
        for name, parent in self.parents.items():
            schools[parent].append(name)
        for cell in list(self.bounds):
            count, year, organization, program, group = cell
            if schools[organization]:
                self.total(cell, [(count, year, child, program, group) for child in schools[organization]])
            if group == "all":
                for dimension in self.scheme["dimensions"]:
                    parts = [(count, year, organization, program, part) for part in dimension["groups"]]
                    self.total(cell, parts)
            kind = self.counts[count]["programs"]
            if program == "*" and kind != "same":
                below = sorted({f"cluster:{cluster}" for cluster in self.clusters.values()})
            elif program.startswith("cluster:"):
                below = [name for name, cluster in self.clusters.items() if program == f"cluster:{cluster}"]
            else:
                below = []
            parts = [(count, year, organization, part, group) for part in below]
            if kind == "partition" and parts:
                self.total(cell, parts)
            elif parts:
                there = [part for part in parts if part in self.bounds]
                for part in there:
                    self.constraints.append(({cell: 1, part: -1}, 0, math.inf))
                self.constraints.append(({cell: -1, **{part: 1 for part in there}}, 0, math.inf))
            for whole in self.counts[count].get("within", []):
                whole_cell = self.cell(whole, (year, organization, program, group))
                if whole_cell in self.bounds and whole_cell != cell:
                    self.constraints.append(({whole_cell: 1, cell: -1}, 0, math.inf))

    def total(self, whole: tuple[str, ...], parts: list[tuple[str, ...]]) -> None:
        there = [part for part in parts if part in self.bounds]
        self.constraints.append(({whole: 1, **{part: -1 for part in there}}, 0, 0))

    def extremes(self, wanted: list[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[float, float]]:
        """The least and the most of some cells, by an integer program each."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_matrix

        cells = list(self.bounds)
        number = {cell: place for place, cell in enumerate(cells)}
        data, columns, starts, low, high = [], [], [0], [], []
        for terms, least, most in self.constraints:
            for cell, factor in terms.items():
                data.append(factor)
                columns.append(number[cell])
            starts.append(len(data))
            low.append(least)
            high.append(most)
        matrix = csr_matrix((data, columns, starts), shape=(len(low), len(cells)))
        limits = np.array([self.bounds[cell] for cell in cells], dtype=float)
        rows = LinearConstraint(matrix, np.array(low), np.array(high))
        found = {}
        for cell in wanted:
            ends = []
            for sign in (1, -1):
                objective = np.zeros(len(cells))
                objective[number[cell]] = sign
                result = milp(
                    objective,
                    constraints=rows,
                    bounds=Bounds(limits[:, 0], limits[:, 1]),
                    integrality=np.ones(len(cells)),
                    options={"time_limit": 60},
                )
                if result.status == 3:
                    ends.append(math.inf)
                elif result.status == 0:
                    ends.append(round(result.fun * sign))
                else:
                    raise SystemExit(f"the program of {cell} did not end: {result.message}")
            found[cell] = (ends[0], ends[1])
        return found


# -------------------------------------------------------------------------------------------------------------- compare


def compare(binary: Path, folder: Path, sample: int) -> tuple[int, int]:
    """How many intervals were compared, and how many are wrong."""
    command = [str(binary), "attack", str(folder), "--format", "json"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise SystemExit(run.stderr)
    report = json.loads(run.stdout)
    model = Model(folder)
    keys = ("report_year", "measure", "variant", "organization_id", "program_id", "subgroup", "column")
    told = {tuple(cell[key] for key in keys): cell for cell in report["cells"]}
    dice = random.Random(11)
    names = sorted(told)
    names = dice.sample(names, min(sample, len(names)))
    extremes = model.extremes(sorted({model.names[name] for name in names}))
    wrong = 0
    verdicts: dict[str, int] = defaultdict(int)
    for name in names:
        low, high = extremes[model.names[name]]
        cell = told[name]
        verdicts[cell["verdict"]] += 1
        own_low, own_high = cell["low"], math.inf if cell["high"] is None else cell["high"]
        width = report["summary"]["width"]
        mistakes = []
        if own_low > low or own_high < high:
            mistakes.append("too narrow")
        if cell["exact"] and (own_low, own_high) != (low, high):
            mistakes.append("not exact")
        if cell["verdict"] in ("witnessed", "programmed") and high - low + 1 < width:
            mistakes.append("called wide")
        if cell["verdict"] == "narrow" and high - low + 1 >= width:
            mistakes.append("called narrow")
        if mistakes:
            wrong += 1
            print(f"{', '.join(name)}: {own_low} to {own_high}, by integer programs {low} to {high}: {mistakes}")
    summary = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"{folder.name}: {len(names)} of {len(told)} hidden numbers compared ({summary}), {wrong} wrong")
    return len(names), wrong


def main() -> int:
    """Makes releases, attacks them twice, and compares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--sample", type=int, default=0)
    arguments = parser.parse_args()
    inside_environment()
    binary = arguments.binary.resolve()
    if arguments.folder:
        _, wrong = compare(binary, arguments.folder, arguments.sample or 40)
        return int(wrong > 0)
    compared = wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(1 if arguments.small else 6):
            for name, overlap, rates in (("sums", False, False), ("rates", False, True), ("overlap", True, False)):
                folder = Path(scratch) / f"{name}-{seed}"
                Made(seed, overlap, rates).write(folder)
                some, bad = compare(binary, folder, arguments.sample or (12 if arguments.small else 40))
                compared, wrong = compared + some, wrong + bad
    print(f"{compared} intervals compared, {wrong} wrong")
    return int(wrong > 0 or compared == 0)


if __name__ == "__main__":
    sys.exit(main())
