"""The check before a call, step by step: devices, server, socket, relays, and the line's speed."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from pydantic import SecretStr
from websockets import Subprotocol
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from app.ipc.errors import ChildNotRunningError, ChildStartError
from app.media.equipment import DeviceInUse, DeviceSource, Equipment, Use
from app.media.link import MediaLink
from app.media.loudness import SILENCE_DB
from app.media.messages import SELF_VIEW, Event, Frames, RelayState, StartCall
from app.media.relay_check import RelayAnswer, ask_relays
from app.net.connection import Connection
from app.net.errors import NetError, Refused, TimedOut, Unreachable, Untrusted
from app.services.facts import Facts
from app.session.call_check import (
    CheckBegun,
    CheckEnded,
    CheckFound,
    CheckStarted,
    Finding,
    Reason,
    Step,
    Verdict,
)
from protocol import paths
from protocol.account import SignIn
from protocol.call import CHECK_BYTES, CallCheck, SpeedTaken
from protocol.errors import ErrorCode
from protocol.socket import SUBPROTOCOL

DEVICES_S, LEVEL_S = 10.0, 3.0
SPEED_S, MOST_BYTES = 3.0, 4 * CHECK_BYTES
GOOD_KBPS, LEAST_KBPS = 500, 150
"""The commissioning document's least for pictures, and what speech needs."""
SLOW_MS = 300.0


Begun = Callable[[Step], None]


class DeviceProbe:
    """Opens the three devices in a media process of its own, as a call would."""

    def __init__(
        self, camera: DeviceSource, microphone: DeviceSource, speaker: DeviceSource
    ) -> None:
        self._wish = StartCall(video=camera, audio=microphone, speaker=speaker)
        self._used: dict[Equipment, DeviceInUse] = {}
        self._pictured = asyncio.Event()
        self._all = asyncio.Event()
        self._gone = False
        self._link = MediaLink(on_event=self._heard, on_lost=self._lost)

    async def run(self, begun: Begun) -> AsyncIterator[Finding]:
        """One finding a device."""
        begun(Step.CAMERA)
        try:
            await self._link.start()
            self._link.send(self._wish)
            if not await _within(DEVICES_S, self._all.wait()) and not self._used:
                self._gone = True  # it hangs, and says of no device that there is none
            yield await self._camera()
            begun(Step.MICROPHONE)
            yield await self._microphone()
            begun(Step.SPEAKER)
            yield self._device(Step.SPEAKER, Equipment.SPEAKER)
        except (ChildStartError, ChildNotRunningError):
            for step in (Step.CAMERA, Step.MICROPHONE, Step.SPEAKER):
                yield Finding(step=step, verdict=Verdict.FAILED, reason=Reason.NO_MEDIA)
        finally:
            await self._link.close()

    def _heard(self, event: Event) -> None:
        if isinstance(event, DeviceInUse):
            self._used[event.what] = event
            if len(self._used) == len(Equipment):
                self._all.set()
        elif isinstance(event, Frames) and event.stream == SELF_VIEW:
            self._pictured.set()

    def _lost(self, _code: int, _again: bool) -> None:
        self._gone = True
        self._all.set()
        self._pictured.set()

    def _device(self, step: Step, what: Equipment) -> Finding:
        if self._gone:
            return Finding(step=step, verdict=Verdict.FAILED, reason=Reason.NO_MEDIA)
        used = self._used.get(what)
        if used is None or used.use is Use.NONE or used.device is None:
            return Finding(step=step, verdict=Verdict.FAILED, reason=Reason.NO_DEVICE)
        return Finding(step=step, verdict=Verdict.GOOD, detail=used.device.name)

    async def _camera(self) -> Finding:
        found = self._device(Step.CAMERA, Equipment.CAMERA)
        if found.verdict is Verdict.GOOD and not await _within(LEVEL_S, self._pictured.wait()):
            return _worse(found, Verdict.FAILED, Reason.NO_PICTURE)
        return self._device(Step.CAMERA, Equipment.CAMERA)

    async def _microphone(self) -> Finding:
        found = self._device(Step.MICROPHONE, Equipment.MICROPHONE)
        if found.verdict is not Verdict.GOOD:
            return found
        loudest, ends = SILENCE_DB, time.monotonic() + LEVEL_S
        while time.monotonic() < ends:
            await asyncio.sleep(0.1)
            loudest = max(loudest, self._link.latest_level(SELF_VIEW))
        found = found.model_copy(update={"figures": {"level_db": round(loudest, 1)}})
        silent = loudest <= SILENCE_DB
        return _worse(found, Verdict.FAILED, Reason.NO_SOUND) if silent else found


