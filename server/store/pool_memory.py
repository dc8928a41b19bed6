"""What a process knows of the cases that wait, so that who looks at all of them opens only what has
changed since somebody last did."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from server.domain.case import Case

Mark = tuple[str, int, int, datetime, str | None]
"""Phase, version, fence, when it was last changed, which every change moves on
(`Case.changed_at`), and to whom an emergency opened it."""


class PoolMemory:
    """Of one process; who reads says what there is, so that nothing of it is older than that."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[Mark, Case]] = {}

    def known(self, marks: Mapping[UUID, Mark]) -> tuple[list[Case], list[UUID]]:
        """Cases as they stand, and those that are to be read; what waits no longer is forgotten."""
        self._known = {one: known for one, known in self._known.items() if one in marks}
        found, unknown = [], []
        for one, mark in marks.items():
            known = self._known.get(one)
            if known is not None and known[0] == mark:
                found.append(known[1])
            else:
                unknown.append(one)
        return found, unknown

    def learn(self, cases: Iterable[Case]) -> None:
        for case in cases:
            if not case.opened_until:  # that runs out without a change
                mark = (case.phase.value, case.version, case.fence, case.updated_at, None)
                self._known[case.id] = (mark, case)
