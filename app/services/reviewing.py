"""Reading somebody else's draft, for who may approve it."""

from uuid import UUID

from app.net.api import Api
from app.net.errors import NetError
from app.services.facts import Facts
from app.session.case import OpinionRead
from protocol.consultation import Action


class DraftChanged(NetError):
    """The draft was written on since its reviewer read it; it has been read again."""


async def read_reviewed(facts: Facts, api: Api, id_: UUID) -> None:
    """As the drafter has it now, where the case is open and its draft may be approved."""
    case = facts.state.case
    if case is None or case.id != id_ or Action.APPROVE not in case.consultation.allowed_actions:
        return
    facts.apply(OpinionRead(id_, (await api.opinion(id_)).opinion))
