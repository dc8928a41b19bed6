"""What was written here and is not posted yet."""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from app.session.case import MessagesLoaded
from protocol.socket import ChatPosted, SendChat


@dataclass(frozen=True, slots=True)
class Chat:
    """`sending` in the order of writing; `returned` is the latest that will not be posted."""

    sending: tuple[SendChat, ...] = ()
    returned: SendChat | None = None


@dataclass(frozen=True, slots=True)
class MessageWritten:
    message: SendChat


@dataclass(frozen=True, slots=True)
class MessageReturned:
    """It is not posted: the words go back to who wrote them."""

    message: SendChat


ChatFact = MessageWritten | MessageReturned | ChatPosted | MessagesLoaded


def reduce_chat(chat: Chat, fact: ChatFact) -> Chat:
    match fact:
        case MessageWritten(message):
            return replace(chat, sending=(*chat.sending, message))
        case MessageReturned(message):
            return replace(_without(chat, {message.id}), returned=message)
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
