"""Chat: sent with an id of our own, so that a lost answer posts once."""

from datetime import datetime

from app.net.socket import EventSocket
from app.services.facts import Facts
from protocol.base import new_id
from protocol.chat import ChatAudience
from protocol.socket import SendChat, SetPaused


class ChatService:
    def __init__(self, facts: Facts, socket: EventSocket) -> None:
        self._facts = facts
        self._socket = socket

    async def send(self, text: str, audience: ChatAudience = ChatAudience.TREATING) -> None:
        """Raises Unreachable when there is no connection; the words stay with the caller."""
        case = self._facts.state.case
        if case is not None:
            message = SendChat(id=new_id(), consultation_id=case.id, text=text, audience=audience)
            await self._socket.send(message)

    async def pause(self, minutes: int, until: datetime | None = None) -> None:
        await self._socket.send(SetPaused(minutes=minutes, until=until))