class LineProbe:
    """Server, socket, relays and speed, over one connection.

    Args:
        signed_in: whether there is a token: relays and speed are told to people only.
    """

    def __init__(self, connection: Connection, *, signed_in: bool) -> None:
        self._connection = connection
        self._signed_in = signed_in

    async def run(self, begun: Begun) -> AsyncIterator[Finding]:
        """One finding a step."""
        begun(Step.SERVER)
        found = await _timed(Step.SERVER, self._server)
        yield found
        if found.verdict is Verdict.FAILED:
            return
        begun(Step.SOCKET)
        yield await _timed(Step.SOCKET, self._socket)
        for step, look in ((Step.RELAY, self._relay), (Step.BANDWIDTH, self._bandwidth)):
            begun(step)
            if not self._signed_in:
                yield Finding(step=step, verdict=Verdict.SKIPPED, reason=Reason.NOT_ASKED)
                continue
            try:
                yield await look()
            except NetError as error:
                yield _failed(step, error)

    async def _server(self) -> float:
        await self._connection.open_request("GET", paths.SERVER)  # the handshake is not counted
        began = time.perf_counter()
        await self._connection.open_request("GET", paths.SERVER)
        return (time.perf_counter() - began) * 1000

    async def _socket(self) -> float:
        url = self._connection.url.replace("https://", "wss://", 1) + paths.SOCKET
        try:
            async with (
                asyncio.timeout(DEVICES_S),
                connect(
                    url,
                    ssl=self._connection.context,
                    subprotocols=[Subprotocol(SUBPROTOCOL)],
                    proxy=None,
                ) as live,
            ):
                began = time.perf_counter()
                await (await live.ping())
                return (time.perf_counter() - began) * 1000
        except TimeoutError as error:
            raise TimedOut(paths.SOCKET) from error
        except (InvalidHandshake, WebSocketException, OSError) as error:
            raise Unreachable(paths.SOCKET) from error

    async def _relay(self) -> Finding:
        check = await self._connection.get(CallCheck, paths.CALL_CHECK)
        told = await ask_relays(check.ice_servers, check.ice_transport_policy)
        return relay_finding(told)

    async def _bandwidth(self) -> Finding:
        down = await _speed(self._down)
        up = await _speed(self._up)
        figures = {"up_kbps": round(up, 1), "down_kbps": round(down, 1)}
        least = min(up, down)
        found = Finding(step=Step.BANDWIDTH, verdict=Verdict.GOOD, figures=figures)
        if least < LEAST_KBPS:
            return _worse(found, Verdict.FAILED, Reason.SLOW)
        return _worse(found, Verdict.POOR, Reason.SLOW) if least < GOOD_KBPS else found

    async def _down(self, size: int) -> int:
        query = {"size": str(size)}
        answer = await self._connection.request("GET", paths.CALL_CHECK_SPEED, query=query)
        return len(answer.content)

    async def _up(self, size: int) -> int:
        async def body() -> AsyncIterator[bytes]:
            yield bytes(size)

        async with self._connection.stream("POST", paths.CALL_CHECK_SPEED, content=body) as answer:
            await answer.aread()
            return self._connection.parse(SpeedTaken, answer).taken


