"""One unit of work: a transaction with its repositories, audit entries and facts.

What a writing unit tells (`facts.tell`) is numbered and stored in the same transaction and
published only after the commit; what it audits stands or falls with what it did.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from server.domain.ports import Bus, Clock
from server.store.archive import Archive
from server.store.calls import Calls
from server.store.cases import Cases
from server.store.done_steps import DoneSteps
from server.store.emergencies import Emergencies
from server.store.engine import WRITES, twin_of
from server.store.facts import Facts
from server.store.fhir import FhirStore
from server.store.forms import Forms
from server.store.histories import Histories
from server.store.images import Images
from server.store.notifications import Notifications
from server.store.on_call import OnCallStore
from server.store.partitions import make_ahead
from server.store.people import People
from server.store.pickups import Pickups
from server.store.pool_memory import PoolMemory
from server.store.priors import Priors
from server.store.processes import Processes
from server.store.progress import Tell
from server.store.recordings import Recordings
from server.store.report_copies import ReportCopies
from server.store.report_pictures import ReportPictures
from server.store.room import told_when_away, told_when_full
from server.store.rota import RotaStore
from server.store.row_keys import RowKeys
from server.store.row_sealing import bring_rows
from server.store.sealed_rows import SessionRows
from server.store.second_factors import SecondFactors
from server.store.service_lines import ServiceLineStore
from server.store.sessions import Sessions
from server.store.shared_records import SharedRecords
from server.store.statistics import Statistics
from server.store.taken_back import TakenBack
from server.store.together import Asker, Desk, Piece, Together
from server.store.trail import Trail
from server.store.trail_reading import TrailReading
from server.store.turn import Turn
from server.store.wrong_tries import WrongTries

T = TypeVar("T")
F = TypeVar("F")
_REST_S = 0.05
"""Between two pieces of work that is done beside everybody's."""
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The request a unit of work belongs to; the audit trail names it."""
ORIGIN: ContextVar[str | None] = ContextVar("origin", default=None)
"""The address that asks, as this server sees it; the audit trail names it."""


def asker() -> Asker:
    """Who asks now."""
    return Asker(REQUEST_ID.get(), ORIGIN.get())


class Work:
    """The repositories of one transaction."""

    def __init__(
        self, session: AsyncSession, clock: Clock, keys: RowKeys, pool: PoolMemory
    ) -> None:
        self.session = session
        self.rows = SessionRows(keys, session)
        self.now = clock.now()
        self.facts = Facts(session, self.now, self.rows)
        self.notifications = Notifications(session, self.now, self.facts)
        self.trail = Trail(session, self.now, REQUEST_ID.get(), ORIGIN.get())
        self.trail_reading = TrailReading(session)
        self.people = People(session)
        self.histories = Histories(session)
        self.service_lines = ServiceLineStore(session, self.people)
        self.sessions = Sessions(session)
        self.second_factors = SecondFactors(session)
        self.cases = Cases(session, self.now, self.rows, pool)
        self.cases.on_read = self.trail.looked_at
        self.emergencies = Emergencies(session, self.rows)
        self.images = Images(session, self.rows)
        self.priors = Priors(session, self.rows)
        self.taken_back = TakenBack(session, self.now)
        self.archive = Archive(session, self.rows)
        self.forms = Forms(session)
        self.report_pictures = ReportPictures(session)
        self.report_copies = ReportCopies(session)
        self.calls = Calls(session, self.rows)
        self.recordings = Recordings(session, self.rows)
        self.shared_records = SharedRecords(session, self.rows)
        self.fhir = FhirStore(session, self.rows)
        self.rota = RotaStore(session)
        self.on_call = OnCallStore(session)
        self.pickups = Pickups(session, self.now)
        self.done_steps = DoneSteps(session, self.now)
        self.wrong_tries = WrongTries(session, self.now)
        self.statistics = Statistics(session)
        self.processes = Processes(session, self.now)
        self._after: list[Callable[[], None]] = []

    def after_commit(self, action: Callable[[], None]) -> None:
        """Runs only when the transaction has been committed, before facts are published."""
        self._after.append(action)

    def run_after(self) -> None:
        self.rows.committed()
        for action in self._after:
            action()


class Store:
    """Opens units of work. Writers queue in this process, so that none waits inside SQLite."""

    def __init__(
        self, engine: AsyncEngine, clock: Clock, bus: Bus, keys: RowKeys | None = None
    ) -> None:
        self._engine = engine
        self.row_keys = keys or RowKeys()
        self._clock = clock
        self._bus = bus
        self.measured: Callable[[str], AbstractContextManager[None]] = lambda _kind: nullcontext()
        self._writer = Turn()
        self._pool = PoolMemory()
        self._together = Together(engine, twin_of(engine), clock, self._writer, self.row_keys)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Work]:
        """A transaction that writes nothing."""
        with self.measured("reading"), told_when_away():
            async with AsyncSession(self._engine, expire_on_commit=False) as session:
                work = Work(session, self._clock, self.row_keys, self._pool)
                yield work
                work.rows.committed()

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Work]:
        """The same where it is noted who has read what: the entries are committed, with those of
        others, before it ends, and nobody who writes waits for the reading."""
        async with self.reading() as work:
            yield work
        work.trail.say_why()
        if not work.trail.empty:
            await self.together(lambda desk: desk.trail.take_later(work.trail))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Work]:
        """A transaction that is committed at the end, or rolled back on an exception.

        Raises `NoRoom` on a full disk, `DatabaseAway` when the database does not answer.
        """
        with self.measured("writing"), told_when_away():
            async with self._writer, self._engine.connect() as plain:
                connection = await plain.execution_options(**{WRITES: True})
                async with AsyncSession(connection, expire_on_commit=False) as session:
                    with told_when_full():
                        work = Work(session, self._clock, self.row_keys, self._pool)
                        yield work
                        await work.cases.flush()
                        await work.notifications.flush()
                        await work.facts.flush()
                        await work.trail.flush()
                        await session.commit()
                    work.run_after()
                    self._bus.publish(work.facts.deliveries)

    async def together(self, do: Callable[[Desk], T]) -> T:
        """A short piece of work without facts, committed with those of other requests; blocking
        statements, one thread. Answers after the commit."""
        return await self._together.run(do, asker())

    def soon(self, piece: Piece, *, here: bool = False) -> None:
        """The same for who is in a thread, and hears of it in the loop; see `Together.soon`."""
        self._together.soon(piece, here=here)

    async def see(self, look: Callable[[Desk], F], use: Callable[[F], T]) -> T:
        """What `use` makes, in a thread, of what `look` finds as in `together`."""
        return await self._together.see(look, use, asker())

    async def look(self, do: Callable[[Desk], T]) -> T:
        """Reads in a thread, holding up no writer."""
        return await self._together.look(do)

    async def seal_older_rows(self, tell: Tell) -> int:
        """What an older version has written; answers how many rows it changed."""
        with told_when_away(), told_when_full():
            return await bring_rows(
                self._engine, self.row_keys, tell, lock=self._writer, rest_s=_REST_S
            )

    async def make_parts(self) -> list[str]:
        """The parts of growing tables that are needed soon; answers those that were made."""
        async with self._writer:
            return await make_ahead(self._engine, self._clock.now())

    async def close(self) -> None:
        await asyncio.to_thread(self._together.close)
        await self._engine.dispose()
