"""One call whose media pass the SFU.

To its participants the SFU is one more peer, to which each sends (he makes the offer); and from
then on it speaks in the name of every other participant and offers what that one sends. So nobody
is told anything of Janus, and what is said is relayed as between participants: attempts, candidates
and the wish for a new offer mean the same (`app/media/pair.py`).

An offer that comes to replace a connection is answered beside the older one, which ends when the
new one is up. Whoever has not offered to the SFU yet is offered nothing: he may not have heard of
his own seat.
"""

import asyncio
import re
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial

import orjson
import structlog
from pydantic import TypeAdapter

from protocol.base import new_id
from protocol.call import (
    IceCandidate,
    PeerId,
    RenewRequest,
    Sending,
    SessionDescription,
    Signal,
)
from server.api.sfu.errors import SfuAway, SfuError
from server.api.sfu.janus import Body, Handle, JanusLine

_LOG = structlog.get_logger("huizhen.sfu")
_SIGNAL: TypeAdapter[Signal] = TypeAdapter(Signal)
_FIRST_VIDEO = re.compile(r"^m=video \S+ \S+ (\d+)", re.MULTILINE)
_SESSION_NAME = re.compile(r"^s=[^\r\n]*", re.MULTILINE)
"""Janus writes the room's number into it."""
_FEEDS = 2**52
"""Janus reads numbers as JSON does in browsers: exact below 2**53."""

Deliver = Callable[[PeerId, PeerId, Signal], None]
"""To a participant, in the name of a peer."""


@dataclass(frozen=True, slots=True)
class RoomKey:
    """A room of Janus, made for one call; `secret` rules it, `pin` opens it."""

    number: int
    secret: str
    pin: str


@dataclass(eq=False, slots=True)
class Leg:
    """One connection between the SFU and a participant."""

    attempt: int | None
    feed: int = 0
    handle: Handle | None = None
    up: bool = False


@dataclass(slots=True)
class Legs:
    """A connection, and the one that is to take its place."""

    current: Leg | None = None
    coming: Leg | None = None

    def of(self, attempt: int | None) -> Leg | None:
        """The one an answer or a candidate is meant for."""
        for leg in (self.coming, self.current):
            if leg is not None and attempt in (None, leg.attempt):
                return leg
        return None


@dataclass(slots=True)
class _Person:
    """A participant; what he says is carried out in order."""

    peer_id: PeerId
    sends: Legs = field(default_factory=Legs)
    sees: dict[PeerId, Legs] = field(default_factory=dict)
    work: asyncio.Queue[Callable[[], Coroutine[None, None, None]]] = field(
        default_factory=asyncio.Queue
    )
    worker: asyncio.Task[None] | None = None
    offered: bool = False


class Way:
    """Where signals to a peer go whose media come from the SFU."""

    def __init__(self, forwarding: "Forwarding", to: PeerId) -> None:
        self._forwarding = forwarding
        self._to = to

    def push(self, text: str) -> None:
        """Takes a relayed frame (`protocol.socket.SignalReceived`)."""
        frame = orjson.loads(text)
        signal = _SIGNAL.validate_python(frame["signal"])
        self._forwarding.heard(PeerId(frame["sender"]), self._to, signal)


