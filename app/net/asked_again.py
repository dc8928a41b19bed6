"""Keys of what was asked for and never answered: asked for again, it is the same step."""

import contextlib
from collections.abc import Iterator
from uuid import UUID

from app.net.errors import NotUnderstood, Unreachable
from protocol.base import Message, new_id

MOST = 100


class AskedAgain:
    """Of one person at one server, for as long as the program runs."""

    def __init__(self) -> None:
        self._unanswered: dict[UUID, tuple[str, UUID]] = {}
        """By the case: what was asked of it last, and under which key."""

    def forget(self, case_id: UUID) -> None:
        """The case has changed: the same words are another step now."""
        self._unanswered.pop(case_id, None)

    @contextlib.contextmanager
    def key(self, case_id: UUID, body: Message) -> Iterator[UUID]:
        """A new key, or that of the same words to the same case that nobody has answered."""
        words = body.model_dump_json()
        asked, key = self._unanswered.pop(case_id, ("", None))
        if key is None or asked != words:
            key = new_id()
        try:
            yield key
        except (Unreachable, NotUnderstood):
            if len(self._unanswered) >= MOST:
                self._unanswered.pop(next(iter(self._unanswered)))
            self._unanswered[case_id] = (words, key)
            raise
