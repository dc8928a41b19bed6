"""How the cases of departments find their expert, and whom a clinic may name."""

from dataclasses import dataclass, replace
from typing import assert_never

from protocol.account import Account
from protocol.service_line import LineMode, ServiceLines


@dataclass(frozen=True, slots=True)
class Lines:
    """`known` is None until the server has said it; `experts` are all that work."""

    known: ServiceLines | None = None
    experts: tuple[Account, ...] = ()

    def mode_of(self, department: str) -> LineMode | None:
        return None if self.known is None else self.known.mode_of(department)


@dataclass(frozen=True, slots=True)
class ServiceLinesRead:
    lines: ServiceLines


@dataclass(frozen=True, slots=True)
class ExpertsRead:
    experts: tuple[Account, ...]


LinesFact = ServiceLinesRead | ExpertsRead


def reduce_lines(lines: Lines, fact: LinesFact) -> Lines:
    match fact:
        case ServiceLinesRead(known):
            return replace(lines, known=known)
        case ExpertsRead(experts):
            return replace(lines, experts=experts)
        case _:
            assert_never(fact)
