"""Recordings of calls go to the server piece by piece, whatever happens on the way."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest

from app.net.errors import Unreachable
from app.store.recordings import RecordingStore
from app.store.sealed import Sealer
from app.transfer.rates import Pace
from app.transfer.recording_messages import (
    RecordingEvent,
    RecordingSent,
    RecordingsState,
    RecordingTrouble,
)
from app.transfer.recordings import RecordingSender
from app.transfer.session import Server
from app.transfer.turns import Turns
from protocol.errors import ErrorCode
from protocol.kept_recording import (
    CompleteRecording,
    RecordingInfo,
    RecordingPiece,
    RecordingPieces,
)
from tests.fakes.api import refusal
from tests.fakes.ears import Ears
from tests.fakes.examples import named
from tests.transfer.desk import KEY
from tests.views.recordings import info

ID = named("recording")


class Archive:
    """The server's side of `RecordingApi`, whose line may break after some pieces, or hang."""

    def __init__(self) -> None:
        self.there: dict[int, bytes] = {}
        self.breaks_after = 100
        self.deleted = self.foreign = self.refuses = False
        self.completed: tuple[str, ...] | None = None
        self.puts = 0
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def pieces(self, _id: UUID) -> RecordingPieces:
        if self.foreign:
            raise refusal(ErrorCode.NOT_FOUND)
        told = tuple(
            RecordingPiece(index=index, start_ms=0, end_ms=1, sha256=_hash(data), nbytes=len(data))
            for index, data in sorted(self.there.items())
        )
        return RecordingPieces(pieces=told, deleted=self.deleted)

    async def put(self, _id: UUID, piece: RecordingPiece, data: bytes) -> RecordingPiece:
        await self.goes_on.wait()
        if self.refuses:
            raise refusal(ErrorCode.VALIDATION_FAILED)
        if self.puts >= self.breaks_after:
            raise Unreachable("cut")
        self.puts += 1
        assert piece.sha256 == _hash(data)
        self.there[piece.index] = data
        return piece

    async def complete(self, _id: UUID, body: CompleteRecording) -> RecordingInfo:
        assert body.sha256 == tuple(_hash(data) for _, data in sorted(self.there.items()))
        self.completed = body.sha256
        return info()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Reached:
    """A server of which recordings alone are asked."""

    def __init__(self, archive: Archive) -> None:
        self.recordings = archive


class Computer(Ears[RecordingEvent]):
    """One with four pieces of a recording that is not on the server yet."""

    patience = 20.0

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.archive = Archive()
        self.store = RecordingStore(folder, Sealer(KEY))
        self.idle = 0
        for number in range(4):
            self.store.write(ID, number, number * 3000, number * 3000 + 3000, b"%d" % number)
        self.begin()

    def begin(self) -> None:
        """A process as it starts, also after the one before it was killed."""
        self.sender = RecordingSender(self.store, self.hear, Turns(4), Pace(), self._idle)

    def _idle(self) -> None:
        self.idle += 1
        self.notify()

    @property
    def server(self) -> Server:
        return cast(Server, Reached(self.archive))

    async def sends(self) -> None:
        await self.sender.allow(may=True)
        await self.sender.use(self.server)

    async def rests(self) -> None:
        """Until nothing is left that could be sent."""
        async with asyncio.timeout(self.patience), self.news:
            await self.news.wait_for(lambda: self.idle > 0)

    def troubles(self) -> list[str]:
        return [one.what for one in self.events if isinstance(one, RecordingTrouble)]


@pytest.fixture
async def computer(tmp_path: Path) -> AsyncIterator[Computer]:
    made = Computer(tmp_path)
    yield made
    await made.sender.stop()


