"""What a second signature needs to know: somebody else's draft, and what was done to the case."""

from uuid import UUID

from app.net.api import Api
from app.net.errors import NetError
from app.services.facts import Facts
from app.session.case import OpinionRead, TimelineLoaded
from protocol.consultation import Action


class DraftChanged(NetError):
    """The draft was written on since its reviewer read it; it has been read again."""


async def read_reviewed(facts: Facts, api: Api, id_: UUID) -> None:
    """As the drafter has it now, where the case is open and its draft may be approved."""
    case = facts.state.case
    if case is None or case.id != id_ or Action.APPROVE not in case.consultation.allowed_actions:
        return
    facts.apply(OpinionRead(id_, (await api.opinion(id_)).opinion))


async def read_timeline(facts: Facts, api: Api) -> None:
    """What was done to the open case, perhaps while nobody here could hear of it."""
    case = facts.state.case
    if case is not None and case.consultation.summary.number:
        facts.apply(TimelineLoaded(case.id, await api.timeline(case.id)))
