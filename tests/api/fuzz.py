#!/usr/bin/env python3
"""Schemathesis asks the API everything that its OpenAPI document allows, and much that it does not.

python3 tests/api/fuzz.py BINARY [--small]

A made-up district is served to people with accounts, and a token of a coordinator asks. Every check of Schemathesis is on:
answers are those of the document, what is not allowed is refused, and without the token nothing is answered. The short
form makes fewer examples. Schemathesis is installed into a virtual environment of its own below the user's cache, once.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from waymark_cli import Waymark  # noqa: E402

VERSION = "4.32.5"
SEED = "20251125"


def schemathesis() -> Path:
    """The program, in an environment that is made on first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "waymark" / f"schemathesis-{VERSION}"
    complete = home / "complete"
    if not complete.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        install = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", f"schemathesis=={VERSION}"]
        subprocess.run(install, check=True)
        complete.touch()
    return home / "bin" / "schemathesis"


def main() -> int:
    """Serves a district and has it asked; what Schemathesis returns."""
    binary = Path(sys.argv[1]).resolve()
    small = "--small" in sys.argv[2:]
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        waymark = Waymark(binary, home / "data")
        size = ["--students", "200", "--schools", "2", "--years", "3", "--seed", "7"]
        waymark.output("synthetic", home / "bundle", *size)
        waymark.output("import", home / "bundle")
        waymark.output("account", "add", "program", "--role", "coordinator")
        scopes = ["--scope", "figures", "--scope", "students"]
        token = waymark.output("account", "token", "program", "--label", "tests", *scopes).split()[0]
        command = [str(binary), "--data", str(waymark.data), "serve", "--address", "127.0.0.1:0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
            try:
                assert served.stdout is not None
                first = served.stdout.readline()
                address = re.search(r"http://\S+/", first)
                if address is None:
                    print(f"the server said `{first.strip()}`")
                    return 1
                ask = [str(schemathesis()), "run", f"{address.group()}api/v1/openapi.json"]
                ask += ["--header", f"Authorization: Bearer {token}", "--checks", "all", "--seed", SEED]
                ask += ["--max-examples", "10" if small else "300", "--continue-on-failure"]
                return subprocess.run(ask, cwd=home, check=False).returncode
            finally:
                served.terminate()


if __name__ == "__main__":
    sys.exit(main())
