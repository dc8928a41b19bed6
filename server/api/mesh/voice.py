"""What this process says to the others of its site."""

from datetime import datetime
from uuid import UUID

from server.api.mesh.words import (
    CallMoved,
    FactsStand,
    GuestPutOut,
    Paused,
    PersonMoved,
    PersonThere,
    Shown,
    Word,
)
from server.store.streams import Streams


class Voice:
    """Says words; what the hub and the bus have to tell the others goes here (`hub.Others`)."""

    def __init__(self, me: UUID, streams: Streams) -> None:
        self.me = me
        self._streams = streams

    def say(self, word: Word, to: UUID | None = None) -> None:
        self._streams.send(word.model_dump_json().encode(), to)

    def heard(self) -> bool:
        """Whether the others can be heard."""
        return self._streams.here

    def facts(self, seq: int) -> None:
        if self._streams.here:  # else the others look by themselves
            self.say(FactsStand(process=self.me, seq=seq))

    def moved(self, person: PersonThere) -> None:
        if self._streams.here:  # else the whole roster is told when it is back
            self.say(PersonMoved(process=self.me, person=person))

    def paused(self, account_id: UUID, until: datetime | None) -> None:
        self.say(Paused(process=self.me, account_id=account_id, until=until))

    def shown(self, text: str) -> None:
        self.say(Shown(process=self.me, text=text))

    def call_taken(self, case_id: UUID) -> None:
        self.say(CallMoved(process=self.me, consultation_id=case_id))

    def put_out(self, case_id: UUID, session_id: UUID) -> None:
        self.say(GuestPutOut(process=self.me, consultation_id=case_id, session_id=session_id))
