#!/usr/bin/env python3
"""What rounding, cell keys and differential privacy do to the same tables.

    python3 benches/noise.py [--schools 25] [--seed 7]

Makes up students of a State (schools, programs, one-way subgroups), counts every table cell of one year, and disturbs the
counts in four ways. For each it tells how far the numbers are from the truth, how many totals no longer are the sums of
what stands below them, and how often somebody who knows the method gives a small count its true value. Needs Python alone.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import Counter, defaultdict
from typing import Callable

Cell = tuple[int, int, str]

DIMENSIONS = {
    "sex": [49, 50, 1],
    "race": [1, 5, 15, 28, 1, 44, 6],
    "disability": [14, 86],
    "learner": [10, 90],
    "income": [45, 55],
}
CLUSTERS, PROGRAMS = 16, 5


def count(schools: int, seed: int) -> tuple[Counter[Cell], dict[Cell, int]]:
    """Every cell's count, and the sum of its students' keys; organization 0 is the State, then districts, then schools."""
    dice = random.Random(seed)
    counts: Counter[Cell] = Counter()
    keys: dict[Cell, int] = defaultdict(int)
    districts = -(-schools // 4)
    for school in range(1 + districts, 1 + districts + schools):
        district = 1 + dice.randrange(districts)
        for _ in range(3 + dice.randrange(9)):
            program = 1 + CLUSTERS + dice.randrange(CLUSTERS * PROGRAMS)
            cluster = (program - CLUSTERS - 1) // PROGRAMS + 1
            for _ in range(2 + dice.randrange(8) * dice.randrange(10)):
                key = dice.getrandbits(32)
                groups = ["all"]
                for name, weights in DIMENSIONS.items():
                    groups.append(f"{name}:{dice.choices(range(len(weights)), weights)[0]}")
                for organization in (school, district, 0):
                    for row in (program, cluster, 0):
                        for group in groups:
                            counts[organization, row, group] += 1
                            keys[organization, row, group] += key
    return counts, keys


def sums(counts: Counter[Cell]) -> list[tuple[Cell, list[Cell]]]:
    """The subgroups of each dimension, and what they sum up to."""
    parts: dict[tuple[Cell, str], list[Cell]] = defaultdict(list)
    for organization, row, group in sorted(counts):
        if group != "all":
            parts[(organization, row, "all"), group.split(":")[0]].append((organization, row, group))
    return [(whole, below) for (whole, _), below in sorted(parts.items())]


def nearest(base: int) -> Callable[[int, Cell, random.Random], int]:
    """Conventional rounding; halves go up."""
    return lambda value, _cell, _dice: (2 * value + base) // (2 * base) * base


def at_random(base: int) -> Callable[[int, Cell, random.Random], int]:
    """Up or down, so that the mean is right."""

    def rounded(value: int, _cell: Cell, dice: random.Random) -> int:
        below, rest = value // base * base, value % base
        return below + (base if dice.random() * base < rest else 0)

    return rounded


def cell_key(keys: dict[Cell, int], most: int) -> Callable[[int, Cell, random.Random], int]:
    """The same noise for the same students, between -most and +most, and never below 0."""

    def disturbed(value: int, cell: Cell, _dice: random.Random) -> int:
        noise = random.Random(keys[cell] % (1 << 32)).randint(-most, most)
        return max(0, value + noise)

    return disturbed


def laplace(epsilon: float, cells_of_a_student: int) -> Callable[[int, Cell, random.Random], int]:
    """The two-sided geometric distribution, with the budget split over all cells that one student is in."""
    ratio = math.exp(-epsilon / cells_of_a_student)

    def noisy(value: int, _cell: Cell, dice: random.Random) -> int:
        def half() -> int:
            return int(math.log(1 - dice.random()) / math.log(ratio))

        return max(0, value + half() - half())

    return noisy


def determined(
    counts: Counter[Cell],
    told: dict[Cell, int],
    bounded: bool,
    small: list[Cell],
    spread: Callable[[int], tuple[int, int]],
) -> int:
    """Small counts that their interval and the sums of their own table leave one value."""
    low, high = {}, {}
    for cell in counts:
        least, most = spread(told[cell])
        low[cell], high[cell] = max(least, 1), most
    for _ in range(30 if bounded else 0):
        changed = False
        for whole, parts in sums(counts):
            others_least, others_most = sum(low[part] for part in parts), sum(high[part] for part in parts)
            new_low, new_high = max(low[whole], others_least), min(high[whole], others_most)
            changed |= (new_low, new_high) != (low[whole], high[whole])
            low[whole], high[whole] = new_low, new_high
            for part in parts:
                new_low = max(low[part], low[whole] - (others_most - high[part]))
                new_high = min(high[part], high[whole] - (others_least - low[part]))
                if (new_low, new_high) != (low[part], high[part]):
                    others_least += new_low - low[part]
                    others_most += new_high - high[part]
                    low[part], high[part] = new_low, new_high
                    changed = True
        if not changed:
            break
    return sum(low[cell] == high[cell] for cell in small)


def main() -> None:
    """Prints a row for each method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=25)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    counts, keys = count(arguments.schools, arguments.seed)
    small = [cell for cell in sorted(counts) if counts[cell] < 10]
    middle = [cell for cell in sorted(counts) if 10 <= counts[cell] < 40]
    students = 3 * 3 * (1 + len(DIMENSIONS))
    print(f"{arguments.schools} schools, {counts[0, 0, 'all']} students, {len(counts)} cells, {len(small)} of them below 10")
    print(f"each student is in {students} cells\n")
    wide = 10**9
    methods: list[tuple[str, Callable[[int, Cell, random.Random], int], bool, Callable[[int], tuple[int, int]]]] = [
        ("rounded to the nearest 5", nearest(5), True, lambda told: (told - 2, told + 2)),
        ("rounded to 5 at random", at_random(5), True, lambda told: (told - 4, told + 4)),
        ("cell keys, up to 2", cell_key(keys, 2), True, lambda told: (told - 2, told + 2 if told else 2)),
        ("differential privacy, 1 a cell", laplace(1.0, 1), False, lambda _: (0, wide)),
        (f"differential privacy, 1 in all {students} cells", laplace(1.0, students), False, lambda _: (0, wide)),
    ]
    print("| method | mean error | 95 percent within | of counts of 10 to 39, 95 percent within | sums that do not add up | small counts known |")
    print("|---|---|---|---|---|---|")
    for name, disturb, bounded, spread in methods:
        dice = random.Random(arguments.seed)
        told = {cell: disturb(counts[cell], cell, dice) for cell in sorted(counts)}
        errors = sorted(abs(told[cell] - counts[cell]) for cell in counts)
        shares = sorted(abs(told[cell] - counts[cell]) / counts[cell] for cell in middle)
        checked = sums(counts)
        broken = sum(told[whole] != sum(told[part] for part in parts) for whole, parts in checked)
        known = determined(counts, told, bounded, small, spread)
        print(
            f"| {name} | {sum(errors) / len(errors):.1f} | {errors[int(len(errors) * 0.95)]} "
            f"| {100 * shares[int(len(shares) * 0.95)]:.0f} percent | {100 * broken / len(checked):.0f} percent "
            f"| {known} of {len(small)} |"
        )


if __name__ == "__main__":
    main()
