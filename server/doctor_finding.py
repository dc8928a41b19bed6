"""What one check of `huizhen-server doctor` found."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a check went."""

    FINE = "fine"
    LOOK = "look"
    """It works now, and somebody should look at it."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `mend` says what to do, empty where nothing is."""

    check: str
    verdict: Verdict
    found: str
    mend: str = ""

    def shown(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items() if value}


Findings = Iterator[Finding]


def fine(check: str, found: str) -> Finding:
    return Finding(check, Verdict.FINE, found)
