"""How a use case tells what is true, and reads it."""

from typing import Protocol

from app.session.state import AnyFact, State


class Facts(Protocol):
    """The session, as use cases see it (`app.session.owner.Session`)."""

    @property
    def state(self) -> State: ...

    def apply(self, fact: AnyFact) -> None: ...
