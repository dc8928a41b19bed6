"""This process among those of its site: who else lives, and what they say to each other."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import assert_never
from uuid import UUID

import structlog
from pydantic import ValidationError

from server.api.mesh.place import BEATS, leave, note_taken
from server.api.mesh.switchboard import Switchboard
from server.api.mesh.voice import Voice
from server.api.mesh.words import (
    PEOPLE,
    SAID,
    CallAsked,
    CallMoved,
    CallResumed,
    CallSaid,
    CallTold,
    FactsStand,
    GuestPutOut,
    Paused,
    PersonMoved,
    Pushed,
    RosterAsked,
    RosterTold,
    Said,
    Seated,
    Shown,
    SocketGone,
)
from server.api.services.call_homes import Homes
from server.api.services.calls import Calls
from server.api.services.partings import Partings
from server.api.services.presences import Presences
from server.api.socket.hub import Hub
from server.domain.ports import Delivery
from server.store.following import FollowingBus
from server.store.streams import Streams
from server.store.work import Store

_LOG = structlog.get_logger("huizhen.mesh")


class Mesh:
    """Hears the others and follows who of them lives.

    Args:
        name: of this process; another start of it has the same.
        gone_after: how long after it was last seen a process is taken for gone.
    """

    def __init__(
        self,
        name: str,
        gone_after: timedelta,
        voice: Voice,
        streams: Streams,
        store: Store,
        bus: FollowingBus,
        hub: Hub,
        homes: Homes,
        calls: Calls,
        partings: Partings,
        presences: Presences,
        switchboard: Switchboard,
    ) -> None:
        self._name, self._gone_after = name, gone_after
        self._voice = voice
        self.me = voice.me
        self._streams = streams
        self._store = store
        self._bus = bus
        self._hub = hub
        self._homes = homes
        self._calls = calls
        self._partings = partings
        self._presences = presences
        self._switchboard = switchboard
        self._entered = False
        self._strange: frozenset[UUID] = frozenset()
        self._tasks: set[asyncio.Task[None]] = set()
        streams.on_heard = self.heard
        streams.on_moved = self._moved

    @property
    def redis_here(self) -> bool:
        return self._streams.here

    @property
    def others(self) -> int:
        """How many other processes live."""
        return len(self._homes.alive - {self.me})

    # --- living --------------------------------------------------------------------------------

    async def enter(self) -> None:
        """Before serving: this process lives, and knows who else does and how far the facts go."""
        await self._beat()
        async with self._store.reading() as work:
            self._bus.start(await work.facts.latest())

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._streams.run())
            group.create_task(self._bus.run(self._facts_after))
            group.create_task(self._live())

    async def _facts_after(self, seq: int, most: int) -> list[Delivery]:
        async with self._store.reading() as work:
            return await work.facts.after(seq, most)

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(self._gone_after.total_seconds() / BEATS)
            try:
                for process in await self._beat():
                    await self._gone(process)
            except Exception:
                _LOG.exception("mesh.failed")

    async def _beat(self) -> frozenset[UUID]:
        """Answers who has gone. While Redis is away the rows say who is connected where, or who
        sits at another process would be rung by nobody here."""
        here = self._streams.here
        people = None if here else PEOPLE.dump_json(self._hub.people_here()).decode()
        async with self._store.writing() as work:
            await work.processes.forget(work.now - self._gone_after)
            taken = await work.processes.beat(self.me, self._name, people)
            alive = frozenset(await work.processes.alive())
            told = {} if here else await work.processes.people()
        note_taken(self._name, taken=taken and self._entered)
        self._entered = True
        self._hub.roster.expect(alive - {self.me})
        for process, text in told.items():
            if process != self.me:
                self._hub.told_elsewhere(process, PEOPLE.validate_json(text))
        silent = frozenset(self._hub.roster.processes()) - alive
        gone = (self._homes.alive - alive) | (silent & self._strange)
        self._strange = silent
        self._homes.alive = alive
        return gone

    async def _gone(self, process: UUID) -> None:
        """Who was connected there is not any more, and its calls go on here or elsewhere."""
        _LOG.warning("mesh.process_gone", process=str(process))
        self._hub.moved_elsewhere(self._hub.roster.gone(process))
        self._switchboard.process_gone(process)
        await self._calls.restore()
        self._switchboard.ask_again(process)

    def end(self) -> None:
        """Before `run` is cancelled."""
        self._streams.end()

    async def leave(self) -> None:
        """The process ends: the others need not wait to find out."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._switchboard.close()
        await leave(self._store, self.me)

    # --- hearing -------------------------------------------------------------------------------

    def _moved(self, here: bool) -> None:
        self._bus.look()
        if here:
            self._voice.say(RosterAsked(process=self.me))
            self._tell_roster()
            self._start(self._presences.restore)

    def _tell_roster(self) -> None:
        self._voice.say(RosterTold(process=self.me, people=self._hub.people_here()))

    def heard(self, message: bytes) -> None:
        try:
            word = SAID.validate_json(message)
        except ValidationError:
            _LOG.error("mesh.not_understood")  # of another version of this program
            return
        if word.process != self.me:
            self._take(word)

    def _take(self, word: Said) -> None:
        match word:
            case FactsStand():
                self._bus.stand(word.seq)
            case PersonMoved():
                self._hub.moved_elsewhere([self._hub.roster.moved(word.process, word.person)])
            case RosterTold():
                self._hub.told_elsewhere(word.process, word.people)
            case RosterAsked():
                self._tell_roster()
            case Paused():
                self._hub.pause_here(word.account_id, word.until)
            case Shown():
                self._hub.push_to_everybody(word.text)
            case CallMoved():
                self._switchboard.moved(word.consultation_id, word.process)
            case GuestPutOut():
                self._start(self._put_out(word))
            case CallSaid():
                self._switchboard.said(word)
            case CallResumed():
                self._switchboard.resumed(word)
            case SocketGone():
                self._switchboard.socket_gone(word)
            case CallAsked():
                self._switchboard.asked(word)
            case Pushed():
                self._switchboard.pushed(word)
            case Seated():
                self._switchboard.seated(word)
            case CallTold():
                self._switchboard.told(word)
            case _:
                assert_never(word)

    def _put_out(self, word: GuestPutOut) -> Callable[[], Awaitable[None]]:
        return lambda: self._partings.put_out_session(word.consultation_id, word.session_id)

    def _start(self, do: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.create_task(self._done(do), name="mesh")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done(self, do: Callable[[], Awaitable[None]]) -> None:
        try:
            await do()
        except Exception:
            _LOG.exception("mesh.failed")
