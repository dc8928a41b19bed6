"""What was written in a case, and who reads what is written next."""

from dataclasses import dataclass
from uuid import UUID

from app.models.times import clock
from app.models.words import listed
from app.session.call import Call, CallPhase
from app.session.case import Case
from app.session.link import LinkPhase
from app.session.state import State
from protocol.account import Account
from protocol.chat import ChatAudience
from protocol.consultation import Status


@dataclass(frozen=True, slots=True)
class ChatLine:
    id: UUID
    author: str
    time: str
    text: str
    own: bool
    in_call: bool = False
    """Everybody in the call has read it, guests too."""
    sending: bool = False
    """The server has not posted it yet."""
    unsent: bool = False
    """It will not be posted: its words can be taken up again."""


@dataclass(frozen=True, slots=True)
class ChatProps:
    """`guests`: the names of those in the call who read only what is said there. `online`: a
    message can be sent."""

    lines: tuple[ChatLine, ...] = ()
    can_chat: bool = False
    guests: str = ""
    online: bool = False


def derive_chat(state: State, case: Case, account: Account) -> ChatProps:
    lines = tuple(
        ChatLine(
            m.id,
            m.author.display_name,
            clock(m.at),
            m.text,
            m.author.id == account.id,
            m.audience is ChatAudience.CALL,
        )
        for m in case.messages
    )
    returned = {one.id for one in state.chat.returned}
    own = tuple(
        ChatLine(
            m.id,
            account.display_name,
            "",
            m.text,
            own=True,
            in_call=m.audience is ChatAudience.CALL,
            sending=m.id not in returned,
            unsent=m.id in returned,
        )
        for m in (*state.chat.returned, *state.chat.sending)
        if m.consultation_id == case.id
    )
    return ChatProps(
        (*lines, *own),
        can_chat=case.consultation.emergency_until is None
        and case.consultation.summary.status not in (Status.DRAFT, Status.CANCELLED),
        guests=_guests(state.call, case),
        online=state.link.phase is LinkPhase.ONLINE,
    )


def _guests(call: Call, case: Case) -> str:
    running = call.running
    if running is None or call.phase is CallPhase.OUT or running.consultation_id != case.id:
        return ""
    return listed(
        one.display_name
        for one in running.participants
        if one.account_id is None and one.share is None
    )
