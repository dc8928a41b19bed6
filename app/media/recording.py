"""The recording of a call where its media are: what came and what went, without encoding it again.

Encoded pictures and sound are collected in memory and handed on every few seconds as a piece; a
thread of its own puts it together, and has it sealed and written. The call's loop only appends to
a list. What is lost when the process is killed is the piece that was being collected.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

import av

from app.media.errors import NoRoomError, NotKeptError
from app.media.pieces import (
    CODECS,
    SOUND,
    SOUND_RATE,
    EncodedPacket,
    TrackPart,
    is_key,
    matroska,
    parameter_sets,
    size_of,
)
from app.media.recording_messages import Record, RecordingWritten, WritingState
from app.media.sources import VIDEO_CLOCK

log = logging.getLogger(__name__)

PIECE_MS = 3_000
PIECE_BYTES = 4 * 1024 * 1024
MOST_WAITING = 8
"""Pieces that wait for the disk before it is called too slow."""
STRAYED_MS = 300
"""A stream's own clock further than this from the time of arrival is set anew."""
ASK_AGAIN_MS = 1_000
"""Between two requests for a key frame of one track."""
KEY_EVERY_MS = 10_000
"""As old a key frame is at most: a player that seeks must begin at one."""
OWN_SILENT_MS = 1_000
"""One's own media are taken from what one peer is sent; after this much silence from another's."""


class Vault(Protocol):
    """Keeps pieces sealed. Blocking; called from one thread."""

    def next_index(self, recording_id: UUID) -> int:
        """After those that are there: of a process that was killed, too."""
        ...

    def keep(self, recording_id: UUID, index: int, start_ms: int, end_ms: int, data: bytes) -> None:
        """On the disk when it returns; raises `NoRoomError` or `NotKeptError`."""
        ...


OpenVault = Callable[[Path, str], Vault]
"""The vault of a profile: its folder, and its key in base64."""


@dataclass(slots=True)
class _Track:
    """One stream of one person. `key_at`: when its last key frame came; None before the first."""

    part: TrackPart
    rate: int
    offset: float | None = None
    last_ms: int = -1
    key_at: int | None = None
    asked_at: int = -ASK_AGAIN_MS

    def time_of(self, timestamp: int, now_ms: int) -> int:
        """Milliseconds of the recording's clock, rising."""
        own = timestamp * 1000 / self.rate
        if self.offset is None or abs(own + self.offset - now_ms) > STRAYED_MS:
            self.offset = now_ms - own
        self.last_ms = max(self.last_ms + 1, round(own + self.offset), 0)
        return self.last_ms


@dataclass(slots=True)
class _Own:
    """Which peer's sender one's own media of a kind are taken from."""

    peer_id: str
    heard_ms: int


@dataclass(slots=True)
class _Writing:
    wish: Record
    vault: Vault
    start_ms: int
    tracks: dict[str, _Track] = field(default_factory=dict)
    own: dict[str, _Own] = field(default_factory=dict)
    nbytes: int = 0
    next_index: int | None = None


