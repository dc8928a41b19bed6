"""The server without its port: the same objects and the same interface, with a clock to turn."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine, MutableMapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import orjson

from protocol.account import NewAccount, Role
from server.api.border import Border
from server.api.socket.connection import Connection
from server.built import Built
from server.composition import build
from server.domain.people import Who
from server.settings import load_settings
from server.site import Site
from server.store.bus import LocalBus
from server.store.engine import migrate, open_engine
from server.store.object_choice import ring_of
from server.store.row_keys import RowKeys
from server.store.work import Store
from tests.server.people import ADMIN, PASSWORD, Someone, Town

T = TypeVar("T")
MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
A_YEAR_S = 366 * 24 * 3600


class TurnedClock:
    """Stands until it is turned."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)  # no two things happen at once
        return self.at


class Ear(Connection):
    """A socket as far as the hub can see; keeps what is told to it."""

    def __init__(self) -> None:
        super().__init__(_nowhere, 0)
        self.frames: list[dict[str, Any]] = []

    def push(self, text: str) -> None:
        self.frames.append(orjson.loads(text))

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """The frames of a kind since this was last asked."""
        found = [one for one in self.frames if one["type"] == kind]
        self.frames = [one for one in self.frames if one["type"] != kind]
        return found


def line_to(border: Border, address: str = "127.0.0.1") -> httpx.ASGITransport:
    """Requests of that address, without a line between."""
    # httpx hands over a way to send that need not be a coroutine; its own is one, as we ask.
    return httpx.ASGITransport(border, client=(address, 1))  # type: ignore[arg-type]


class InProcess(httpx.BaseTransport):
    """A server on a database of its own; used from one thread."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.clock = TurnedClock()
        self._loop = asyncio.Runner()
        self.settings = load_settings(
            data_dir=folder,
            password_memory_kib=8192,
            access_token_s=A_YEAR_S,
            refresh_token_s=A_YEAR_S,
            **settings,
        )
        self.built = self.run(self._build())
        self.line = line_to(self.built.border)
        self.sockets: dict[Any, Ear] = {}

    async def _build(self) -> Built:
        engine = open_engine(self.settings.database)
        await migrate(engine)
        site = Site(LocalBus())
        keys = RowKeys(ring_of(self.settings), seals=self.settings.seal_rows)
        self.store = Store(engine, self.clock, site.bus, keys)
        built = build(self.settings, self.store, self.clock, site)
        await built.house.admin.add_account(
            None,
            NewAccount.model_validate(
                {
                    "username": ADMIN,
                    "display_name": "管理员",
                    "password": PASSWORD,
                    "roles": (Role.ADMIN,),
                    "must_change_password": False,
                }
            ),
        )
        return built

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does it, and whatever it set going."""
        return self._loop.run(_settled(work))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.run(self.answer(request))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        response = await self.line.handle_async_request(request)
        body = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, content=body)

    def at_once(self, *requests: httpx.Request) -> list[httpx.Response]:
        async def all_of_them() -> list[httpx.Response]:
            return list(await asyncio.gather(*(self.answer(one) for one in requests)))

        return self.run(all_of_them())

    def pass_time(self, seconds: float) -> None:
        """Clocks that run out meanwhile are carried out afterwards, as after a night without a
        server."""
        self.clock.at += timedelta(seconds=seconds)
        self.run(self._tick())

    async def _tick(self) -> None:
        await self.built.timekeeper.tick()

    def connect(self, someone: Someone) -> Ear:
        """Somebody's socket opens, as far as the hub can see."""
        return self.connect_all([someone])[0]

    def connect_all(self, people: Sequence[Someone]) -> list[Ear]:
        """Several open in the same moment."""

        async def there() -> list[Ear]:
            async with self.store.reading() as work:
                found = [await work.people.who(one.id) for one in people]
            return [self._add(who) for who in found if who is not None]

        ears = self.run(there())
        self.sockets |= {one.id: ear for one, ear in zip(people, ears, strict=True)}
        return ears

    def _add(self, who: Who) -> Ear:
        connection = Ear()
        connection.who, connection.session_id = who, uuid4()
        connection.replayed(0)
        self.built.house.hub.add(connection)
        self.built.house.hub.announce(who)
        return connection

    def disconnect(self, someone: Someone) -> None:
        connection = self.sockets.pop(someone.id)

        async def gone() -> None:
            self.built.house.hub.remove(connection)

        self.run(gone())

    def end(self) -> None:
        """Not `close`: each client closes its transport."""

        async def closed() -> None:
            await self.built.arrivals.close()
            await asyncio.to_thread(self.built.house.storing.close)
            await self.store.close()

        self.run(closed())
        self._loop.close()
        shutil.rmtree(self.settings.data_dir, ignore_errors=True)


def kept_in_memory(name: str) -> InProcess:
    """A server for many lives: its folder, which goes with it, is no disk's where that can be, for
    nobody looks whether it survives a power cut."""
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() else None
    return InProcess(Path(tempfile.mkdtemp(prefix=f"huizhen-{name}-", dir=where)))


class TownWithin(Town):
    """People of such a server."""

    def __init__(self, server: InProcess) -> None:
        self._server = server
        super().__init__("https://huizhen.test", None)  # type: ignore[arg-type]  # nothing is sent

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, transport=self._server)


async def _nowhere(_message: MutableMapping[str, Any]) -> None:
    """What a socket would send is looked at in the rows."""


async def _settled(work: Coroutine[Any, Any, T]) -> T:
    done = await work
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        ended, _ = await asyncio.wait(others)
        for one in ended:
            if not one.cancelled():
                one.result()
    return done
