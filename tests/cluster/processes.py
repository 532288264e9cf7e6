"""A scheduler and executors as processes on this machine."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from waymark_cli import CommandFailed, Waymark

@dataclass
class Cluster:
    """A scheduler, and executors that all count in one data folder."""

    binary: Path
    data: Path
    scheduler: subprocess.Popen[str] | None = None
    engine: str = ""
    executors: list[subprocess.Popen[str]] = field(default_factory=list)

    def __enter__(self) -> Cluster:
        self.scheduler = start(self.binary, "scheduler", "--address", "127.0.0.1:0")
        self.engine = first_line(self.scheduler).split()[-1]
        return self

    def __exit__(self, *_: object) -> None:
        for process in [*self.executors, self.scheduler]:
            if process:
                process.kill()
                process.communicate()

    def add(self, number: int = 1) -> None:
        """Begins that many executors, each counting one bucket at a time."""
        for _ in range(number):
            flags = ["--scheduler", self.engine, "--address", "127.0.0.1:0", "--cores", "1"]
            executor = start(self.binary, "--data", str(self.data), "executor", *flags)
            first_line(executor)
            self.executors.append(executor)

    def remove(self, place: int) -> None:
        """Kills an executor."""
        executor = self.executors.pop(place)
        executor.kill()
        executor.communicate()

    def waymark(self) -> Waymark:
        """The binary on the data folder."""
        return Waymark(self.binary, self.data)


def start(binary: Path, *arguments: str) -> subprocess.Popen[str]:
    """Begins a process whose standard error is read."""
    nothing = subprocess.DEVNULL
    command = [str(binary), *arguments]
    return subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    """What a process says first."""
    assert process.stderr
    line = process.stderr.readline()
    if not line or line.startswith("error"):
        raise CommandFailed(f"a process of the cluster did not begin: {line}{process.stderr.read()}")
    return line

