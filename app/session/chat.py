"""What was written here and is not posted yet."""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from app.session.case import MessagesLoaded
from protocol.socket import ChatPosted, SendChat


@dataclass(frozen=True, slots=True)
class Chat:
    """In the order of writing. `returned` are not posted, until somebody takes them up again."""

    sending: tuple[SendChat, ...] = ()
    returned: tuple[SendChat, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageWritten:
    message: SendChat


@dataclass(frozen=True, slots=True)
class MessageReturned:
    """It is not posted: the words go back to who wrote them."""

    message: SendChat


@dataclass(frozen=True, slots=True)
class MessageTakenUp:
    """Its words are where one writes."""

    message_id: UUID


ChatFact = MessageWritten | MessageReturned | MessageTakenUp | ChatPosted | MessagesLoaded


def reduce_chat(chat: Chat, fact: ChatFact) -> Chat:
    match fact:
        case MessageWritten(message):
            return replace(chat, sending=(*chat.sending, message))
        case MessageReturned(message):
            others = tuple(one for one in chat.returned if one.id != message.id)
            return replace(_without(chat, {message.id}), returned=(*others, message))
        case MessageTakenUp(message_id):
            kept = tuple(one for one in chat.returned if one.id != message_id)
            return replace(chat, returned=kept)
        case ChatPosted(message=posted):
            return _without(chat, {posted.id})
        case MessagesLoaded(_, messages):
            return _without(chat, {message.id for message in messages})
        case _:
            assert_never(fact)


def _without(chat: Chat, posted: set[UUID]) -> Chat:
    if all(one.id not in posted for one in chat.sending):
        return chat
    return replace(chat, sending=tuple(one for one in chat.sending if one.id not in posted))
