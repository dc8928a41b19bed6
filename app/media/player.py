"""Playing a recording: all pictures side by side, all sound together, from pieces in memory.

Packets of all tracks go by in the order of their time, each to its own decoder, and are shown when
they are due. To begin in the middle a picture is decoded from its last key frame on, unseen.
"""

import asyncio
import base64
import contextlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import assert_never

import av

from app.media.hardware import Hardware
from app.media.loudspeaker import Loudspeaker
from app.media.pictures import Pictures
from app.media.pieces import SOUND
from app.media.playing_messages import (
    PLAYED,
    ClosePlayer,
    OpenPlayer,
    PieceTimes,
    PieceWanted,
    PlayerAt,
    PlayerCommand,
    PlayerEvent,
    PlayerGo,
    PlayerSeek,
    PlayPiece,
)
from app.media.playout import Playout
from app.media.sources import Clock

LOOK_BACK_MS = 15_000
"""A key frame is at most so old: see `app.media.recording.KEY_EVERY_MS`, and one asked for comes
within seconds."""
AHEAD = 2
"""Pieces asked for before they are needed."""
TELL_EVERY_MS = 500
GAP_MS = 1_000
"""A longer time without anything is skipped: the recording was paused."""
STALE_MS = 3_000
"""A picture that is not followed by another is not shown any longer."""
SOUND_LATE_MS = 200


@dataclass(frozen=True, slots=True)
class PlayedPacket:
    """One encoded picture or 20 ms of sound of a track."""

    title: str
    codec: str
    at_ms: int
    key: bool
    data: bytes
    extradata: bytes | None

    @property
    def is_sound(self) -> bool:
        return self.title.endswith(SOUND)


def packets_of(piece: bytes) -> list[PlayedPacket]:
    """Everything in a piece, in the order of time; raises av.FFmpegError when it is none."""
    found = []
    with av.open(io.BytesIO(piece), "r") as container:
        for packet in container.demux():
            if packet.dts is None:
                continue
            stream = packet.stream
            found.append(
                PlayedPacket(
                    title=stream.metadata.get("title", ""),
                    codec=stream.codec_context.codec.canonical_name,
                    at_ms=int(packet.dts * (packet.time_base or 0) * 1000),
                    key=packet.is_keyframe,
                    data=bytes(packet),
                    extradata=stream.codec_context.extradata,
                )
            )
    return sorted(found, key=lambda packet: packet.at_ms)


def needed_from(packets: Iterable[PlayedPacket], position_ms: int) -> list[PlayedPacket]:
    """What must be decoded to go on at a position: each picture from its last key frame before."""
    packets = list(packets)
    begins: dict[str, int] = {}
    for packet in packets:
        if packet.key and not packet.is_sound and packet.at_ms <= position_ms:
            begins[packet.title] = packet.at_ms
    return [
        packet
        for packet in packets
        if packet.at_ms >= (position_ms if packet.is_sound else begins.get(packet.title, 0))
    ]


class _Decoders:
    """One for every track, kept from piece to piece."""

    def __init__(self) -> None:
        self._of_title: dict[str, av.VideoCodecContext | av.AudioCodecContext] = {}

    def decode(self, packet: PlayedPacket) -> list[av.VideoFrame | av.AudioFrame]:
        """Blocking; what cannot be decoded is passed over, the next key frame mends it."""
        decoder = self._of_title.get(packet.title)
        if decoder is None:
            made = av.CodecContext.create(packet.codec, "r")
            assert isinstance(made, av.VideoCodecContext | av.AudioCodecContext)
            if packet.extradata:
                made.extradata = packet.extradata
            decoder = self._of_title[packet.title] = made
        with contextlib.suppress(av.FFmpegError):
            return [*decoder.decode(av.Packet(packet.data))]
        return []


