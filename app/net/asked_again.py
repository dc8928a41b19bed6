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
        self._unanswered: dict[tuple[UUID, str], UUID] = {}

    def forget(self, case_id: UUID) -> None:
        """The case has changed: the same words are another step now."""
        for asked in [one for one in self._unanswered if one[0] == case_id]:
            del self._unanswered[asked]

    @contextlib.contextmanager
    def key(self, case_id: UUID, body: Message) -> Iterator[UUID]:
        """A new key, or that of the same words to the same case that nobody has answered."""
        asked = (case_id, body.model_dump_json())
        key = self._unanswered.get(asked) or new_id()
        self.forget(case_id)
        try:
            yield key
        except (Unreachable, NotUnderstood):
            while len(self._unanswered) >= MOST:
                self._unanswered.pop(next(iter(self._unanswered)))
            self._unanswered[asked] = key
            raise
