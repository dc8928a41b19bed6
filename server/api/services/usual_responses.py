"""How fast the experts of a department answer, for its newcomers."""

from datetime import datetime, timedelta
from decimal import Decimal

from server.api.services.directory import Snapshot
from server.domain.matching import usual_response
from server.store.work import Work

_KEPT = timedelta(minutes=1)


class UsualResponses:
    """The medians of departments, each at most a minute old: the same for who rings and who lists,
    whoever of the department they look at."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, Decimal]] = {}

    async def of(self, work: Work, people: Snapshot, department: str) -> Decimal:
        """In minutes."""
        at, minutes = self._known.get(department, (None, None))
        if at is None or minutes is None or not at <= work.now < at + _KEPT:
            experts = (who.id for who in people.experts_of(department))
            minutes = usual_response(await work.histories.mean_responses(experts))
            self._known[department] = (work.now, minutes)
        return minutes
