"""Text chat between the two who treat."""

from uuid import UUID

from protocol.chat import ChatMessage
from protocol.errors import ErrorCode
from protocol.socket import SendChat
from server.api.services.acting import Acting
from server.domain.audit import Access, Resource
from server.domain.errors import Conflict
from server.domain.people import Who
from server.domain.rights import CLINICAL, require_part
from server.store.work import Store


class Chat:
    """Posts and reads chat messages."""

    def __init__(self, store: Store, acting: Acting) -> None:
        self._store = store
        self._acting = acting

    async def post(self, who: Who, body: SendChat) -> None:
        """Posts once, however often the same id is sent."""
        async with self._store.writing() as work:
            case = await self._acting.get(work, body.consultation_id)
            require_part(case, who, *CLINICAL)
            known = await work.archive.message(body.id)
            if known is not None:
                if known.author.id != who.id or known.consultation_id != case.id:
                    raise Conflict(ErrorCode.CONFLICT, "this message id is taken")
                return
            message = ChatMessage(
                id=body.id,
                consultation_id=case.id,
                author=who.person(),
                at=work.now,
                text=body.text,
            )
            await work.archive.add_message(message)
            work.trail.note(who.id, Access.CREATE, Resource.CHAT, body.id, consultation_id=case.id)
            await self._acting.telling.chatted(work, case, message, who)

    async def messages(self, who: Who, case_id: UUID) -> list[ChatMessage]:
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, *CLINICAL)
            work.trail.note(who.id, Access.READ, Resource.CHAT, case_id, consultation_id=case_id)
            return await work.archive.messages(case_id)
