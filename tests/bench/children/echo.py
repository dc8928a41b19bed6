"""Gives every byte back over TLS: shows what the load generator can do alone.

`python -m tests.bench.children.echo CERTIFICATE KEY` prints the port of loopback.
"""

import asyncio
import ssl
import sys
from typing import cast

from tests.bench.loops import run_fast


class Echo(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


async def main(certificate: str, key: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    run_fast(main(sys.argv[1], sys.argv[2]))
