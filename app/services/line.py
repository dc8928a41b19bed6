"""Where messages for the server go."""

from typing import Protocol

from protocol.socket import ClientMessage


class Line(Protocol):
    """`app.net.socket.EventSocket`."""

    async def send(self, message: ClientMessage) -> None: ...
