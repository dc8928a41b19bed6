"""Runs benches one after the other and tells each measure as it comes."""

import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.bench.measure import Measure

Bench = Callable[[], Iterator[Measure]]


@dataclass(slots=True)
class Outcome:
    """What a run brought; `failed` names the benches that broke."""

    measures: list[Measure] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """A missed goal is a result; a bench that broke is a failure."""
        return 1 if self.failed else 0


def line_of(measure: Measure, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(measure.as_json(), ensure_ascii=False)
    return measure.as_line()


def run_all(
    benches: Mapping[str, Bench],
    say: Callable[[str], None],
    complain: Callable[[str], None],
    *,
    as_json: bool = False,
) -> Outcome:
    """Runs every bench even when one breaks."""
    outcome = Outcome()
    for name, bench in benches.items():
        try:
            for measure in bench():
                outcome.measures.append(measure)
                say(line_of(measure, as_json=as_json))
        except Exception as error:
            outcome.failed.append(name)
            complain(traceback.format_exc())
            complain(f"bench {name} failed: {error}")
    return outcome