class Recorder:
    """Writes when told to. Everything but `_keep` belongs to the call's loop.

    Args:
        open_vault: None where nothing can be kept (a participant without a profile).
    """

    def __init__(
        self, tell: Callable[[RecordingWritten], None], open_vault: OpenVault | None
    ) -> None:
        self._tell = tell
        self._open_vault = open_vault
        self._writing: _Writing | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="recording")
        self._waiting: set[asyncio.Future[None]] = set()
        self._ticking: asyncio.Task[None] | None = None

    # --- what is wished ------------------------------------------------------------------

    def begin(self, wish: Record) -> None:
        """Writes as wished from now on; the same recording with other peers goes on."""
        writing = self._writing
        if writing is not None and writing.wish.recording_id == wish.recording_id:
            writing.wish = wish
            return
        self.end()
        if self._open_vault is None:
            self._failed(wish.recording_id, WritingState.FAILED)
            return
        try:
            vault = self._open_vault(wish.folder, wish.store_key)
        except (ValueError, OSError):
            self._failed(wish.recording_id, WritingState.FAILED)
            return
        self._writing = _Writing(wish, vault, _now_ms(wish))
        self._ticking = asyncio.create_task(self._tick(), name="recording")

    def end(self) -> None:
        """Writes what came so far, and nothing more."""
        writing = self._writing
        if writing is None:
            return
        self._cut(writing)
        self._writing = None
        if self._ticking is not None:
            self._ticking.cancel()
        id_, end_ms = writing.wish.recording_id, _now_ms(writing.wish)
        waiting = tuple(self._waiting)
        told = asyncio.create_task(self._tell_stopped(waiting, id_, end_ms), name="stopped")
        self._waiting.add(told)
        told.add_done_callback(self._waiting.discard)

    async def _tell_stopped(
        self, waiting: tuple[asyncio.Future[None], ...], id_: UUID, end_ms: int
    ) -> None:
        await asyncio.gather(*waiting, return_exceptions=True)
        self._tell(RecordingWritten(recording_id=id_, state=WritingState.STOPPED, end_ms=end_ms))

    async def close(self) -> None:
        """Waits until everything is on the disk."""
        self.end()
        await asyncio.gather(*self._waiting, return_exceptions=True)
        await asyncio.to_thread(self._writer.shutdown)

    # --- what comes and goes -------------------------------------------------------------

    def received(self, peer_id: str, what: str, codec: str, data: bytes, timestamp: int) -> bool:
        """A picture or sound from a peer, as it came; True when a key frame is wanted."""
        writing = self._writing
        if writing is None or peer_id not in writing.wish.peers:
            return False
        return self._add(writing, f"{peer_id} {what}", codec, data, timestamp)

    def sent(self, peer_id: str, what: str, codec: str, data: bytes, timestamp: int) -> bool:
        """The same of one's own; what other peers are sent meanwhile is the same picture again."""
        writing = self._writing
        if writing is None:
            return False
        now, own = _now_ms(writing.wish), writing.own.get(what)
        title = f"{writing.wish.own_peer} {what}"
        if own is None or (own.peer_id != peer_id and now - own.heard_ms > OWN_SILENT_MS):
            own = writing.own[what] = _Own(peer_id, now)
            if (track := writing.tracks.get(title)) is not None:
                track.key_at = track.offset = None  # another encoder's pictures
        if own.peer_id != peer_id:
            return False
        own.heard_ms = now
        return self._add(writing, title, codec, data, timestamp)

    def _add(self, writing: _Writing, title: str, codec: str, data: bytes, timestamp: int) -> bool:
        if codec not in CODECS or not data:
            return False
        now = _now_ms(writing.wish)
        track = writing.tracks.get(title)
        if track is None or track.part.codec != codec:
            rate = SOUND_RATE if title.endswith(SOUND) else VIDEO_CLOCK
            track = writing.tracks[title] = _Track(TrackPart(title, codec), rate)
        pictures = track.rate == VIDEO_CLOCK
        key = not pictures or is_key(codec, data)
        if pictures and key:
            track.key_at = now
            track.part.size = size_of(codec, data)
            if codec == "H264":
                track.part.parameters = parameter_sets(data) or track.part.parameters
        if not pictures or track.key_at is not None:
            at_ms = track.time_of(timestamp, now)
            track.part.packets.append(EncodedPacket(data, at_ms, key))
            writing.nbytes += len(data)
        if now - writing.start_ms >= PIECE_MS or writing.nbytes >= PIECE_BYTES:
            self._cut(writing)
        return pictures and self._wants_key(track, now)

    def _wants_key(self, track: _Track, now: int) -> bool:
        old = track.key_at is None or now - track.key_at > KEY_EVERY_MS
        if not old or now - track.asked_at < ASK_AGAIN_MS:
            return False
        track.asked_at = now
        return True

    # --- pieces --------------------------------------------------------------------------

    async def _tick(self) -> None:
        """A call in which nothing is said or shown is cut too."""
        while (writing := self._writing) is not None:
            await asyncio.sleep(PIECE_MS / 1000)
            if _now_ms(writing.wish) - writing.start_ms >= PIECE_MS:
                self._cut(writing)

    def _cut(self, writing: _Writing) -> None:
        start_ms, end_ms = writing.start_ms, _now_ms(writing.wish)
        parts = []
        for track in writing.tracks.values():
            part, track.part = track.part, _next(track.part)
            if part.packets and (track.rate == SOUND_RATE or all(part.size)):
                parts.append(part)
        writing.start_ms, writing.nbytes = end_ms, 0
        if not parts:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._give_up(writing, WritingState.FAILED)
            return
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(self._writer, self._keep, writing, parts, start_ms, end_ms)
        self._waiting.add(done)
        done.add_done_callback(lambda future: self._kept(writing, future, end_ms))

    def _keep(self, writing: _Writing, parts: list[TrackPart], start_ms: int, end_ms: int) -> None:
        """In the writer's thread."""
        recording_id = writing.wish.recording_id
        if writing.next_index is None:
            writing.next_index = writing.vault.next_index(recording_id)
        data = matroska(parts)
        writing.vault.keep(recording_id, writing.next_index, start_ms, end_ms, data)
        writing.next_index += 1

    def _kept(self, writing: _Writing, future: "asyncio.Future[None]", end_ms: int) -> None:
        self._waiting.discard(future)
        if future.cancelled():
            return
        match future.exception():
            case None:
                id_ = writing.wish.recording_id
                self._tell(
                    RecordingWritten(recording_id=id_, state=WritingState.KEPT, end_ms=end_ms)
                )
            case NoRoomError():
                self._give_up(writing, WritingState.DISK_FULL)
            case NotKeptError() | av.FFmpegError() as error:
                log.error("a piece of the recording cannot be kept: %s", type(error).__name__)
                self._give_up(writing, WritingState.FAILED)
            case error:
                log.error("recording: %s", type(error).__name__)
                self._give_up(writing, WritingState.FAILED)

    def _give_up(self, writing: _Writing, why: WritingState) -> None:
        if self._writing is writing:
            self._writing = None
            if self._ticking is not None:
                self._ticking.cancel()
        self._failed(writing.wish.recording_id, why)

    def _failed(self, recording_id: UUID, why: WritingState) -> None:
        self._tell(RecordingWritten(recording_id=recording_id, state=why))


def _next(part: TrackPart) -> TrackPart:
    return TrackPart(part.title, part.codec, part.size, part.parameters)


def _now_ms(wish: Record) -> int:
    return max(0, round((time.time() - wish.zero) * 1000))
