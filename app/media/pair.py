"""Us and one other participant: a connection, and another in its place whenever it is lost.

aiortc has no ICE restart (RFC 8445 section 2.4), so a lost connection is replaced by a new one.
Whoever joined later makes the offers, always; the other side may ask for one. There is no glare:

- Nothing has come for `SILENT_AFTER`: the one who offers tries a new connection beside the old one,
  again and again; the other asks for an offer when none came by itself.
- When packets come on the old one again before the new one is connected, the one who offers drops
  the new one, and the call just goes on. Not so when the other side has asked, or when an address
  of ours is gone: then the old one is known to be dead.
- A new connection that connects takes the place of the old one: for the one who offers at once, for
  the other when the first media come on it, so that both always decide alike.

Where the call passes an SFU (`Direction`), that is the other side: one sends to it in one pair and
receives each participant from it in another. It does not choose, so every new connection that
connects is taken. A pair is turned from one way to another as a lost one is renewed: beside it.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from typing import Protocol

from aiortc import InvalidStateError

from app.media.accounts import Accounts
from app.media.errors import NegotiationError
from app.media.messages import ConnectionState, Direction, FailureCode, PeerStatistics, Role
from app.media.peer import Peer
from app.media.signal_messages import (
    PeerSends,
    PeerSignal,
    RemoteCandidate,
    RemoteDescription,
    RenewPeer,
)
from app.media.sources import Clock
from app.media.tries import FIRST_TRY_FOR, LONGEST, Patience, Strays, Try
from app.media.ways import Way
from protocol.call import Attempt, IceCandidate, Sending, SessionDescription

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
"""Seconds between two looks at the packets."""
STOOD_STILL = 1.0
"""A look that comes later than this after the last one says nothing of the line."""
ASK_AFTER = 1.5
"""Seconds of silence more until the one who answers asks; the offer should have come by then."""
AFTER_FAILURE = 1.0
"""Seconds from a try that failed at once, as without any network, to the next."""
LEAVING_FOR = 0.75
"""Seconds between the end of a connection and the word that the other side has left the call."""
FORGET_AFTER = FIRST_TRY_FOR * LONGEST
"""Seconds until the one who answers lets go of an offer that came to nothing."""
CLOSE_WITHIN = 2.0


class Told(Protocol):
    """What a pair has to say."""

    def described(self, description: SessionDescription) -> None: ...

    def found(self, candidate: IceCandidate) -> None: ...

    def asks(self) -> None:
        """The other side is to offer anew."""
        ...

    def changed(self, state: ConnectionState) -> None: ...

    def failed(self, code: FailureCode) -> None: ...


MakePeer = Callable[
    [
        Way,
        Attempt | None,
        Callable[[SessionDescription], None],
        Callable[[IceCandidate], None],
        Callable[[ConnectionState], None],
    ],
    Peer,
]


class Pair:
    """Keeps a connection to one participant while it is in the call.

    Args:
        again: the other side had a connection with an earlier process of ours.
    """

    def __init__(
        self, way: Way, make: MakePeer, told: Told, clock: Clock, *, again: bool = False
    ) -> None:
        self._way = way
        self._make = make
        self._told = told
        self._clock = clock
        self._current: Try | None = None
        self._coming: Try | None = None
        self._state = ConnectionState.NEW
        self._silent_since = clock.now()
        self._asked_at = clock.now()
        self._offered_at = -AFTER_FAILURE
        self._looked_at = clock.now()
        self._accounts = Accounts(clock.now)
        self._patience = Patience()
        self._strays = Strays()
        self._sends: Sending | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._work: asyncio.Queue[Callable[[], Coroutine[None, None, None]]] = asyncio.Queue()
        self._tasks = (
            asyncio.create_task(self._run(), name="pair"),
            asyncio.create_task(self._watch(), name="packets"),
        )
        if way.role is Role.OFFERER:
            self._offer_anew(sure=False)
        elif again:
            told.asks()

    @property
    def _offers(self) -> bool:
        return self._way.role is Role.OFFERER

    # --- what is told to it --------------------------------------------------------------

    def signalled(self, signal: PeerSignal) -> None:
        """What the other side has sent; carried out in order."""
        match signal:
            case RenewPeer():
                self._work.put_nowait(self._was_asked)
            case PeerSends(sending=sending):
                self._sends = sending
            case RemoteDescription(description=description):
                self._work.put_nowait(lambda: self._accept(description))
            case RemoteCandidate(candidate=candidate):
                self._work.put_nowait(lambda: self._take(candidate))

    def turn(self, way: Way) -> None:
        """New connections are made this way, and the first of them at once."""
        self._way = way
        self._asked_at = self._clock.now()
        self._work.put_nowait(self._turned)  # not while an offer is being made

    def network_changed(self, addresses: frozenset[str]) -> None:
        """This computer has these addresses now."""
        if not addresses:
            return
        current = self._current
        address = current.peer.address() if current is not None else None
        gone = address is not None and address not in addresses
        if gone or self._state is not ConnectionState.CONNECTED:
            self._anew(sure=gone)

    async def statistics(self) -> PeerStatistics | None:
        """Totals of all connections to this participant; None before the first."""
        shown = self._current or self._coming
        if shown is None:
            return None
        counted = await shown.peer.statistics()
        total = self._accounts.total(shown, counted, self._state)
        if self._sends is None or total.their_motion is not None:
            return total
        told = {
            "their_motion": self._sends.motion,
            "their_limit": self._sends.limit,
            "their_camera_off": self._sends.camera_off,
            "their_microphone_off": self._sends.microphone_off,
        }
        return total.model_copy(update=told)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in (self._current, self._coming):
            if one is not None:
                self._let_go(one)
        self._current = self._coming = None
        if self._closing:
            _, late = await asyncio.wait(self._closing, timeout=CLOSE_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._report(ConnectionState.CLOSED)

    # --- negotiation ---------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            step = await self._work.get()
            try:
                await step()
            except InvalidStateError:
                log.info("a connection was let go while it was being made")
            except NegotiationError as error:
                log.warning("negotiation: %s", error)
                self._told.failed(FailureCode.NEGOTIATION)
            except Exception as error:
                # An ICE server's address or the network is unusable, or aiortc stumbles: the next
                # try may do better, and without this loop there would be none.
                log.error("peer: %s", type(error).__name__)
                self._told.failed(FailureCode.INTERNAL)

    def _offer_anew(self, *, sure: bool) -> None:
        self._work.put_nowait(lambda: self._offer(sure=sure))

    async def _turned(self) -> None:
        coming, self._coming = self._coming, None
        if coming is not None:
            self._let_go(coming)
        await self._offer(sure=True)

    async def _offer(self, *, sure: bool) -> None:
        if self._offers:
            await self._begin(secrets.randbelow(2**31), sure=sure).peer.start()

    def _begin(self, attempt: Attempt | None, *, sure: bool) -> Try:
        self._offered_at = self._clock.now()
        self._patience.began()
        if self._coming is not None:
            self._let_go(self._coming)
        now, way = self._clock.now(), self._way
        begun = self._coming = Try(attempt, way.direction, now, sure=sure)
        begun.peer = self._make(
            way,
            attempt,
            self._told.described,
            self._told.found,
            lambda state: self._peer_changed(begun, state),
        )
        return begun

    async def _accept(self, description: SessionDescription) -> None:
        if description.type == "offer":
            if self._offers or self._knows(description.attempt):
                return
            coming = self._begin(description.attempt, sure=True)
            early = self._strays.of(description.attempt)
        elif (
            self._coming is None
            or self._coming.answered
            or description.attempt not in (None, self._coming.attempt)
        ):
            return  # the answer to an older offer
        else:
            coming, early = self._coming, ()
        coming.answered = True
        try:
            await coming.peer.accept(description)
        except NegotiationError:
            if self._coming is not coming:
                return  # let go meanwhile
            self._coming = None
            self._let_go(coming)
            raise
        for candidate in early:
            await coming.peer.add_candidate(candidate)

    def _knows(self, attempt: Attempt | None) -> bool:
        """Whether this is the offer of a connection there is: said twice, it is one."""
        both = (self._coming, self._current)
        return attempt is not None and any(one and one.attempt == attempt for one in both)

    async def _take(self, candidate: IceCandidate) -> None:
        for one in (self._coming, self._current):
            if one is not None and candidate.attempt in (None, one.attempt):
                await one.peer.add_candidate(candidate)
                return
        if not self._offers:
            self._strays.keep(candidate)

    async def _was_asked(self) -> None:
        if self._coming is not None and not self._coming.answered:
            self._coming.sure = True  # an offer is on its way
        else:
            await self._offer(sure=True)

    def _anew(self, *, sure: bool) -> None:
        if self._offers:
            self._offer_anew(sure=sure)
        else:
            self._asked_at = self._clock.now()
            self._told.asks()

    # --- which connection ----------------------------------------------------------------

    def _peer_changed(self, one: Try, state: ConnectionState) -> None:
        if one is self._coming:
            match state:
                case ConnectionState.CONNECTED:
                    one.packets_at_start = one.peer.packets
                    forwarded = one.direction is not Direction.BOTH
                    if self._offers or forwarded or self._current is None:
                        self._choose(one)
                case ConnectionState.FAILED | ConnectionState.CLOSED:
                    self._coming = None
                    self._let_go(one)
                case _ if self._current is None:
                    self._report(state)
                case _:
                    pass
        elif one is self._current and one.dead:
            self._fall_silent(self._clock.now())

    def _choose(self, one: Try) -> None:
        older, self._current, self._coming = self._current, one, None
        self._patience.connected()
        if older is not None:
            self._accounts.ended(older)
            self._let_go(older)
        one.heard = self._clock.now()
        self._report(ConnectionState.CONNECTED)

    def _let_go(self, one: Try) -> None:
        task = asyncio.create_task(one.peer.close(), name="closing")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _report(self, state: ConnectionState) -> None:
        if state is not self._state:
            self._state = state
            self._told.changed(state)

    def _fall_silent(self, now: float) -> None:
        if self._state is ConnectionState.CONNECTED:
            self._silent_since = now
            self._report(ConnectionState.SILENT)

    # --- watching ------------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self._look(self._clock.now())

    def _look(self, now: float) -> None:
        late, self._looked_at = now - self._looked_at > STOOD_STILL, now
        current, coming = self._current, self._coming
        if current is not None:
            current.look(now)
            if late:
                current.heard = now
            if current.silent(now):
                self._fall_silent(now)
            elif self._state is ConnectionState.SILENT:
                self._live_again()
        if coming is not None:
            self._look_at_coming(coming, now)
        if self._state is not ConnectionState.CONNECTED:
            self._try_on(now)

    def _live_again(self) -> None:
        """The silent connection speaks again by itself."""
        self._report(ConnectionState.CONNECTED)
        coming = self._coming
        if self._offers and coming is not None and not coming.sure:
            self._coming = None
            self._let_go(coming)

    def _look_at_coming(self, coming: Try, now: float) -> None:
        if coming.flows:
            self._choose(coming)
        elif not self._offers and now - coming.began > FORGET_AFTER:
            self._coming = None
            self._let_go(coming)

    def _try_on(self, now: float) -> None:
        """While there is no connection: the next try, when the last has had its time."""
        patience = self._patience.seconds(first=self._current is None)
        coming = self._coming
        if self._offers:
            leaving = self._current is not None and self._current.dead
            if leaving and now - self._silent_since < LEAVING_FOR:
                return
            wait = patience if coming is not None else AFTER_FAILURE
            if now - self._offered_at > wait and self._work.empty():
                self._offer_anew(sure=coming is not None and coming.sure)
        elif now - self._asked_at > patience:
            began = coming.began if coming is not None else -patience
            quiet = now - self._silent_since > ASK_AFTER or self._current is None
            if quiet and now - began > patience:
                self._anew(sure=True)
