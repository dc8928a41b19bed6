"""What our media have to say to the others, in order, through the server."""

from collections import deque
from collections.abc import Callable
from uuid import UUID

from app.net.errors import Unreachable
from app.net.socket import EventSocket
from app.services.tasks import Tasks
from protocol.call import SessionDescription, Signal
from protocol.socket import SendSignal

_Said = tuple[UUID, Signal, UUID | None]


class CallSignals:
    """Keeps what cannot be sent now until the seat is ours again.

    Args:
        place: the consultation whose call we sit in, None when in none.
        away: whether the line to the server is gone.
        known: whether somebody is (still) in the call.
    """

    def __init__(
        self,
        socket: Callable[[], EventSocket],
        tasks: Tasks,
        *,
        place: Callable[[], UUID | None],
        away: Callable[[], bool],
        known: Callable[[UUID], bool],
    ) -> None:
        self._socket, self._tasks = socket, tasks
        self._place, self._away, self._known = place, away, known
        self._unsent: deque[_Said] = deque()

    def say(self, peer: UUID, signal: Signal, seat: UUID | None = None) -> None:
        """To a peer; `seat` is that of our share, where it speaks."""
        if isinstance(signal, SessionDescription):  # what was said of an older connection is void
            self._unsent = deque(one for one in self._unsent if (one[0], one[2]) != (peer, seat))
        self._unsent.append((peer, signal, seat))
        self.send_on()

    def send_on(self) -> None:
        """The seat is ours (again)."""
        self._tasks.renew(self._send_unsent, only="call signals")

    def clear(self) -> None:
        self._unsent.clear()

    async def _send_unsent(self) -> None:
        while self._unsent and not self._away():
            place, first = self._place(), self._unsent[0]
            if place is None:
                self._unsent.clear()
                return
            peer, signal, seat = first
            if self._known(peer):
                said = SendSignal(consultation_id=place, to=peer, signal=signal, seat=seat)
                try:
                    await self._socket().send(said)
                except Unreachable:
                    return
            if self._unsent and self._unsent[0] is first:
                self._unsent.popleft()
