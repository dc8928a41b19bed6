"""Wishes about recordings, and the use cases that answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.recording_wishes import (
    RecordingWish,
    WishAnswerRecording,
    WishDeleteRecording,
    WishPlayOn,
    WishPlayRecording,
    WishRecord,
    WishRecordings,
    WishSeekRecording,
    WishStopPlaying,
    WishStopRecording,
)
from protocol.kept_recording import DeleteRecording

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_recording(desk: Desk, wish: RecordingWish) -> None:
    recording, player, start = desk.recording, desk.player, desk.tasks.start
    match wish:
        case WishRecord():
            start(recording.ask())
        case WishAnswerRecording(agreed):
            start(recording.answer(agreed=agreed))
        case WishStopRecording():
            start(recording.stop())
        case WishRecordings():
            if (case := desk.session.state.case) is not None:
                start(player.load(case.id), only="recordings")
        case WishPlayRecording(id_):
            start(player.open(id_), only="play recording")
        case WishPlayOn(playing):
            player.go(playing=playing)
        case WishSeekRecording(position_ms):
            player.seek(position_ms)
        case WishStopPlaying():
            player.close()
        case WishDeleteRecording(id_, reason):
            start(player.delete(id_, DeleteRecording(reason=reason)))
        case _:
            assert_never(wish)
