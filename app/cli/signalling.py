"""A call's signalling over the server's WebSocket, for the windowless participant."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine

from app.media.messages import AddPeer, PeerCommand, RemovePeer, SetIceServers, TurnPeer
from app.media.messages import Role as OfferRole
from app.media.signals import command_of
from app.media.ways import Way, ways_in
from app.net.connection import Connection
from app.net.errors import Unreachable
from app.net.socket import EventSocket
from protocol.base import new_id
from protocol.call import (
    CallState,
    CallTicket,
    JoinedCall,
    PeerId,
    SessionDescription,
    Signal,
)
from protocol.socket import (
    CallChanged,
    CallJoined,
    ClientMessage,
    JoinCall,
    LeaveCall,
    Refused,
    SeatLoss,
    SeatLost,
    SendSignal,
    ServerMessage,
    SignalReceived,
    Welcome,
)

JOIN_S = 30.0
LOST = {
    SeatLoss.MOVED: "this ticket sits at another place now",
    SeatLoss.REMOVED: "a doctor has put you out of the call",
    SeatLoss.NO_PART: "the case of this call is over",
}


class CallRefused(Exception):
    """The call cannot be joined (any more); the text is for a person."""


class SocketSignalling:
    """Joins the call of a ticket and speaks with its peers (`app.media.participant.Signalling`).

    Of two peers the one that joined later makes the offer. After a break of the socket the server
    gives the same seat back, and what was to be said meanwhile is said then; when it has kept it no
    longer, everybody is met anew.
    """

    def __init__(self, connection: Connection, ticket: CallTicket) -> None:
        self._ticket = ticket
        self._socket = EventSocket(connection, self, access_token=self._token)
        self._commands: asyncio.Queue[PeerCommand | SetIceServers | None] = asyncio.Queue()
        self._sending: set[asyncio.Task[object]] = set()
        self._joined: asyncio.Future[JoinedCall] = asyncio.get_running_loop().create_future()
        self._seat: JoinedCall | None = None
        self._away = True
        self._unsent: deque[tuple[PeerId, Signal]] = deque()
        self._order = asyncio.Lock()
        self._refresh: asyncio.TimerHandle | None = None
        self.breaks = 0
        """How often the line to the server broke and came back."""
        self._early: CallState | None = None
        self._peers: dict[PeerId, Way] = {}

    async def join(self) -> JoinedCall:
        """Takes a seat; raises CallRefused or Unreachable."""
        self._socket.start()
        try:
            joined = await asyncio.wait_for(asyncio.shield(self._joined), JOIN_S)
        except TimeoutError as error:
            raise Unreachable("the call could not be joined in time") from error
        return joined

    async def leave(self) -> None:
        try:
            await self._socket.send(LeaveCall(consultation_id=self._ticket.consultation_id))
        except Unreachable:
            pass  # the server notices
        if self._refresh is not None:
            self._refresh.cancel()
        await self._socket.stop()
        await asyncio.gather(*self._sending, return_exceptions=True)
        self._joined.cancel()

    # --- Signalling ----------------------------------------------------------------------

    async def send(self, peer_id: str, signal: Signal) -> None:
        """To a peer, now or when the seat is ours again."""
        to = PeerId(peer_id)
        if isinstance(signal, SessionDescription):  # what was said of an older connection is void
            self._unsent = deque(one for one in self._unsent if one[0] != to)
        self._unsent.append((to, signal))
        await self._send_unsent()

    async def incoming(self) -> AsyncIterator[PeerCommand | SetIceServers]:
        """Until the call or the session ends."""
        while (command := await self._commands.get()) is not None:
            yield command

    def network_changed(self, addresses: tuple[str, ...]) -> None:
        self._socket.doubt(addresses)

    def doubtful(self) -> None:
        self._socket.doubt()

    # --- SocketOwner ---------------------------------------------------------------------

    def last_seq(self) -> int:
        return 0

    def connecting(self) -> None:
        pass

    def lost(self) -> None:
        self._away = True

    def ended(self) -> None:
        self._over("the call has ended, or this ticket is too old")

    def received(self, message: ServerMessage) -> None:
        match message:
            case Welcome():
                self._ask_for_seat()
            case CallJoined():
                self._take_seat(message.joined)
            case CallChanged():
                self._changed(message.call)
            case SeatLost():
                self._over(LOST[message.why])
            case SignalReceived():
                self._signalled(message)
            case Refused() if message.ref is not None:
                self._over(f"the call cannot be joined: {message.problem.title}")
            case _:
                pass  # nothing else concerns a guest

    # --- peers ---------------------------------------------------------------------------

    def _ask_for_seat(self) -> None:
        seat = self._seat.peer_id if self._seat is not None else None
        case_id = self._ticket.consultation_id
        self._later(JoinCall(ref=new_id(), consultation_id=case_id, seat=seat))

    def _take_seat(self, joined: JoinedCall) -> None:
        before, self._seat = self._seat, joined
        same = joined.resumed and before is not None and before.peer_id == joined.peer_id
        if self._away and before is not None:
            self.breaks += 1
        self._away = False
        if same:
            self._commands.put_nowait(SetIceServers(ice_servers=joined.ice_servers))
        else:
            self._unsent.clear()
            for peer_id in tuple(self._peers):
                self._remove(peer_id)
        self._meet(joined.call)
        early, self._early = self._early, None
        if early is not None and len(early.participants) > len(joined.call.participants):
            self._meet(early)
        if joined.ice_valid_s is not None:
            loop = asyncio.get_running_loop()
            self._refresh = loop.call_later(joined.ice_valid_s / 2, self._ask_for_seat)
        self._later_unsent()
        if not self._joined.done():
            self._joined.set_result(joined)

    def _changed(self, call: CallState | None) -> None:
        if call is None:
            self._over("the call has ended")
        elif self._seat is None or self._away:
            self._early = call
        else:
            self._meet(call)

    def _meet(self, call: CallState) -> None:
        assert self._seat is not None
        ways = ways_in(call, self._seat.peer_id)
        for peer_id in self._peers.keys() - ways.keys():
            self._remove(peer_id)
        for peer_id, way in ways.items():
            if peer_id not in self._peers:
                self._add(peer_id, way)
            elif self._peers[peer_id].direction is not way.direction:
                self._turn(peer_id, way)

    def _add(self, peer_id: PeerId, way: Way) -> None:
        self._peers[peer_id] = way
        added = AddPeer(peer_id=str(peer_id), role=way.role, direction=way.direction, flow=way.flow)
        self._commands.put_nowait(added)

    def _turn(self, peer_id: PeerId, way: Way) -> None:
        self._peers[peer_id] = way
        turned = TurnPeer(peer_id=str(peer_id), role=way.role, direction=way.direction)
        self._commands.put_nowait(turned)

    def _remove(self, peer_id: PeerId) -> None:
        del self._peers[peer_id]
        self._commands.put_nowait(RemovePeer(peer_id=str(peer_id)))

    def _signalled(self, message: SignalReceived) -> None:
        if message.sender not in self._peers:  # came while our line was broken
            self._add(message.sender, Way(OfferRole.ANSWERER))
        self._commands.put_nowait(command_of(str(message.sender), message.signal))

    def _over(self, why: str) -> None:
        if not self._joined.done():
            self._joined.set_exception(CallRefused(why))
        self._commands.put_nowait(None)

    # --- sending -------------------------------------------------------------------------

    async def _token(self) -> str:
        return self._ticket.access_token

    def _later(self, message: ClientMessage) -> None:
        self._start(self._send(message))

    def _later_unsent(self) -> None:
        self._start(self._send_unsent())

    def _start(self, work: Coroutine[None, None, object]) -> None:
        task = asyncio.create_task(work)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_unsent(self) -> None:
        async with self._order:
            while self._unsent and not self._away:
                to, signal = first = self._unsent[0]
                case_id = self._ticket.consultation_id
                gone = to not in self._peers
                if not gone and not await self._send(
                    SendSignal(consultation_id=case_id, to=to, signal=signal)
                ):
                    return
                if self._unsent and self._unsent[0] is first:
                    self._unsent.popleft()

    async def _send(self, message: ClientMessage) -> bool:
        """False when the socket is down; it comes back."""
        try:
            await self._socket.send(message)
        except Unreachable:
            return False
        return True
