"""`python -m tests.bench [NAME] [--json] [--write]`: one line a measure.

The status is 0 also when a goal is missed, and 1 when a bench could not measure.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from tests.bench import document, machine
from tests.bench.run import Bench, run_all

NAMES = (
    "client",
    "claim",
    "relay",
    "wire",
    "viewer",
    "remote",
    "call",
    "group",
    "coordination",
    "matching",
    "crowd",
    "burst",
    "record",
    "site",
    "lives",
    "soak",
    "crashes",
    "trust",
)


def load(name: str) -> Bench:
    """The bench of a name; only what runs is imported."""
    bench: Bench = importlib.import_module(f"tests.bench.{name}").run
    return bench


def _say(text: str) -> None:
    print(text, flush=True)


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES, help="one bench; all when left out")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--write", action="store_true", help="put the results into docs")
    options = parser.parse_args(arguments)
    names = (options.name,) if options.name else NAMES
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    told, busy = machine.describe(), machine.load()
    note = "" if busy is None else f", load {busy:.2f} before the run"
    (_complain if options.json else _say)(f"machine: {told}{note}")
    outcome = run_all({name: load(name) for name in names}, _say, _complain, as_json=options.json)
    if options.write and outcome.measures:
        # A bench that could not measure keeps its rows.
        whole = options.name is None and outcome.status == 0
        document.write(told, outcome.measures, whole=whole)
    return outcome.status


if __name__ == "__main__":
    raise SystemExit(main())