def relay_finding(told: RelayAnswer) -> Finding:
    """What the relays' answer means for a call."""
    match told.state:
        case RelayState.READY:
            found = Finding(step=Step.RELAY, verdict=Verdict.GOOD, detail=told.way or "")
        case RelayState.REFUSED:
            return Finding(step=Step.RELAY, verdict=Verdict.FAILED, reason=Reason.REFUSED)
        case RelayState.UNREACHABLE:
            return Finding(step=Step.RELAY, verdict=Verdict.FAILED, reason=Reason.UNREACHABLE)
        case _:
            found = Finding(step=Step.RELAY, verdict=Verdict.SKIPPED, reason=Reason.NO_RELAY)
    return _worse(found, Verdict.POOR, Reason.UNREACHABLE) if told.stun is False else found


async def _speed(move: Callable[[int], Awaitable[int]]) -> float:
    """kbit/s of some requests that grow, for at most `SPEED_S` seconds and `MOST_BYTES`."""
    size, moved, began = CHECK_BYTES // 32, 0, time.perf_counter()
    while True:
        moved += await move(size)
        seconds = max(1e-6, time.perf_counter() - began)
        if seconds > SPEED_S or moved >= MOST_BYTES:
            return moved * 8 / 1000 / seconds
        if seconds < SPEED_S / 4:
            size = min(CHECK_BYTES, size * 2)


async def sign_in(connection: Connection, username: str, password: str) -> Finding:
    """Signs in for the check; of the way to the server the other steps tell."""
    wish = SignIn(username=username, password=SecretStr(password), device="check-call")
    try:
        await connection.sign_in(wish)
    except NetError as error:
        return _failed(Step.SIGN_IN, error)
    return Finding(step=Step.SIGN_IN, verdict=Verdict.GOOD)


async def _timed(step: Step, look: Callable[[], Awaitable[float]]) -> Finding:
    try:
        ms = round(await look(), 1)
    except NetError as error:
        return _failed(step, error)
    found = Finding(step=step, verdict=Verdict.GOOD, figures={"ms": ms})
    return _worse(found, Verdict.POOR, Reason.SLOW) if ms > SLOW_MS else found


def _failed(step: Step, error: NetError) -> Finding:
    match error:
        case Unreachable():
            reason = Reason.UNREACHABLE
        case Untrusted():
            reason = Reason.UNTRUSTED
        case Refused() if error.code is ErrorCode.SIGNED_IN_ELSEWHERE:
            reason = Reason.ELSEWHERE
        case _:
            reason = Reason.REFUSED
    return Finding(step=step, verdict=Verdict.FAILED, reason=reason)


def _worse(found: Finding, verdict: Verdict, reason: Reason) -> Finding:
    return found.model_copy(update={"verdict": verdict, "reason": reason})


async def _within(seconds: float, waiting: Awaitable[object]) -> bool:
    try:
        await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        return False
    return True


class CallCheckService:
    """The check from the window; one at a time, and it can be stopped.

    Args:
        devices: camera, microphone and loudspeaker as they are chosen now.
    """

    def __init__(
        self,
        facts: Facts,
        connection: Connection,
        devices: Callable[[], tuple[DeviceSource, DeviceSource, DeviceSource]],
    ) -> None:
        self._facts = facts
        self._connection = connection
        self._devices = devices

    async def check(self) -> None:
        """Every step, each told as it is found; stopping it keeps what was found."""
        self._facts.apply(CheckStarted())
        try:
            async for found in DeviceProbe(*self._devices()).run(self._begun):
                self._facts.apply(CheckFound(found))
            async for found in LineProbe(self._connection, signed_in=True).run(self._begun):
                self._facts.apply(CheckFound(found))
        finally:
            self._facts.apply(CheckEnded())

    def _begun(self, step: Step) -> None:
        self._facts.apply(CheckBegun(step))
