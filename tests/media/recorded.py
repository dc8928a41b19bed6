"""What was recorded, read as a stranger would: opened with the key, decoded by PyAV."""

import io
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import numpy as np

from app.media.recording_messages import Record
from app.store.recordings import RecordingStore
from app.store.sealed import Sealer

MATROSKA = b"\x1aE\xdf\xa3"
"""The first bytes of every such file (RFC 8794, EBML header)."""


def record(recording_id: UUID, folder: Path, key: str, own: str, *peers: str) -> Record:
    return Record(
        recording_id=recording_id,
        zero=time.time(),
        own_peer=own,
        peers=peers,
        folder=folder,
        store_key=key,
    )


@dataclass
class Decoded:
    """Pictures and seconds of sound of each track; `loud` tracks were heard."""

    pictures: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    loudest: dict[str, float] = field(default_factory=dict)
    undecoded: int = 0
    last_ms: int = 0


def plain_pieces(folder: Path, key: bytes, recording_id: UUID) -> list[bytes]:
    store = RecordingStore(folder, Sealer(key))
    return [store.read(piece) for piece in store.pieces(recording_id)]


def decoded(pieces: list[bytes]) -> Decoded:
    """One decoder a track over all pieces, as a player has."""
    found = Decoded()
    decoders: dict[str, av.CodecContext] = {}
    for piece in pieces:
        with av.open(io.BytesIO(piece)) as container:
            assert isinstance(container, av.container.InputContainer)
            for packet in container.demux():
                title = packet.stream.metadata["title"]
                if packet.dts is None:
                    continue
                found.last_ms = max(found.last_ms, packet.dts)
                decoder = decoders.get(title)
                if decoder is None:
                    name = packet.stream.codec_context.name
                    decoder = decoders[title] = av.CodecContext.create(name, "r")
                    decoder.extradata = packet.stream.codec_context.extradata
                _decode(found, title, decoder, packet)
    return found


def _decode(found: Decoded, title: str, decoder: av.CodecContext, packet: "av.Packet[Any]") -> None:
    try:
        frames = decoder.decode(packet)  # type: ignore[attr-defined]  # a video or audio context
    except av.FFmpegError:
        found.undecoded += 1
        return
    for frame in frames:
        if isinstance(frame, av.VideoFrame):
            found.pictures[title] += 1
        else:
            seconds = frame.samples / frame.sample_rate
            found.seconds[title] = found.seconds.get(title, 0.0) + seconds
            peak = float(np.abs(frame.to_ndarray()).max())
            found.loudest[title] = max(found.loudest.get(title, 0.0), peak)


def readable(folder: Path, *needles: bytes) -> list[Path]:
    """Files below the folder in which any of the needles can be read."""
    return [
        file
        for file in folder.rglob("*")
        if file.is_file() and any(needle in file.read_bytes() for needle in needles)
    ]
