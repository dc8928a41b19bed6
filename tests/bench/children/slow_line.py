"""A TCP relay with a rate and a delay: `slow_line PORT MBIT_PER_S ONE_WAY_MS`; prints its port.

All connections of one direction share the rate, as on a clinic's line.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine

from tests.bench.loops import run_fast

PIECE, WAITING_S = 16 * 1024, 0.05


class Direction:
    """One way of the line: when a piece that is sent now has left it."""

    def __init__(self, bytes_per_second: float) -> None:
        self._rate = bytes_per_second
        self._free = 0.0

    async def send(self, size: int) -> float:
        """Waits while the line is full; answers when the piece is through."""
        now = asyncio.get_running_loop().time()
        if self._free - now > WAITING_S:
            await asyncio.sleep(self._free - now - WAITING_S)
        now = asyncio.get_running_loop().time()
        self._free = max(now, self._free) + size / self._rate
        return self._free


async def pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Direction, delay: float
) -> None:
    loop = asyncio.get_running_loop()
    while data := await reader.read(PIECE):
        due = await way.send(len(data)) + delay
        loop.call_at(due, writer.write, data)
    loop.call_at(loop.time() + WAITING_S + delay, writer.close)


def relay(
    port: int, up: Direction, down: Direction, delay: float
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]:
    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            pump(reader, far_writer, up, delay), pump(far_reader, writer, down, delay)
        )

    return accepted


async def main(port: int, mbit: float, delay_ms: float) -> None:
    rate = mbit * 1e6 / 8
    ways = Direction(rate), Direction(rate)
    serve = relay(port, *ways, delay_ms / 1000)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    run_fast(main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
