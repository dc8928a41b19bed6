"""A relay between two media processes that can be cut, made one-way or left for dead.

Every connection gets a passage of its own: the candidates in its descriptions are replaced by the
passage's two sockets, so no packet goes directly. What happens to one passage leaves the next
alone, as when a computer has moved to another network.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from app.media.signal_messages import LocalCandidate, LocalDescription, LocalSignal
from app.media.signals import command_of, signal_of
from tests.media.two_ends import End

_CANDIDATE = re.compile(r"^a=candidate:.* (?P<host>\d+\.\d+\.\d+\.\d+) (?P<port>\d+) typ host.*$")


class _Side(asyncio.DatagramProtocol):
    """What stands for one end: packets sent to it go to that end, from the other's stand-in."""

    def __init__(self) -> None:
        self.real: tuple[str, int] | None = None
        self.other: _Side
        self.deaf = False
        """Nothing gets to this end any more."""
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self.deaf and self.real is not None:
            self.other.transport.sendto(data, self.real)


@dataclass
class Passage:
    """The way of one connection."""

    sides: dict[str, _Side] = field(default_factory=dict)

    def cut(self, *deaf: str) -> None:
        """Nothing gets to these ends, or to any."""
        for name in deaf or tuple(self.sides):
            self.sides[name].deaf = True

    def mend(self) -> None:
        for side in self.sides.values():
            side.deaf = False

    def close(self) -> None:
        for side in self.sides.values():
            side.transport.close()


class Passages:
    """Carries signals between two ends, and their packets through one passage for each attempt."""

    def __init__(self, first: End, second: End) -> None:
        self.of_attempt: dict[int | None, Passage] = {}
        self.made: list[Passage] = []
        self.dead_ones = 0
        """So many passages that are made from now on let nothing through."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._order = asyncio.Lock()
        self._through_passages = {first.name, second.name}
        self._ends = {end.name: end for end in (first, second)}
        for end in (first, second):
            end.deliver = self._delivering(end)

    def also(self, newcomer: End, to: End) -> None:
        """One more end, which reaches another one directly."""
        self._ends[newcomer.name] = newcomer
        self._ends[to.name] = to
        newcomer.deliver = self._delivering(newcomer)

    def close(self) -> None:
        for passage in self.made:
            passage.close()

    def _delivering(self, sender: End) -> Callable[[LocalSignal], None]:
        def deliver(event: LocalSignal) -> None:
            task = asyncio.create_task(self._carry(sender, self._ends[event.peer_id], event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return deliver

    async def _carry(self, sender: End, to: End, event: LocalSignal) -> None:
        async with self._order:
            if isinstance(event, LocalCandidate):
                return
            signal = signal_of(event)
            among = {sender.name, to.name} == self._through_passages
            if isinstance(event, LocalDescription) and among:
                sdp = await self._through(sender, to, event)
                signal = event.description.model_copy(update={"sdp": sdp})
            to.link.send(command_of(sender.name, signal))

    async def _through(self, sender: End, to: End, event: LocalDescription) -> str:
        passage = self.of_attempt.get(event.description.attempt)
        if passage is None:
            passage = self.of_attempt[event.description.attempt] = Passage()
            self.made.append(passage)
        lines, stands = [], False
        for line in event.description.sdp.splitlines():
            stands = stands and not line.startswith("m=")
            found = _CANDIDATE.match(line)
            if found is None:
                if not line.startswith("a=candidate:"):
                    lines.append(line)
                continue
            if stands:
                continue
            stands = True
            host, port = found["host"], int(found["port"])
            await self._open(passage, (sender.name, to.name), host)
            side = passage.sides[sender.name]
            side.real = (host, port)
            here = side.transport.get_extra_info("sockname")[1]
            lines.append(line.replace(f"{host} {port}", f"{host} {here}"))
        return "\r\n".join(lines) + "\r\n"

    async def _open(self, passage: Passage, names: tuple[str, str], host: str) -> None:
        if passage.sides:
            return
        loop = asyncio.get_running_loop()
        for name in names:
            _, side = await loop.create_datagram_endpoint(_Side, local_addr=(host, 0))
            passage.sides[name] = side
        first, second = (passage.sides[name] for name in names)
        first.other, second.other = second, first
        if self.dead_ones:
            self.dead_ones -= 1
            passage.cut()
