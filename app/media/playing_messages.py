"""What the window and the media process say to each other while a recording is played."""

from typing import Literal

from pydantic import Field

from app.media.equipment import DeviceSource
from protocol.base import Message

PLAYED = "played "
"""Before a track's title: the name of the stream in which its pictures are shown."""


class PieceTimes(Message):
    """Milliseconds on the recording's clock; time between two pieces is a pause."""

    index: int
    start_ms: int
    end_ms: int


class OpenPlayer(Message):
    """Plays from the beginning; pieces are asked for by `PieceWanted`."""

    kind: Literal["open-player"] = "open-player"
    pieces: tuple[PieceTimes, ...]
    speaker: DeviceSource = DeviceSource()


class PlayPiece(Message):
    """A piece that was asked for, in base64. It is in memory only, here and there."""

    kind: Literal["play-piece"] = "play-piece"
    index: int
    data: str = Field(repr=False)


class PlayerGo(Message):
    kind: Literal["player-go"] = "player-go"
    playing: bool


class PlayerSeek(Message):
    kind: Literal["player-seek"] = "player-seek"
    position_ms: int


class ClosePlayer(Message):
    kind: Literal["close-player"] = "close-player"


PlayerCommand = OpenPlayer | PlayPiece | PlayerGo | PlayerSeek | ClosePlayer


class PieceWanted(Message):
    """This piece is needed next."""

    kind: Literal["piece-wanted"] = "piece-wanted"
    index: int


class PlayerAt(Message):
    """Where playing is, some times a second. `waiting`: a piece has not come yet."""

    kind: Literal["player-at"] = "player-at"
    position_ms: int
    playing: bool
    waiting: bool
    over: bool


PlayerEvent = PieceWanted | PlayerAt
"""Everything the player says."""
