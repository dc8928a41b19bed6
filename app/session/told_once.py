"""What is told by a reading and by facts, in whatever order, and stands once."""

from protocol.chat import ChatMessage
from protocol.consultation import TimelineEvent


def with_event(
    timeline: tuple[TimelineEvent, ...], event: TimelineEvent | None
) -> tuple[TimelineEvent, ...]:
    """An event is true also where the row that came with it is old news."""
    if event is None or any(known.id == event.id for known in timeline):
        return timeline
    return tuple(sorted((*timeline, event), key=lambda one: one.at))


def merged(known: tuple[ChatMessage, ...], new: tuple[ChatMessage, ...]) -> tuple[ChatMessage, ...]:
    """Each message once, oldest first."""
    by_id = {message.id: message for message in (*known, *new)}
    return tuple(sorted(by_id.values(), key=lambda message: (message.at, message.id)))
