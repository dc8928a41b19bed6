"""The recordings of the open case, and the one that is played."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.media.playing_messages import PLAYED
from app.models.notices import words_for
from app.models.times import moment
from app.models.words import listed
from app.session.call import CallPhase
from app.session.recording import Player
from app.session.state import State
from protocol.account import Account, Role
from protocol.kept_recording import RecordingInfo


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """`title` says when and how long, `lines` who and until when it is kept."""

    id: UUID
    title: str
    lines: tuple[str, ...]
    can_play: bool
    can_delete: bool


@dataclass(frozen=True, slots=True)
class PlayedPicture:
    """`stream` is where the pictures are, `caption` whose they are."""

    stream: str
    caption: str


@dataclass(frozen=True, slots=True)
class PlayerProps:
    title: str
    pictures: tuple[PlayedPicture, ...]
    length_ms: int
    position_ms: int
    time: str
    playing: bool
    note: str


@dataclass(frozen=True, slots=True)
class RecordingsProps:
    """`shown`: there is something to say. `note`: why one cannot play, or what is being sent."""

    shown: bool
    rows: tuple[RecordingRow, ...]
    note: str
    problem: str
    player: PlayerProps | None


NOTHING = RecordingsProps(False, (), "", "", None)


def derive_recordings(state: State) -> RecordingsProps:
    case, account, recordings = state.case, state.link.account, state.recordings
    if case is None or account is None or recordings.of_case != case.id:
        return NOTHING
    in_call = state.call.phase is not CallPhase.OUT
    rows = tuple(_row(one, account, state, in_call=in_call) for one in recordings.kept)
    note = unsent_words(state)
    if rows and in_call and not note:
        note = QCoreApplication.translate("recordings", "Recordings are played after the call.")
    return RecordingsProps(
        shown=bool(rows or note),
        rows=rows,
        note=note,
        problem=words_for(recordings.problem) if recordings.problem is not None else "",
        player=None if recordings.player is None else _player(recordings.player),
    )


def unsent_words(state: State) -> str:
    """How far what lies on this computer is on its way to the server; empty when nothing does."""
    translate = QCoreApplication.translate
    recordings = state.recordings
    if not recordings.unsent:
        return ""
    if recordings.to_send:
        text = translate("recordings", "A recording is being sent: {part} of {whole} pieces")
        return text.format(part=recordings.sent, whole=recordings.to_send)
    return translate("recordings", "A recording on this computer waits to be sent.")


def _row(info: RecordingInfo, account: Account, state: State, *, in_call: bool) -> RecordingRow:
    translate = QCoreApplication.translate
    summary = state.case.consultation.summary if state.case is not None else None
    treats = summary is not None and account.id in (
        summary.requester.id,
        summary.expert.id if summary.expert is not None else None,
    )
    names = listed(person.display_name for person in info.people)
    lines = [
        translate("recordings", "With {names}").format(names=names),
        translate("recordings", "Asked for by {name}").format(name=info.asker_name),
    ]
    if info.kept_until is not None:
        text = translate("recordings", "Kept until {time}")
        lines.append(text.format(time=moment(info.kept_until)))
    if not info.complete:
        lines.append(translate("recordings", "Not all of it has arrived yet."))
    return RecordingRow(
        id=info.id,
        title=f"{moment(info.began_at)} · {span(round(info.seconds * 1000))}",
        lines=tuple(lines),
        can_play=treats and not in_call and info.nbytes > 0,
        can_delete=Role.DISPATCHER in account.roles and info.end is not None,
    )


def _player(player: Player) -> PlayerProps:
    translate = QCoreApplication.translate
    info = player.recording
    if player.problem is not None:
        note = words_for(player.problem)
    elif player.over:
        note = translate("recordings", "The end of the recording.")
    elif player.waiting:
        note = translate("recordings", "Loading…")
    else:
        note = ""
    return PlayerProps(
        title=translate("recordings", "Recording of {time}").format(time=moment(info.began_at)),
        pictures=tuple(
            PlayedPicture(f"{PLAYED}{person.peer_id} camera", person.display_name)
            for person in info.people
        ),
        length_ms=player.length_ms,
        position_ms=player.position_ms,
        time=f"{span(player.position_ms)} / {span(player.length_ms)}",
        playing=player.playing,
        note=note,
    )


def span(milliseconds: int) -> str:
    """2:07, or 1:02:07."""
    seconds = milliseconds // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
