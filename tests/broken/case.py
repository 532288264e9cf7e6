"""What a case is.

`refused`: nothing may be stored. `either`: refused, or stored without what is wrong. `set aside`: one line is wrong,
and the rest of the bundle must be stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from good_bundle import BundleFolder

Break = Callable[[BundleFolder], Path]
"""Breaks a good bundle, and returns the path to import."""

REFUSED, EITHER, SET_ASIDE = "refused", "either", "set aside"


@dataclass
class Case:
    """A way to break a bundle, what must become of it, and the name that the diagnostic must give."""

    name: str
    expected: str
    names: str
    make: Break


CASES: list[Case] = []


def case(expected: str, names: str) -> Callable[[Break], Break]:
    """Registers a case under its function's name."""

    def register(make: Break) -> Break:
        CASES.append(Case(make.__name__, expected, names, make))
        return make

    return register
