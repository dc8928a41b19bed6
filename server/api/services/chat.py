"""Text chat: between the two who treat, and with everybody who sits in the call."""

from uuid import UUID

from protocol.chat import ChatAudience, ChatMessage
from protocol.consultation import Person
from protocol.errors import ErrorCode
from protocol.socket import ChatPosted, SendChat
from server.api.services.acting import Acting
from server.api.services.calls import Calls
from server.api.services.rooms import Endpoint
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Conflict, not_a_member
from server.domain.people import Who
from server.domain.rights import CLINICAL, meets, part_of, require_part
from server.store.work import Store


class Chat:
    """Posts and reads chat messages."""

    def __init__(self, store: Store, acting: Acting, calls: Calls) -> None:
        self._store = store
        self._acting = acting
        self._calls = calls

    async def post(self, endpoint: Endpoint, body: SendChat) -> None:
        """Posts once, however often the same id is sent: who sends it again has not heard so."""
        async with self._store.writing() as work:
            case = await self._acting.get(work, body.consultation_id)
            person = self._author(case, endpoint, body.audience)
            known = await work.archive.message(body.id)
            if known is not None:
                if known.author.id != person.id or known.consultation_id != case.id:
                    raise Conflict(ErrorCode.CONFLICT, "this message id is taken")
                posted = ChatPosted(seq=0, at=work.now, message=known).model_dump_json()
                work.after_commit(lambda: endpoint.push(posted))
                return
            message = ChatMessage(
                id=body.id,
                consultation_id=case.id,
                author=person,
                at=work.now,
                text=body.text,
                audience=body.audience,
            )
            account_id = None if endpoint.who is None else endpoint.who.id
            await work.archive.add_message(message, account_id)
            work.trail.note(
                account_id, Access.CREATE, Resource.CHAT, body.id, consultation_id=case.id
            )
            fact = await self._acting.telling.chatted(work, case, message, endpoint.who)
            if body.audience is ChatAudience.CALL:
                work.after_commit(lambda: self._calls.tell_guests(case.id, fact))

    def _author(self, case: Case, endpoint: Endpoint, audience: ChatAudience) -> Person:
        """Raises `Forbidden` for who may not speak there."""
        room, seat = self._calls.room_of(case.id), endpoint.seats.get(case.id)
        sits = room is not None and seat in room.seats
        if audience is ChatAudience.CALL and not sits:
            raise not_a_member()
        if endpoint.who is not None:
            if audience is ChatAudience.CALL and meets(case, endpoint.who):
                return endpoint.who.person()
            require_part(case, endpoint.who, *CLINICAL)
            return endpoint.who.person()
        if audience is not ChatAudience.CALL or seat is None or endpoint.guest is None:
            raise not_a_member()
        return Person(id=seat, display_name=endpoint.guest.display_name)

    async def messages(self, who: Who, case_id: UUID) -> list[ChatMessage]:
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            if not meets(case, who):
                raise not_a_member()
            work.trail.note(who.id, Access.READ, Resource.CHAT, case_id, consultation_id=case_id)
            found = await work.archive.messages(case_id)
        if part_of(case, who) in CLINICAL:
            return found
        return [one for one in found if one.audience is ChatAudience.CALL]
