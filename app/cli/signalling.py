"""A call's signalling over the server's WebSocket, for the windowless participant."""

import asyncio
from collections.abc import AsyncIterator

from app.media.messages import AddPeer, PeerCommand, RemoteCandidate, RemoteDescription, RemovePeer
from app.media.messages import Role as OfferRole
from app.net.connection import Connection
from app.net.errors import Unreachable
from app.net.socket import EventSocket
from protocol.base import new_id
from protocol.call import (
    CallState,
    CallTicket,
    IceCandidate,
    IceServer,
    JoinedCall,
    PeerId,
    SessionDescription,
)
from protocol.socket import (
    CallChanged,
    CallJoined,
    ClientMessage,
    JoinCall,
    LeaveCall,
    Refused,
    SendSignal,
    ServerMessage,
    SignalReceived,
    Welcome,
)

JOIN_S = 30.0


class CallRefused(Exception):
    """The call cannot be joined (any more); the text is for a person."""


class SocketSignalling:
    """Joins the call of a ticket and speaks with its peers (`app.media.participant.Signalling`).

    Of two peers the one that joined later makes the offer. After a break of the socket the server
    gives a new seat: everybody is met anew.
    """

    def __init__(self, connection: Connection, ticket: CallTicket) -> None:
        self._ticket = ticket
        self._socket = EventSocket(connection, self, access_token=self._token)
        self._commands: asyncio.Queue[PeerCommand | None] = asyncio.Queue()
        self._sending: set[asyncio.Task[None]] = set()
        self._joined: asyncio.Future[JoinedCall] = asyncio.get_running_loop().create_future()
        self._seat: JoinedCall | None = None
        self._early: CallState | None = None
        self._peers: dict[PeerId, str] = {}

    async def join(self) -> tuple[IceServer, ...]:
        """Takes a seat; raises CallRefused or Unreachable."""
        self._socket.start()
        try:
            joined = await asyncio.wait_for(asyncio.shield(self._joined), JOIN_S)
        except TimeoutError as error:
            raise Unreachable("the call could not be joined in time") from error
        return joined.ice_servers

    async def leave(self) -> None:
        try:
            await self._socket.send(LeaveCall(consultation_id=self._ticket.consultation_id))
        except Unreachable:
            pass  # the server notices
        await self._socket.stop()
        await asyncio.gather(*self._sending, return_exceptions=True)
        self._joined.cancel()

    # --- Signalling ----------------------------------------------------------------------

    async def send(self, peer_id: str, description: SessionDescription) -> None:
        """A description for a peer; one that is lost with the socket is made anew with the seat."""
        await self._send(
            SendSignal(
                consultation_id=self._ticket.consultation_id,
                to=PeerId(peer_id),
                signal=description,
            )
        )

    async def incoming(self) -> AsyncIterator[PeerCommand]:
        """Until the call or the session ends."""
        while (command := await self._commands.get()) is not None:
            yield command

    # --- SocketOwner ---------------------------------------------------------------------

    def last_seq(self) -> int:
        return 0

    def connecting(self) -> None:
        pass

    def lost(self) -> None:
        self._seat = None

    def ended(self) -> None:
        self._over("the call has ended, or this ticket is too old")

    def received(self, message: ServerMessage) -> None:
        match message:
            case Welcome():
                case_id = self._ticket.consultation_id
                self._later(JoinCall(ref=new_id(), consultation_id=case_id))
            case CallJoined():
                self._take_seat(message.joined)
            case CallChanged():
                self._changed(message.call)
            case SignalReceived():
                self._signalled(message)
            case Refused() if message.ref is not None:
                self._over(f"the call cannot be joined: {message.problem.title}")
            case _:
                pass  # nothing else concerns a guest

    # --- peers ---------------------------------------------------------------------------

    def _take_seat(self, joined: JoinedCall) -> None:
        for peer_id in tuple(self._peers):
            self._remove(peer_id)
        self._seat = joined
        self._meet(joined.call)
        early, self._early = self._early, None
        if early is not None and len(early.participants) > len(joined.call.participants):
            self._meet(early)
        if not self._joined.done():
            self._joined.set_result(joined)

    def _changed(self, call: CallState | None) -> None:
        if call is None:
            self._over("the call has ended")
        elif self._seat is None:
            self._early = call
        else:
            self._meet(call)

    def _meet(self, call: CallState) -> None:
        assert self._seat is not None
        mine = self._seat.peer_id
        here = {one.peer_id: one.joined_at for one in call.participants}
        joined = {one.peer_id: one.joined_at for one in self._seat.call.participants}.get(mine)
        for peer_id in self._peers.keys() - here.keys():
            self._remove(peer_id)
        for peer_id, since in here.items():
            if peer_id == mine or peer_id in self._peers:
                continue
            # UUIDv7 decides where two joined in the same microsecond.
            later = joined is None or (joined, mine) > (since, peer_id)
            self._peers[peer_id] = str(peer_id)
            role = OfferRole.OFFERER if later else OfferRole.ANSWERER
            self._commands.put_nowait(AddPeer(peer_id=str(peer_id), role=role))

    def _remove(self, peer_id: PeerId) -> None:
        self._commands.put_nowait(RemovePeer(peer_id=self._peers.pop(peer_id)))

    def _signalled(self, message: SignalReceived) -> None:
        sender = str(message.sender)
        match message.signal:
            case SessionDescription():
                self._commands.put_nowait(
                    RemoteDescription(peer_id=sender, description=message.signal)
                )
            case IceCandidate():
                self._commands.put_nowait(RemoteCandidate(peer_id=sender, candidate=message.signal))

    def _over(self, why: str) -> None:
        if not self._joined.done():
            self._joined.set_exception(CallRefused(why))
        self._commands.put_nowait(None)

    # --- sending -------------------------------------------------------------------------

    async def _token(self) -> str:
        return self._ticket.access_token

    def _later(self, message: ClientMessage) -> None:
        task = asyncio.create_task(self._send(message))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, message: ClientMessage) -> None:
        try:
            await self._socket.send(message)
        except Unreachable:
            pass  # the socket comes back with a new seat, and everybody is met anew
