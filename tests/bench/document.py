"""`--write`: the results in docs/benchmarks.md, between two marks."""

from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import Measure, shown

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
HEAD = "| measure | value | beside | ratio | goal | |\n|---|---:|---|---:|---|---|"


def row(measure: Measure) -> str:
    """One line of the table; a measure keeps its place by its name."""
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


def rewritten(text: str, machine: str, measures: Sequence[Measure]) -> str:
    """The document with new results; rows of benches that did not run now stay as they are.

    Raises:
        ValueError: the two marks are not there.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"docs/benchmarks.md has no {BEGIN} … {END}")
    before, rest = text.split(BEGIN, 1)
    old, after = rest.split(END, 1)
    rows = {line.split("|")[1].strip(): line for line in old.splitlines() if line.startswith("| ")}
    rows.pop("measure", None)
    rows.update((measure.name, row(measure)) for measure in measures)
    table = "\n".join([HEAD, *rows.values()])
    return f"{before}{BEGIN}\nMachine: {machine}\n\n{table}\n{END}{after}"


def write(machine: str, measures: Sequence[Measure], document: Path = DOCUMENT) -> None:
    """Rewrites the table in place."""
    text = document.read_text(encoding="utf-8")
    document.write_text(rewritten(text, machine, measures), encoding="utf-8")
