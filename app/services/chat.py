"""Chat: sent with an id of our own until it is posted, so that a lost answer posts once."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.net.errors import Unreachable
from app.services.facts import Facts
from app.services.line import Line
from app.services.tasks import Tasks
from app.services.troubles import raise_notice
from app.session.call import CallPhase
from app.session.chat import MessageReturned, MessageWritten
from app.session.link import LinkPhase
from app.session.state import State
from protocol.base import new_id
from protocol.chat import ChatAudience
from protocol.socket import Refused, SendChat, SetPaused

log = logging.getLogger(__name__)


class ChatService:
    def __init__(self, facts: Facts, socket: Line, tasks: Tasks) -> None:
        self._facts = facts
        self._socket = socket
        self._tasks = tasks
        self._may: tuple[bool, UUID | None] = False, None

    async def send(self, text: str, audience: ChatAudience = ChatAudience.TREATING) -> None:
        """Stands as being sent until it is posted; where the line breaks it goes out again."""
        case = self._facts.state.case
        if case is not None:
            message = SendChat(id=new_id(), consultation_id=case.id, text=text, audience=audience)
            self._facts.apply(MessageWritten(message))
            await self._post((message,))

    def follow(self, state: State) -> None:
        """What waits goes out when the line, or our seat in the call, is back."""
        before, self._may = self._may, _may_send(state)
        if state.call.phase is CallPhase.OUT:
            for message in state.chat.sending:
                if message.audience is ChatAudience.CALL:
                    self._facts.apply(MessageReturned(message))
        online, call = self._may
        if self._may == before or not online:
            return
        waiting = self._facts.state.chat.sending
        ready = [
            one
            for one in waiting
            if one.audience is ChatAudience.TREATING or one.consultation_id == call
        ]
        if ready:
            self._tasks.start(self._post(ready), only="chat")

    def refused(self, refusal: Refused) -> None:
        """The words go back to who wrote them, with the reason."""
        for message in self._facts.state.chat.sending:
            if message.id == refusal.ref:
                self._facts.apply(MessageReturned(message))
                raise_notice(self._facts, refusal.problem.code)

    async def pause(self, minutes: int, until: datetime | None = None) -> None:
        await self._socket.send(SetPaused(minutes=minutes, until=until))

    async def _post(self, messages: Iterable[SendChat]) -> None:
        try:
            for message in messages:
                await self._socket.send(message)
        except Unreachable:
            log.info("what was written goes out when the connection is back")


def _may_send(state: State) -> tuple[bool, UUID | None]:
    """Whether the line is up, and the case in whose call we sit."""
    online, call = state.link.phase is LinkPhase.ONLINE, state.call
    seated = call.phase in (CallPhase.IN, CallPhase.RECONNECTING) and not call.server_away
    return online, call.consultation_id if online and seated else None
