"""One measure: a number, what stands beside it, and what was to be reached."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never


class Bound(StrEnum):
    """How a value must stand to its goal."""

    AT_MOST = "≤"
    AT_LEAST = "≥"
    EXACTLY = "="


@dataclass(frozen=True, slots=True)
class Goal:
    """What the value is to be in the measure's unit or, `of_ratio`, beside the other's."""

    bound: Bound
    value: float
    of_ratio: bool = False

    def reached(self, value: float) -> bool:
        match self.bound:
            case Bound.AT_MOST:
                return value <= self.value
            case Bound.AT_LEAST:
                return value >= self.value
            case Bound.EXACTLY:
                return value == self.value
            case _:
                assert_never(self.bound)

    def __str__(self) -> str:
        return f"{'ratio ' if self.of_ratio else ''}{self.bound} {shown(self.value)}"


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of a bench.

    Args:
        beside: what the value is compared with, in the same run and the same unit.
        note: why a comparison is missing, or what must be known to read the number.
    """

    name: str
    value: float
    unit: str
    beside: str | None = None
    beside_value: float | None = None
    goal: Goal | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the other's; None without another."""
        if not self.beside_value:
            return None
        return self.value / self.beside_value

    @property
    def ok(self) -> bool:
        """Whether the goal is reached; without a goal, or another beside, nothing can be missed."""
        if self.goal is None:
            return True
        value = self.ratio if self.goal.of_ratio else self.value
        return value is None or self.goal.reached(value)

    def as_json(self) -> dict[str, Any]:
        """The keys every reader of `--json` relies on."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "beside": self.beside,
            "beside_value": None if self.beside_value is None else _rounded(self.beside_value),
            "ratio": None if self.ratio is None else _rounded(self.ratio),
            "goal": None if self.goal is None else str(self.goal),
            "ok": self.ok,
            "note": self.note,
        }

    def as_line(self) -> str:
        """One line for a person."""
        parts = [f"{self.name}: {shown(self.value)} {self.unit}"]
        if self.beside is not None and self.beside_value is not None:
            parts.append(f"beside {self.beside} {shown(self.beside_value)} {self.unit}")
        if self.ratio is not None:
            parts.append(f"ratio {shown(self.ratio)}")
        if self.goal is not None:
            parts.append(f"goal {self.goal} {'ok' if self.ok else 'MISSED'}")
        if self.note:
            parts.append(self.note)
        return " · ".join(parts)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, math.ceil(len(ordered) * percent / 100))
    return ordered[rank - 1]


def shown(value: float) -> str:
    """A number for a person: three figures, no exponent."""
    if value == int(value) and abs(value) < 1000:
        return f"{int(value)}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{2 if abs(value) < 10 else 1}f}"


def _rounded(value: float) -> float:
    return round(value, 4)