async def test_it_is_gone_here_only_when_the_server_has_verified_all(computer: Computer) -> None:
    await computer.sends()
    await computer.until(RecordingSent)
    assert computer.archive.completed is not None
    assert len(computer.archive.completed) == 4
    assert computer.store.recordings() == ()
    states = [one for one in computer.events if isinstance(one, RecordingsState)]
    assert [(one.unsent, one.sent, one.to_send) for one in states[:3]] == [
        (1, 0, 0),
        (1, 0, 4),
        (1, 1, 4),
    ]
    await computer.until(RecordingsState, lambda one: one.unsent == 0)


async def test_nothing_is_sent_before_it_may_be(computer: Computer) -> None:
    await computer.sender.use(computer.server)
    assert computer.sender.idle
    assert computer.archive.puts == 0


async def test_a_line_that_breaks_costs_nothing_that_has_arrived(computer: Computer) -> None:
    computer.archive.breaks_after = 2
    await computer.sends()
    await computer.until(RecordingsState, lambda one: one.sent == 2)
    assert len(computer.store.pieces(ID)) == 4, "all is still here"
    computer.archive.breaks_after = 100
    computer.sender.wake()
    await computer.until(RecordingSent)
    assert computer.archive.puts == 4, "each piece went once"


async def test_a_call_stops_it_at_once_and_it_goes_on_after_it(computer: Computer) -> None:
    computer.archive.goes_on.clear()
    await computer.sends()
    await computer.until(RecordingsState, lambda one: one.to_send == 4)
    await computer.sender.allow(may=False)
    assert computer.sender.idle
    assert computer.archive.puts == 0
    computer.archive.goes_on.set()
    await computer.sender.allow(may=True)
    await computer.until(RecordingSent)
    assert computer.archive.puts == 4


async def test_a_process_that_was_killed_goes_on_where_it_was(computer: Computer) -> None:
    computer.archive.breaks_after = 3
    await computer.sends()
    await computer.until(RecordingsState, lambda one: one.sent == 3)
    await computer.sender.stop()
    computer.begin()
    computer.archive.breaks_after = 100
    await computer.sends()
    await computer.until(RecordingSent)
    assert computer.archive.puts == 4


async def test_when_the_window_has_gone_in_the_middle_of_a_call_it_is_sent(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.transfer.recordings.WRITTEN_WITHIN_S", 0.0)
    await computer.sender.use(computer.server)
    await computer.sender.window_gone()
    await computer.until(RecordingSent)


async def test_nobody_signed_in_sends_nothing_and_the_next_session_does(computer: Computer) -> None:
    await computer.sends()
    await computer.sender.use(None)
    assert computer.sender.idle
    await computer.sender.use(computer.server)
    await computer.until(RecordingSent)


async def test_what_was_deleted_on_the_server_goes_here_too(computer: Computer) -> None:
    computer.archive.deleted = True
    await computer.sends()
    await computer.rests()
    assert computer.store.recordings() == ()
    assert computer.archive.puts == 0


async def test_what_belongs_to_another_account_stays_untouched(computer: Computer) -> None:
    computer.archive.foreign = True
    await computer.sends()
    await computer.rests()
    assert len(computer.store.pieces(ID)) == 4
    assert computer.troubles() == []
    assert computer.events[-1] == RecordingsState(unsent=0), "and is none of this one's business"


@pytest.mark.allow_logs("the server refuses on purpose")
async def test_what_the_server_refuses_is_told_once_and_kept(computer: Computer) -> None:
    computer.archive.refuses = True
    await computer.sends()
    await computer.rests()
    computer.sender.wake()
    await computer.until(RecordingsState, after=len(computer.events))
    assert computer.troubles() == ["refused"]
    assert len(computer.store.pieces(ID)) == 4


@pytest.mark.allow_logs("a piece is damaged on purpose")
async def test_a_damaged_piece_does_not_hold_up_the_rest(computer: Computer) -> None:
    damaged = computer.store.pieces(ID)[1].path
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    await computer.sends()
    await computer.until(RecordingSent)
    assert sorted(computer.archive.there) == [0, 2, 3]
    assert computer.troubles() == ["damaged"]
    assert computer.store.recordings() == ()
