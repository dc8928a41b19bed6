"""`--write`: the results in docs/benchmarks.md, between two marks."""

import re
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import Measure, shown

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
_BESIDE = re.compile(r"(?P<who>.+): -?[\d,.]+ \S.*")
HEAD = "| measure | value | beside | ratio | goal | |\n|---|---:|---|---:|---|---|"


def row(measure: Measure) -> str:
    """One line of the table; a measure keeps its place by its name and what it is beside."""
    beside = "—"
    if measure.beside is not None and measure.beside_value is not None:
        beside = f"{measure.beside}: {shown(measure.beside_value)} {measure.unit}"
    elif measure.note:
        beside = measure.note
    ratio = "—" if measure.ratio is None else shown(measure.ratio)
    goal = "—" if measure.goal is None else f"{measure.goal} {measure.unit}"
    verdict = "" if measure.goal is None else ("✓" if measure.ok else "missed")
    value = f"{shown(measure.value)} {measure.unit}"
    return f"| {measure.name} | {value} | {beside} | {ratio} | {goal} | {verdict} |"


def _key(line: str) -> tuple[str, str]:
    """The name of a row and what it is beside, without the numbers."""
    name, _, beside = (cell.strip() for cell in line.split("|")[1:4])
    found = _BESIDE.fullmatch(beside)
    return name, found["who"] if found else ""


def rewritten(text: str, machine: str, measures: Sequence[Measure], *, whole: bool = False) -> str:
    """The document with new results; rows of benches that did not run now stay as they are. A
    `whole` run leaves only its own rows.

    Raises:
        ValueError: the two marks are not there.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"docs/benchmarks.md has no {BEGIN} … {END}")
    before, rest = text.split(BEGIN, 1)
    old, after = rest.split(END, 1)
    there = [line for line in old.splitlines() if line.startswith("| ")]
    rows = {_key(line): line for line in there if not line.startswith("| measure ")}
    new = {_key(line): line for line in map(row, measures)}
    kept = {key: line for key, line in rows.items() if key in new or not whole}
    rows = kept | new
    table = "\n".join([HEAD, *rows.values()])
    return f"{before}{BEGIN}\nMachine: {machine}\n\n{table}\n{END}{after}"


def write(
    machine: str, measures: Sequence[Measure], document: Path = DOCUMENT, *, whole: bool = False
) -> None:
    """Rewrites the table in place; `whole` as `rewritten`."""
    text = document.read_text(encoding="utf-8")
    document.write_text(rewritten(text, machine, measures, whole=whole), encoding="utf-8")
