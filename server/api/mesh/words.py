"""What the processes of a site say to each other; short-lived, never the content of a case.

The facts themselves are read from the database. Names of people in calls and the frames of their
sockets do pass here: whoever can write to this Redis is trusted as the server itself is.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from protocol.call import CallState, PeerId
from server.domain.people import CallSeat


class Word(BaseModel):
    """`process` is who says it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    process: UUID


# --- to everybody ----------------------------------------------------------------------------


class FactsStand(Word):
    """Facts up to this number are committed."""

    type: Literal["facts_stand"] = "facts_stand"
    seq: int


class PersonThere(BaseModel):
    """Somebody's sockets at one process; none when `sessions` is empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    account_id: UUID
    sessions: frozenset[UUID]
    in_call: bool
    expert: bool


PEOPLE: TypeAdapter[tuple[PersonThere, ...]] = TypeAdapter(tuple[PersonThere, ...])


class PersonMoved(Word):
    type: Literal["person_moved"] = "person_moved"
    person: PersonThere


class RosterTold(Word):
    """Everybody who is connected to the process; others of whom it told before are not."""

    type: Literal["roster_told"] = "roster_told"
    people: tuple[PersonThere, ...]


class RosterAsked(Word):
    """The process is new, or could not hear for a while."""

    type: Literal["roster_asked"] = "roster_asked"


class Paused(Word):
    type: Literal["paused"] = "paused"
    account_id: UUID
    until: datetime | None


class Shown(Word):
    """A message that is not stored, for every socket of a person."""

    type: Literal["shown"] = "shown"
    text: str


class CallMoved(Word):
    """The call of a case runs in this process from now on."""

    type: Literal["call_moved"] = "call_moved"
    consultation_id: UUID


class GuestPutOut(Word):
    """For the process in which the call runs."""

    type: Literal["guest_put_out"] = "guest_put_out"
    consultation_id: UUID
    session_id: UUID


# --- from the process of a socket to that of a call --------------------------------------------


class Caller(BaseModel):
    """Whose socket speaks: the account, or the guest."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    connection: UUID
    account_id: UUID | None
    session_id: UUID | None
    guest: CallSeat | None


class CallSaid(Word):
    """A frame about a call, as its client wrote it."""

    type: Literal["call_said"] = "call_said"
    caller: Caller
    frame: str


class CallResumed(Word):
    """A socket goes on where it sat before the call moved; its client is told nothing."""

    type: Literal["call_resumed"] = "call_resumed"
    caller: Caller
    consultation_id: UUID
    seat: PeerId


class SocketGone(Word):
    """`over`: its session was ended, so nobody comes back for the seats."""

    type: Literal["socket_gone"] = "socket_gone"
    connection: UUID
    over: bool


class CallAsked(Word):
    type: Literal["call_asked"] = "call_asked"
    ref: UUID
    consultation_id: UUID


# --- and back ----------------------------------------------------------------------------------


class Pushed(Word):
    """A frame for a socket."""

    type: Literal["pushed"] = "pushed"
    connection: UUID
    text: str


class Seated(Word):
    """The socket sits in a call now, or (None) no longer."""

    type: Literal["seated"] = "seated"
    connection: UUID
    consultation_id: UUID
    seat: PeerId | None


class CallTold(Word):
    type: Literal["call_told"] = "call_told"
    ref: UUID
    call: CallState | None


Said = (
    FactsStand
    | PersonMoved
    | RosterTold
    | RosterAsked
    | Paused
    | Shown
    | CallMoved
    | GuestPutOut
    | CallSaid
    | CallResumed
    | SocketGone
    | CallAsked
    | Pushed
    | Seated
    | CallTold
)
SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])
