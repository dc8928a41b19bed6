"""The process's own session with the server: kept sealed, renewed by itself, told when over."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

from pydantic import Field, ValidationError

from app.net.api import Api
from app.net.connection import Connection
from app.net.device import DeviceUnusable
from app.net.dicomweb import DicomWeb
from app.net.errors import NetError, NotUnderstood
from app.net.pieces import Pieces
from app.net.recordings import RecordingApi
from app.net.trust import pin_of
from app.store.errors import ForeignKey, StoreError
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from app.transfer.messages import ShownDevice, UseSession
from protocol.account import TokenPair
from protocol.base import Message

log = logging.getLogger(__name__)
RECORD = "session"


class KeptSession(Message):
    """What lets the process go on after the window, or a crash."""

    server: str
    ca_pem: str
    account_id: UUID
    refresh_token: str = Field(repr=False)
    device: ShownDevice | None = None


class Server:
    """One server, spoken to as one account."""

    def __init__(self, connection: Connection, account_id: UUID) -> None:
        self.api = Api(connection)
        self.dicomweb = DicomWeb(connection)
        self.pieces = Pieces(connection)
        self.recordings = RecordingApi(connection)
        self.account_id = account_id


class TransferSession:
    """Opens, keeps and ends the session.

    Args:
        on_server: the server to speak with from now on, or None; when it returns, nobody speaks
            with the one before.
        on_over: the server has ended the session; requests raise NotSignedIn from now on.
    """

    def __init__(
        self,
        folder: Path,
        sealer: Sealer,
        *,
        on_server: Callable[[Server | None], Awaitable[None]],
        on_over: Callable[[], None],
    ) -> None:
        self._store = SealedStore(folder / "transfer", sealer)
        self._on_server = on_server
        self._on_over = on_over
        self._connection: Connection | None = None
        self._kept: KeptSession | None = None
        self._greeting: asyncio.Task[None] | None = None

    async def resume(self) -> None:
        """Goes on with the session of an earlier run, if there is one."""
        try:
            plain = await asyncio.to_thread(self._store.read, RECORD)
            if plain is not None:
                await self._begin(KeptSession.model_validate_json(plain))
        except ForeignKey:  # of a computer without a keyring, whose keys end with the program
            log.info("the session of an earlier run went with its key; the window gives a new one")
        except (StoreError, ValidationError):
            log.warning("the kept transfer session cannot be read; the window gives a new one")

    async def use(self, given: UseSession) -> None:
        """A new session from the window; the older one is left."""
        await self._begin(
            KeptSession(
                server=given.server,
                ca_pem=given.ca_pem,
                account_id=given.account_id,
                refresh_token=given.refresh_token,
                device=given.device,
            )
        )

    async def end(self) -> None:
        """Signed out: told to the server where it can be reached, and forgotten."""
        await self._on_server(None)
        connection, self._connection, self._kept = self._connection, None, None
        await asyncio.to_thread(self._store.delete, RECORD)
        if connection is not None:
            try:
                async with asyncio.timeout(5):
                    await connection.sign_out()
            except (NetError, TimeoutError):
                log.info("the server could not be told that the transfer session ended")
            await connection.close()

    async def close(self) -> None:
        greeting, self._greeting = self._greeting, None
        if greeting is not None:
            greeting.cancel()
            await asyncio.gather(greeting, return_exceptions=True)
        """Ends the connection; the session stays for the next run."""
        await self._on_server(None)
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _begin(self, kept: KeptSession) -> None:
        await self.close()
        try:
            pin = pin_of(kept.ca_pem) if kept.ca_pem else None
            device = None if kept.device is None else kept.device.read()
            connection = await asyncio.to_thread(
                Connection, kept.server, pin, device=device, on_tokens=self._renewed
            )
        except (NotUnderstood, DeviceUnusable):
            log.error("the session's CA, or this computer's certificate, is none")
            self._on_over()
            return
        self._kept = kept
        connection.begin_with(kept.refresh_token)
        self._connection = connection
        await asyncio.to_thread(self._keep, kept)
        await self._on_server(Server(connection, kept.account_id))
        self._greeting = asyncio.create_task(_greet(connection), name="greet")

    def _renewed(self, pair: TokenPair | None) -> None:
        if self._kept is None:
            return
        if pair is None:
            self._kept = None
            self._store.delete(RECORD)
            self._on_over()
            return
        # Before the new token is used: the server takes the old one no more.
        self._kept = self._kept.model_copy(update={"refresh_token": pair.refresh_token})
        self._keep(self._kept)

    def _keep(self, kept: KeptSession) -> None:
        try:
            self._store.write(RECORD, kept.model_dump_json().encode())
        except (StoreError, OSError):
            log.error("the transfer session cannot be kept; it ends with this process")


async def _greet(connection: Connection) -> None:
    """Connects and gets a token before anything is asked, so that the first study need not wait."""
    try:
        await connection.access_token()
    except NetError as error:
        log.info("the server was not there at once: %s", type(error).__name__)
