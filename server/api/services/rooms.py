"""Who sits in a running call: seats, and what waits for those whose line to us broke."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

from protocol.call import CallState, Participant, PeerId, SeatState
from protocol.recording import RecordingTerms
from server.api.services.recordings import RoomRecording
from server.domain.people import CallSeat, Who
from server.store.calls import StoredCall

MAILBOX_SIGNALS = 200
"""Signals kept for one vacant seat; the oldest go first."""


class Endpoint(Protocol):
    """A live socket as a call sees it."""

    @property
    def who(self) -> Who | None: ...

    @property
    def guest(self) -> CallSeat | None: ...

    @property
    def session_id(self) -> UUID | None: ...

    @property
    def seats(self) -> Mapping[UUID, PeerId]:
        """Its seat in each call it takes part in."""
        ...

    def sit(self, case_id: UUID, peer_id: PeerId) -> None: ...

    def rise(self, case_id: UUID) -> PeerId | None:
        """None when it had no seat there."""
        ...

    def push(self, text: str) -> None: ...


class Seats:
    """The seats of one endpoint."""

    def __init__(self) -> None:
        self.seats: dict[UUID, PeerId] = {}
        self.seat_texts: dict[str, tuple[UUID, PeerId, str]] = {}
        """The same by the case's id as text, with the seat's: what relaying looks up."""

    def sit(self, case_id: UUID, peer_id: PeerId) -> None:
        self.seats[case_id] = peer_id
        self.seat_texts[str(case_id)] = (case_id, peer_id, str(peer_id))

    def rise(self, case_id: UUID) -> PeerId | None:
        self.seat_texts.pop(str(case_id), None)
        return self.seats.pop(case_id, None)


class Mailbox(Seats):
    """Takes the place of a lost socket: keeps what is said to the seat until somebody is back."""

    def __init__(self) -> None:
        self.who: Who | None = None
        self.guest: CallSeat | None = None
        self.session_id: UUID | None = None
        super().__init__()
        self._texts: deque[str] = deque(maxlen=MAILBOX_SIGNALS)

    def push(self, text: str) -> None:
        self._texts.append(text)

    def empty_into(self, endpoint: Endpoint) -> None:
        while self._texts:
            endpoint.push(self._texts.popleft())


@dataclass(frozen=True, slots=True)
class Seat:
    """One device in a call; `session_id` is the session that may take it again."""

    participant: Participant
    session_id: UUID | None
    endpoint: Endpoint

    @property
    def mailbox(self) -> Mailbox | None:
        """Where signals wait while the seat is vacant."""
        return self.endpoint if isinstance(self.endpoint, Mailbox) else None

    def vacated(self, mailbox: Mailbox | None = None) -> "Seat":
        """The same without its socket; a share's mailbox is its owner's."""
        told = self.participant.model_copy(update={"state": SeatState.RECONNECTING})
        return replace(self, participant=told, endpoint=mailbox or Mailbox())

    def taken(self, endpoint: Endpoint) -> "Seat":
        """The same on another socket."""
        told = self.participant.model_copy(update={"state": SeatState.HERE})
        return replace(self, participant=told, endpoint=endpoint)


class Pushed(Protocol):
    """Where a relayed signal goes."""

    def push(self, text: str) -> None: ...


class Forwards(Protocol):
    """The SFU as a call sees it: the peer that stands for it, and the ways signals take to it."""

    peer_id: PeerId

    def way_to(self, peer_id: PeerId) -> Pushed: ...

    def leave(self, peer_id: PeerId) -> None: ...


@dataclass(slots=True)
class Room:
    """A running call and who sits in it."""

    call: StoredCall
    seats: dict[PeerId, Seat] = field(default_factory=dict)
    named: dict[str, Pushed] = field(default_factory=dict)
    """Where signals to a peer go, by its id as text: what relaying looks up."""
    terms: RecordingTerms | None = None
    recording: RoomRecording | None = None
    sfu: Forwards | None = None
    sfu_away: bool = False

    def copy(self) -> "Room":
        return Room(
            self.call,
            dict(self.seats),
            dict(self.named),
            self.terms,
            self.recording,
            self.sfu,
            self.sfu_away,
        )

    def push_to_guests(self, text: str, *, kept: bool) -> None:
        """To their sockets; `kept`: a guest whose line is broken hears it when it is back."""
        for seat in self.people().values():
            if seat.participant.account_id is None and (kept or seat.mailbox is None):
                seat.endpoint.push(text)

    def lines(self) -> dict[PeerId, bool]:
        """Who sits here, and whether its line to us is up."""
        return {
            peer_id: seat.participant.state is SeatState.HERE
            for peer_id, seat in self.people().items()
        }

    def people(self) -> dict[PeerId, Seat]:
        """The seats of people; a share is a seat besides."""
        return {
            peer_id: seat for peer_id, seat in self.seats.items() if seat.participant.share is None
        }

    def direct(self, peer_text: str) -> Pushed | None:
        """The socket of a seat, whatever way its own media take."""
        for peer_id, seat in self.seats.items():
            if str(peer_id) == peer_text:
                return seat.endpoint
        return None

    def forward(self, sfu: Forwards | None, *, away: bool = False) -> None:
        """From now on media pass the SFU, or (None) go from participant to participant."""
        self.sfu, self.sfu_away = sfu, away
        self.named.clear()
        for seat in tuple(self.seats.values()):
            self.sit(seat)
        if sfu is not None:
            self.named[str(sfu.peer_id)] = sfu.way_to(sfu.peer_id)

    def sit(self, seat: Seat) -> None:
        peer_id = seat.participant.peer_id
        self.seats[peer_id] = seat
        direct = self.sfu is None or seat.participant.share is not None
        way = seat.endpoint if direct or self.sfu is None else self.sfu.way_to(peer_id)
        self.named[str(peer_id)] = way

    def sit_with_share(self, seat: Seat) -> None:
        """A seat that was taken or left; its share goes the same way."""
        self.sit(seat)
        share = self.share_of(seat.participant.peer_id)
        if share is not None and seat.mailbox is None:
            self.sit(share.taken(seat.endpoint))
        elif share is not None:
            self.sit(share.vacated(seat.mailbox))

    def rise(self, peer_id: PeerId) -> bool:
        """False when nobody sat there."""
        self.named.pop(str(peer_id), None)
        if self.sfu is not None:
            self.sfu.leave(peer_id)
        return self.seats.pop(peer_id, None) is not None

    def seat_of_session(self, peer_id: PeerId | None, session_id: UUID | None) -> Seat | None:
        """The seat, when this session had it."""
        seat = None if peer_id is None else self.seats.get(peer_id)
        if seat is None or session_id is None or seat.session_id != session_id:
            return None
        return seat if seat.participant.share is None else None

    def share_of(self, owner: PeerId) -> Seat | None:
        """The second video of somebody."""
        for seat in self.seats.values():
            share = seat.participant.share
            if share is not None and share.owner == owner:
                return seat
        return None

    def left_behind(self, endpoint: Endpoint) -> list[Seat]:
        """Seats of somebody who joins anew: their older program is not coming back.

        Of an account the vacant ones; a guest's ticket is good for one seat.
        """
        session_id, who = endpoint.session_id, endpoint.who
        return [
            seat
            for seat in self.seats.values()
            if (seat.mailbox is not None or who is None)
            and (
                (session_id is not None and seat.session_id == session_id)
                or (who is not None and seat.participant.account_id == who.id)
            )
        ]

    def state(self) -> CallState:
        return CallState(
            call_id=self.call.id,
            consultation_id=self.call.consultation_id,
            started_at=self.call.started_at,
            participants=tuple(seat.participant for seat in self.seats.values()),
            sfu=None if self.sfu is None else self.sfu.peer_id,
            sfu_away=self.sfu_away,
            recording_terms=self.terms,
            recording=None if self.recording is None else self.recording.told(self.lines()),
        )

    @classmethod
    def of(cls, call: StoredCall, seats: Iterable[Seat]) -> "Room":
        room = cls(call)
        for seat in seats:
            room.sit(seat)
        return room
