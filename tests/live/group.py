"""Many in a call: the product's engine and signalling, without windows, in the test's process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from uuid import UUID

from app.cli.signalling import SocketSignalling
from app.media.engine import CallEngine
from app.media.hardware import NoHardware
from app.media.messages import (
    ConnectionState,
    Event,
    Failed,
    GeneratedSource,
    PeerState,
    PeerStatistics,
    SetMuted,
    StartCall,
)
from app.media.pictures import NoPictures
from app.media.signal_messages import (
    LocalCandidate,
    LocalDescription,
    LocalSignal,
    RemoteDescription,
    RenewalAsked,
)
from app.media.signals import signal_of
from app.media.sources import MonotonicClock
from app.net.connection import Connection
from app.net.trust import pin_of
from protocol import paths
from protocol.base import new_id
from protocol.call import CallTicket, SessionDescription
from tests.server.invitations import CONSENT
from tests.server.people import Someone, Valley
from tests.server.process import ServerProcess

FoundT = TypeVar("FoundT")
LOOK_S = 0.1
PATIENCE_S = 120.0
SMALL = GeneratedSource(width=160, height=120, fps=8)
"""Two cores carry six who send it and thirty decoders."""


class Sitting:
    """Somebody in a call."""

    def __init__(self, name: str, connection: Connection, ticket: CallTicket) -> None:
        self.name = name
        self.signalling = SocketSignalling(connection, ticket)
        self.peer_id = ""
        self.failures: list[Failed] = []
        self.silences = 0
        self.descriptions: list[SessionDescription] = []
        """What was said to it."""
        self._from: list[str] = []
        self.muted = False
        self.codec: Literal["VP8", "H264"] | None = None
        self.part: asyncio.Task[None]
        self._outgoing: asyncio.Queue[LocalSignal] = asyncio.Queue()
        self.engine = CallEngine(self._heard, NoPictures(), NoHardware(), MonotonicClock())

    async def take_part(self) -> None:
        """Until cancelled, or until the call has ended."""
        joined = await self.signalling.join()
        self.peer_id = str(joined.peer_id)
        start = StartCall(video=SMALL, audio=SMALL, play_audio=False, codec=self.codec)
        await self.engine.handle(start)
        await self.engine.handle(SetMuted(audio=self.muted, video=self.muted))
        sending = asyncio.create_task(self._send())
        try:
            async for command in self.signalling.incoming():
                if isinstance(command, RemoteDescription):
                    self.descriptions.append(command.description)
                    self._from.append(command.peer_id)
                await self.engine.handle(command)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await self.engine.close()

    async def met(self) -> dict[str, PeerStatistics]:
        """What there is with each peer."""
        return {one.peer_id: one for one in (await self.engine.statistics()).peers}

    def descriptions_from(self, peer_id: str) -> list[SessionDescription]:
        said = zip(self._from, self.descriptions, strict=True)
        return [description for sender, description in said if sender == peer_id]

    async def leave(self) -> None:
        self.part.cancel()
        (ended,) = await asyncio.gather(self.part, return_exceptions=True)
        await self.signalling.leave()
        if isinstance(ended, Exception):
            raise ended

    def break_line(self) -> None:
        """The line to the server is cut; nobody says goodbye."""
        live = self.signalling._socket._live
        assert live is not None
        live.transport.abort()

    async def _send(self) -> None:
        while True:
            event = await self._outgoing.get()
            await self.signalling.send(event.peer_id, signal_of(event))

    def _heard(self, event: Event) -> None:
        if isinstance(event, LocalDescription | LocalCandidate | RenewalAsked):
            self._outgoing.put_nowait(event)
        elif isinstance(event, PeerState) and event.state is ConnectionState.SILENT:
            self.silences += 1
        elif isinstance(event, Failed):
            self.failures.append(event)


@dataclass
class Group:
    """A call about a case of the valley: its two doctors, and guests they invite."""

    server: ServerProcess
    valley: Valley
    case_id: str
    stack: AsyncExitStack
    people: list[Sitting]

    async def doctor(self, who: Someone, **how: Any) -> Sitting:
        """Somebody who treats; `how` are attributes of `Sitting`."""
        tokens = who.tokens
        ticket = CallTicket(
            access_token=tokens.access_token,
            access_expires_at=tokens.access_expires_at,
            consultation_id=UUID(self.case_id),
            call_id=new_id(),
            display_name=tokens.account.display_name,
        )
        return await self._sits(tokens.account.display_name, ticket, how)

    async def guest(self, name: str, **how: Any) -> Sitting:
        ticket = await asyncio.to_thread(self._ticket, name)
        return await self._sits(name, ticket, how)

    async def leaves(self, person: Sitting) -> None:
        self.people.remove(person)
        await person.leave()

    def _ticket(self, name: str) -> CallTicket:
        doctor = self.valley.doctor
        body = {"display_name": name, "kind": "observer"}
        made = doctor.send("POST", paths.INVITATIONS, body, consultation_id=self.case_id)
        with self.valley.town.client() as nobody:
            redeemed = nobody.post(
                paths.REDEEM, json={"code": made.json()["code"], "consent": CONSENT}
            )
        return CallTicket.model_validate_json(redeemed.content)

    async def _sits(self, name: str, ticket: CallTicket, how: dict[str, Any]) -> Sitting:
        sitting = _sitting(self.server, name, ticket, how)
        person = await self.stack.enter_async_context(sitting)
        self.people.append(person)
        return person

    async def state(self) -> dict[str, Any]:
        """The call as the server tells it."""
        found: dict[str, Any] = await asyncio.to_thread(
            self.valley.doctor.get, paths.CALL, consultation_id=self.case_id
        )
        return found

    async def told(self, what: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The call as the server tells it, once it fits."""
        return await self.until(self.state, fits, what)

    async def until(
        self, look: Callable[[], Awaitable[FoundT]], fits: Callable[[FoundT], bool], what: str
    ) -> FoundT:
        """What is found, once it fits."""
        ends = asyncio.get_running_loop().time() + PATIENCE_S
        while not fits(found := await look()):
            if asyncio.get_running_loop().time() > ends:
                raise AssertionError(f"waited in vain for {what}: {found}\n{self.server.log()}")
            await asyncio.sleep(LOOK_S)
        return found

    async def connected(self, person: Sitting) -> None:
        """Waits until a person's connections to everybody are up."""

        def up(met: dict[str, PeerStatistics]) -> bool:
            return len(met) == len(self.people) and all(
                one.state is ConnectionState.CONNECTED for one in met.values()
            )

        await self.until(person.met, up, f"the connections of {person.name}")

    async def sees(self, person: Sitting, peer_id: str, more: int = 8) -> None:
        """Waits until a person gets so many more pictures of a peer."""
        had = await _frames(person, peer_id)

        async def new() -> int:
            return await _frames(person, peer_id) - had

        await self.until(new, lambda frames: frames >= more, "pictures")

    async def stops_seeing(self, person: Sitting, peer_id: str) -> None:
        """Waits until, while somebody else's pictures come, none comes of this peer."""
        other = next(one.peer_id for one in self.people if one is not person)

        async def came() -> int:
            had = await _frames(person, peer_id)
            await self.sees(person, other)
            return await _frames(person, peer_id) - had

        await self.until(came, lambda frames: frames == 0, "the end of pictures")

    async def all_see_all(self, more: int = 8, people: Sequence[Sitting] | None = None) -> None:
        """Waits until from now on everybody gets so many pictures and sounds of everybody else."""
        there = list(people or self.people)
        before = {one.name: await one.met() for one in there}
        await self.until(lambda: _missing(there, before, more), lambda rest: not rest, "all")


