"""A door from a network namespace to a server of this one: `passage PID ADDRESS PORT`.

Listens at ADDRESS inside the namespace of the process PID, and carries every connection to PORT on
this namespace's loopback. Prints its own port. A socket stays in the namespace it was made in.
"""

import asyncio
import ctypes
import os
import socket
import sys
from collections.abc import Callable

from tests.bench.loops import run_fast

CLONE_NEWNET = 0x40000000
PIECE = 64 * 1024


def made_inside(pid: int, make: Callable[[], socket.socket]) -> socket.socket:
    """What `make` opens while this thread is in the namespace of a process."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)

    def enter(namespace: int) -> None:
        if libc.setns(namespace, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "the namespace cannot be entered")

    try:
        enter(there)
        try:
            return make()
        finally:
            enter(home)
    finally:
        os.close(home)
        os.close(there)


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(PIECE):
        writer.write(data)
        await writer.drain()
    writer.close()


async def main(listening: socket.socket, port: int) -> None:
    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        ways = (carry(reader, far_writer), carry(far_reader, writer))
        await asyncio.gather(*ways, return_exceptions=True)

    server = await asyncio.start_server(accepted, sock=listening)
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    _, pid_, address_, port_ = sys.argv
    made = made_inside(int(pid_), lambda: socket.create_server((address_, 0)))
    run_fast(main(made, int(port_)))
