"""How the cases of a department find their expert (domain.md, Queue, modes)."""

from enum import StrEnum
from typing import Literal

from protocol.base import Answer, Message, Name


class LineMode(StrEnum):
    """OPEN: the best expert is rung, others may take the case first. DIRECTED: whom the clinic
    names is rung; unanswered, or without a name, the case waits until somebody takes it. PULL:
    nobody is rung, experts take the head of the queue. DISPATCHED: experts are rung one after the
    other and take nothing else. A critical case rings everybody in each of them.
    """

    OPEN = "open"
    DIRECTED = "directed"  # 指定专家
    PULL = "pull"  # 抢单
    DISPATCHED = "dispatched"  # 派单


class ServiceLine(Answer):
    """A department and its mode; `chosen`: set by somebody, not by the site's settings. `agreed`:
    the asker's institution has an agreement in force with a hospital whose experts work in it."""

    department: str
    mode: LineMode
    chosen: bool = False
    agreed: bool = True


class ServiceLines(Answer):
    """`default` is of every department that is not in `lines`."""

    default: LineMode
    lines: tuple[ServiceLine, ...] = ()

    def mode_of(self, department: str) -> LineMode:
        found = (one.mode for one in self.lines if one.department == department)
        return next(found, self.default)

    def agreed(self, department: str) -> bool:
        return all(one.agreed for one in self.lines if one.department == department)


class SetServiceLine(Message):
    """`mode` is absent where the site's settings shall hold again."""

    department: Name
    mode: LineMode | None


class ServiceLinesChanged(Answer):
    """Whoever shows them reads them again."""

    type: Literal["service_lines_changed"] = "service_lines_changed"