async def _frames(person: Sitting, peer_id: str) -> int:
    met = await person.met()
    return met[peer_id].frames_decoded if peer_id in met else 0


async def _missing(
    there: list[Sitting], before: dict[str, dict[str, PeerStatistics]], more: int
) -> list[str]:
    missing = []
    for one in there:
        now = await one.met()
        for other in there:
            if other is one:
                continue
            seen, had = now.get(other.peer_id), before[one.name].get(other.peer_id)
            if seen is None or (
                min(
                    seen.frames_decoded - (had.frames_decoded if had else 0),
                    seen.audio_frames_received - (had.audio_frames_received if had else 0),
                )
                < more
            ):
                missing.append(f"{one.name}←{other.name}: {seen}")
    return missing


@asynccontextmanager
async def _sitting(
    server: ServerProcess, name: str, ticket: CallTicket, how: dict[str, Any]
) -> AsyncIterator[Sitting]:
    connection = Connection(server.url, pin_of(server.ca.read_text("ascii")))
    person = Sitting(name, connection, ticket)
    for wish, value in how.items():
        setattr(person, wish, value)
    person.part = asyncio.create_task(person.take_part(), name=name)
    try:
        await person.signalling.join()
        yield person
    finally:
        await person.leave()
        await connection.close()


@asynccontextmanager
async def group(server: ServerProcess, valley: Valley, case_id: str) -> AsyncIterator[Group]:
    async with AsyncExitStack() as stack:
        yield Group(server, valley, case_id, stack, [])