class Forwarding:
    """Owner of a call's room on Janus and of everybody's connections to it."""

    def __init__(self, line: JanusLine, rooms: Handle, key: RoomKey, deliver: Deliver) -> None:
        self.line = line
        self.peer_id: PeerId = new_id()
        """The peer that stands for the SFU."""
        self._rooms = rooms
        self._key = key
        self._deliver = deliver
        self._people: dict[PeerId, _Person] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def way_to(self, peer_id: PeerId) -> Way:
        return Way(self, peer_id)

    def heard(self, sender: PeerId, to: PeerId, signal: Signal) -> None:
        """What a participant says to the SFU, or to somebody whose media it forwards."""
        person = self._people.get(sender)
        if person is None:
            person = self._people[sender] = _Person(sender)
            person.worker = asyncio.create_task(self._run(person), name="sfu participant")
        legs = person.sends if to == self.peer_id else person.sees.get(to)
        match signal:
            case SessionDescription(type="offer"):
                if to == self.peer_id:
                    person.work.put_nowait(partial(self._take_offer, person, signal))
            case SessionDescription():
                if legs is not None and to != self.peer_id:
                    person.work.put_nowait(partial(self._take_answer, legs, signal))
            case IceCandidate():
                # An offer before it may still wait in the queue: its connection is looked for then.
                person.work.put_nowait(partial(self._take_candidate, person, to, signal))
            case RenewRequest():
                if to != self.peer_id:
                    person.work.put_nowait(partial(self._show, person, to))
            case Sending():
                pass  # of a connection between two that the call has left

    def leave(self, peer_id: PeerId) -> None:
        """Somebody has left the call: his connections end, and everybody's to him."""
        person = self._people.pop(peer_id, None)
        if person is None:
            return
        if person.worker is not None:
            person.worker.cancel()
        for legs in (person.sends, *person.sees.values()):
            self._let_go(legs)
        for other in self._people.values():
            seen = other.sees.pop(peer_id, None)
            if seen is not None:
                self._let_go(seen)

    async def close(self, *, destroy: bool = True) -> None:
        """Ends everybody's connections and, unless somebody else keeps it, destroys the room."""
        for peer_id in tuple(self._people):
            self.leave(peer_id)
        if destroy and not self.line.gone.is_set():
            try:
                await self._rooms.request("destroy", room=self._key.number, secret=self._key.secret)
            except SfuError as error:
                _LOG.warning("sfu.room_left_behind", reason=str(error))
        await self._rooms.detach()
        await asyncio.gather(*self._closing, return_exceptions=True)

    # --- in order, for one participant ----------------------------------------------------

    async def _run(self, person: _Person) -> None:
        while True:
            step = await person.work.get()
            try:
                await step()
            except SfuAway as error:
                if not self.line.gone.is_set():
                    _LOG.warning("sfu.no_answer", reason=str(error))
            except SfuError as error:
                # Of one connection: it is asked for again by the one who misses it.
                _LOG.warning("sfu.refused", reason=str(error))
            except Exception:
                # Without this loop the participant would get no connection any more.
                _LOG.exception("sfu.failed")

    async def _take_offer(self, person: _Person, offer: SessionDescription) -> None:
        leg = await self._begin(person.sends, offer.attempt, partial(self._sends, person))
        leg.feed = 1 + secrets.randbelow(_FEEDS)
        assert leg.handle is not None
        event = await leg.handle.request(
            "joinandconfigure",
            {"type": "offer", "sdp": offer.sdp},
            ptype="publisher",
            room=self._key.number,
            pin=self._key.pin,
            id=leg.feed,
            **_wished_codec(offer.sdp),
        )
        self._say(person.peer_id, self.peer_id, event["jsep"], offer.attempt)
        if not person.offered:
            person.offered = True
            for peer_id in tuple(self._people):  # somebody may come or go meanwhile
                await self._show(person, peer_id)

    async def _show(self, viewer: _Person, peer_id: PeerId) -> None:
        """Offers to a viewer what somebody sends, if he sends and the viewer can take it."""
        other = self._people.get(peer_id)
        sending = None if other is None else other.sends.current
        if sending is None or not viewer.offered or viewer.peer_id == peer_id:
            return
        legs = viewer.sees.setdefault(peer_id, Legs())
        leg = await self._begin(legs, secrets.randbelow(2**31), partial(self._is_up, legs))
        assert leg.handle is not None
        event = await leg.handle.request(
            "join",
            ptype="subscriber",
            room=self._key.number,
            pin=self._key.pin,
            streams=[{"feed": sending.feed}],
            autoupdate=False,
        )
        self._say(viewer.peer_id, peer_id, event["jsep"], leg.attempt)

    async def _take_answer(self, legs: Legs, answer: SessionDescription) -> None:
        leg = legs.of(answer.attempt)
        if leg is not None and leg.handle is not None and not leg.up:
            await leg.handle.request("start", {"type": "answer", "sdp": answer.sdp})

    async def _take_candidate(self, person: _Person, to: PeerId, candidate: IceCandidate) -> None:
        legs = person.sends if to == self.peer_id else person.sees.get(to)
        leg = None if legs is None else legs.of(candidate.attempt)
        if leg is None or leg.handle is None or ".local" in candidate.candidate:
            return  # an address hidden by mDNS is not looked for: it is learnt when it calls
        if not candidate.candidate:
            await leg.handle.trickle({"completed": True})
            return
        await leg.handle.trickle(
            {
                "candidate": candidate.candidate,
                "sdpMid": candidate.sdp_mid,
                "sdpMLineIndex": candidate.sdp_m_line_index or 0,
            }
        )

    # --- connections -----------------------------------------------------------------------

    async def _begin(self, legs: Legs, attempt: int | None, is_up: Callable[[Leg], None]) -> Leg:
        """A new connection beside the one there may be."""
        if legs.coming is not None:
            self._end(legs.coming)
        leg = legs.coming = Leg(attempt)
        leg.handle = await self.line.attach(lambda said: self._told(legs, leg, said, is_up))
        return leg

    def _told(self, legs: Legs, leg: Leg, said: Body, is_up: Callable[[Leg], None]) -> None:
        match said.get("janus"):
            case "webrtcup" if leg is legs.coming:
                leg.up = True
                is_up(leg)
            case "hangup" | "detached":
                if leg is legs.current:
                    legs.current = None
                elif leg is legs.coming:
                    legs.coming = None
                self._end(leg)
            case _:
                pass

    def _is_up(self, legs: Legs, leg: Leg) -> None:
        older, legs.current, legs.coming = legs.current, leg, None
        if older is not None:
            self._end(older)

    def _sends(self, person: _Person, leg: Leg) -> None:
        """Everybody else is offered what this participant sends from now on."""
        self._is_up(person.sends, leg)
        for other in self._people.values():
            if other is not person:
                other.work.put_nowait(partial(self._show, other, person.peer_id))

    def _let_go(self, legs: Legs) -> None:
        for leg in (legs.current, legs.coming):
            if leg is not None:
                self._end(leg)
        legs.current = legs.coming = None

    def _end(self, leg: Leg) -> None:
        handle, leg.handle = leg.handle, None
        if handle is not None and not self.line.gone.is_set():
            task = asyncio.create_task(handle.detach(), name="sfu detach")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _say(self, to: PeerId, sender: PeerId, jsep: Body, attempt: int | None) -> None:
        sdp = _SESSION_NAME.sub("s=-", jsep["sdp"])
        said = SessionDescription(type=jsep["type"], sdp=sdp, attempt=attempt)
        self._deliver(to, sender, said)


def _wished_codec(sdp: str) -> dict[str, str]:
    """The codec of pictures that the offer names first, where the room would choose another."""
    first = _FIRST_VIDEO.search(sdp)
    if first is None:
        return {}
    named = re.search(rf"^a=rtpmap:{first[1]} (VP8|H264)/90000", sdp, re.MULTILINE | re.IGNORECASE)
    return {} if named is None else {"videocodec": named[1].lower()}
