"""A TCP relay with a rate and a delay: `slow_line PORT MBIT_PER_S ONE_WAY_MS [BREAK_S]`.

Prints its port, and at SIGTERM the bytes that went up. All connections of one direction share the
rate, as on a clinic's line; every BREAK_S seconds all of them break.
"""

import asyncio
import signal
import sys
from collections import deque

from tests.bench.loops import run_fast

PIECE, WAITING_S = 16 * 1024, 0.05


class Direction:
    """One way of the line: when a piece that is sent now has left it."""

    def __init__(self, bytes_per_second: float) -> None:
        self._rate = bytes_per_second
        self._free = 0.0
        self.sent = 0

    async def send(self, size: int) -> float:
        """Waits while the line is full; answers when the piece is through."""
        now = asyncio.get_running_loop().time()
        if self._free - now > WAITING_S:
            await asyncio.sleep(self._free - now - WAITING_S)
        now = asyncio.get_running_loop().time()
        self._free = max(now, self._free) + size / self._rate
        self.sent += size
        return self._free


async def pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Direction, delay: float
) -> None:
    loop, waiting = asyncio.get_running_loop(), deque[bytes]()

    def leave() -> None:
        """Timers of one millisecond go off in any order; the bytes keep theirs."""
        writer.write(waiting.popleft())

    while data := await reader.read(PIECE):
        due = await way.send(len(data)) + delay
        waiting.append(data)
        loop.call_at(due, leave)
    loop.call_at(loop.time() + WAITING_S + delay, writer.close)


class Relay:
    """Carries connections to a port until they end or break."""

    def __init__(self, port: int, up: Direction, down: Direction, delay: float) -> None:
        self._port, self._up, self._down, self._delay = port, up, down, delay
        self._open: set[asyncio.StreamWriter] = set()

    async def accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        ends = {writer, far_writer}
        self._open |= ends
        try:
            await asyncio.gather(
                pump(reader, far_writer, self._up, self._delay),
                pump(far_reader, writer, self._down, self._delay),
            )
        except OSError:
            for end in ends:  # a reset of one end is one of the other
                end.transport.abort()
        finally:
            self._open -= ends

    def break_all(self) -> None:
        """What is on the way is lost."""
        for writer in tuple(self._open):
            writer.transport.abort()


async def main(port: int, mbit: float, delay_ms: float, break_s: float) -> None:
    rate = mbit * 1e6 / 8
    up, down = Direction(rate), Direction(rate)
    relay = Relay(port, up, down, delay_ms / 1000)
    server = await asyncio.start_server(relay.accepted, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    while not ended.is_set():
        try:
            await asyncio.wait_for(ended.wait(), break_s or None)
        except TimeoutError:
            relay.break_all()
    print(up.sent, flush=True)
    server.close()
    relay.break_all()


if __name__ == "__main__":
    port, mbit, delay_ms, *break_s = sys.argv[1:]
    run_fast(main(int(port), float(mbit), float(delay_ms), float(break_s[0]) if break_s else 0.0))