class Player:
    """Plays one recording. Everything but decoding belongs to the loop that made it."""

    def __init__(
        self,
        pieces: tuple[PieceTimes, ...],
        pictures: Pictures,
        playout: Playout,
        clock: Clock,
        tell: Callable[[PlayerEvent], None],
    ) -> None:
        self._pieces = pieces
        self._pictures, self._playout, self._clock = pictures, playout, clock
        self._tell = tell
        self._came: dict[int, asyncio.Future[list[PlayedPacket]]] = {}
        self._going = asyncio.Event()
        self._going.set()
        self._position_ms = 0.0
        self._since = clock.now()
        self._waiting, self._over, self._told_at = True, False, -1.0
        self._shown: dict[str, float] = {}
        self._heard: set[str] = set()
        self._task = asyncio.create_task(self._run(0), name="player")

    # --- what is wished ------------------------------------------------------------------

    async def take(self, index: int, data: bytes) -> None:
        """A piece that was asked for."""
        came = self._came.get(index)
        if came is None or came.done():
            return
        try:
            packets = await asyncio.to_thread(packets_of, data)
        except av.FFmpegError:
            packets = []  # a damaged piece is a gap
        if not came.done():
            came.set_result(packets)

    def go(self, *, playing: bool) -> None:
        if playing and self._over:
            self.seek(0)
        elif playing:
            self._begin_at(self._now_ms() if self._going.is_set() else self._position_ms)
            self._going.set()
        else:
            self._position_ms = self._now_ms()
            self._going.clear()
        self._told_at = -1.0
        self._say()

    def seek(self, position_ms: float) -> None:
        self._task.cancel()
        self._going.set()
        self._task = asyncio.create_task(self._run(max(0.0, position_ms)), name="player")

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        for stream in self._shown:
            self._pictures.forget(stream)
        for title in self._heard:
            self._playout.forget(title)
        self._playout.close()

    # --- playing -------------------------------------------------------------------------

    async def _run(self, position_ms: float) -> None:
        self._over, self._waiting = False, True
        self._hold_at(position_ms)
        decoders = _Decoders()
        at = next(
            (n for n, one in enumerate(self._pieces) if one.end_ms > position_ms),
            len(self._pieces),
        )
        first = next(
            (n for n, one in enumerate(self._pieces) if one.end_ms > position_ms - LOOK_BACK_MS),
            at,
        )
        before: list[PlayedPacket] = []
        for number in range(first, min(at + 1, len(self._pieces))):
            before += await self._piece(number)
        unseen = await self._unseen(decoders, needed_from(before, round(position_ms)), position_ms)
        await self._pass_by(decoders, unseen)
        for number in range(at + 1, len(self._pieces)):
            await self._pass_by(decoders, await self._piece(number))
        self._hold_at(self._pieces[-1].end_ms if self._pieces else 0)
        self._over = True
        self._going.clear()
        self._say()

    async def _piece(self, number: int) -> list[PlayedPacket]:
        """The packets of a piece, which is asked for with those that follow."""
        for ahead in range(number, min(number + 1 + AHEAD, len(self._pieces))):
            index = self._pieces[ahead].index
            if index not in self._came:
                self._came[index] = asyncio.get_running_loop().create_future()
                self._tell(PieceWanted(index=index))
        for old in range(number):
            if self._pieces[old].end_ms < self._pieces[number].start_ms - LOOK_BACK_MS:
                self._came.pop(self._pieces[old].index, None)
        came = self._came[self._pieces[number].index]
        if not came.done():
            now = self._now_ms()
            self._waiting = True
            self._hold_at(now)
            self._say()
            await asyncio.shield(came)
            self._begin_at(self._position_ms)
        return came.result()

    async def _unseen(
        self, decoders: _Decoders, packets: list[PlayedPacket], position_ms: float
    ) -> list[PlayedPacket]:
        """Decodes what lies before the position and shows the last picture of each track."""
        last: dict[str, av.VideoFrame] = {}
        earlier = [packet for packet in packets if packet.at_ms < position_ms]
        for packet in earlier:
            for frame in await asyncio.to_thread(decoders.decode, packet):
                if isinstance(frame, av.VideoFrame):
                    last[packet.title] = frame
        for title, frame in last.items():
            self._show(title, frame)
        self._begin_at(position_ms)
        return packets[len(earlier) :]

    async def _pass_by(self, decoders: _Decoders, packets: list[PlayedPacket]) -> None:
        if packets and packets[0].at_ms > self._now_ms() + GAP_MS:
            self._begin_at(packets[0].at_ms)
        self._waiting = False
        for packet in packets:
            if packet.is_sound:
                await self._until(packet.at_ms)
                if self._now_ms() - packet.at_ms < SOUND_LATE_MS:
                    self._sound(packet.title, decoders.decode(packet))
                continue
            frames = await asyncio.to_thread(decoders.decode, packet)
            await self._until(packet.at_ms)
            for frame in frames:
                if isinstance(frame, av.VideoFrame):
                    self._show(packet.title, frame)

    async def _until(self, at_ms: int) -> None:
        while True:
            if not self._going.is_set():
                await self._going.wait()
                self._begin_at(self._position_ms)
            self._say()
            left = at_ms - self._now_ms()
            if left <= 0:
                return
            await self._clock.until(self._clock.now() + min(left, TELL_EVERY_MS) / 1000)

    def _show(self, title: str, frame: av.VideoFrame) -> None:
        stream = PLAYED + title
        self._shown[stream] = self._now_ms()
        self._pictures.show(stream, frame)

    def _sound(self, title: str, frames: list[av.VideoFrame | av.AudioFrame]) -> None:
        for frame in frames:
            if isinstance(frame, av.AudioFrame):
                frame.pts = None
                self._heard.add(title)
                self._playout.play(title, frame)

    # --- time ----------------------------------------------------------------------------

    def _now_ms(self) -> float:
        if not self._going.is_set() or self._waiting:
            return self._position_ms
        return self._position_ms + (self._clock.now() - self._since) * 1000

    def _begin_at(self, position_ms: float) -> None:
        self._position_ms, self._since = position_ms, self._clock.now()

    def _hold_at(self, position_ms: float) -> None:
        self._position_ms = position_ms

    def _say(self) -> None:
        now = self._clock.now()
        if not self._waiting and not self._over and now - self._told_at < TELL_EVERY_MS / 1000:
            return
        self._told_at = now
        position = self._now_ms()
        for stream, at_ms in tuple(self._shown.items()):
            if position - at_ms > STALE_MS:
                del self._shown[stream]
                self._pictures.forget(stream)
        self._tell(
            PlayerAt(
                position_ms=round(position),
                playing=self._going.is_set() and not self._over,
                waiting=self._waiting,
                over=self._over,
            )
        )


class Playing:
    """The player there is, if there is one."""

    def __init__(
        self,
        hardware: Hardware,
        pictures: Pictures,
        clock: Clock,
        tell: Callable[[PlayerEvent], None],
    ) -> None:
        self._hardware, self._pictures, self._clock = hardware, pictures, clock
        self._tell = tell
        self._player: Player | None = None

    async def handle(self, command: PlayerCommand) -> None:
        """What is said to a player that is closed already is passed over."""
        match command:
            case OpenPlayer():
                await self.close()
                sound = Loudspeaker(self._hardware, lambda _in_use: None)
                await sound.choose(command.speaker)
                self._player = Player(
                    command.pieces, self._pictures, sound, self._clock, self._tell
                )
            case PlayPiece() if self._player is not None:
                await self._player.take(command.index, base64.b64decode(command.data))
            case PlayerGo() if self._player is not None:
                self._player.go(playing=command.playing)
            case PlayerSeek() if self._player is not None:
                self._player.seek(command.position_ms)
            case ClosePlayer():
                await self.close()
            case PlayPiece() | PlayerGo() | PlayerSeek():
                pass
            case _:
                assert_never(command)

    async def close(self) -> None:
        player, self._player = self._player, None
        if player is not None:
            await player.close()
