"""The status line and the notices: network, uploads, what is saved."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.emr_writes import unwritten_words
from app.models.findings import derive_findings
from app.models.late_images import derive_late
from app.models.meeting import derive_meetings
from app.models.notices import NoticeProps, derive_notice
from app.models.recordings import unsent_words
from app.models.times import byte_size, clock, duration
from app.models.words import word
from app.session.case import Case, Saved
from app.session.link import KeyPlace, LinkPhase
from app.session.notices import Late, Severity
from app.session.state import State
from app.session.upload import ImageStage, StudyUpload
from protocol.account import Role


@dataclass(frozen=True, slots=True)
class StatusProps:
    """Looks are chip looks; an empty text hides its part."""

    network: str
    network_look: str
    uploads: str
    saved: str
    saved_look: str
    key_place: str
    institution: str
    notices: tuple[NoticeProps, ...]


def derive_status(state: State) -> StatusProps:
    network, look = _network(state)
    saved, saved_look = _saved(state.case)
    account = state.link.account
    memory_only = state.link.key_place is KeyPlace.MEMORY
    return StatusProps(
        network=network,
        network_look=look,
        uploads=_uploads(state),
        saved=saved,
        saved_look=saved_look,
        key_place=word(KeyPlace.MEMORY) if memory_only else "",
        institution=(account.institution_name or "") if account else "",
        notices=(
            *derive_findings(state),
            *derive_meetings(state),
            *derive_late(state),
            *_notices(state),
        ),
    )


def _notices(state: State) -> tuple[NoticeProps, ...]:
    """Every trouble, and of the good news only the newest; a clock leads dispatchers to the
    board."""
    good = [one for one in state.notices if one.severity is Severity.SUCCESS][-1:]
    shown = [n for n in state.notices if n.severity is not Severity.SUCCESS or n in good]
    account = state.link.account
    dispatches = account is not None and Role.DISPATCHER in account.roles
    return tuple(
        replace(derive_notice(one), on_board=dispatches and isinstance(one.code, Late))
        for one in shown
    )


def _network(state: State) -> tuple[str, str]:
    translate = QCoreApplication.translate
    match state.link.phase:
        case LinkPhase.ONLINE:
            return translate("status", "Connected"), "good"
        case LinkPhase.CONNECTING:
            return translate("status", "Connecting…"), "neutral"
        case LinkPhase.OFFLINE:
            since = clock(state.link.since) if state.link.since else ""
            return translate("status", "No network since {time}").format(time=since), "error"
        case LinkPhase.SIGNED_OUT:
            return "", "neutral"


def upload_line(study: StudyUpload, account_id: UUID | None = None) -> str:
    """What is happening to one study, with speed and time left that are true."""
    translate = QCoreApplication.translate
    done = study.count(ImageStage.VERIFIED, ImageStage.SENT)
    refused, total = study.count(ImageStage.REFUSED), len(study.images)
    if study.verified:
        return translate("status", "All {n} images verified by the server").format(n=total)
    if study.cancelled:
        if study.paused:
            return translate("status", "Is taken out of the case when the network is back")
        return translate("status", "Being taken out of the case")
    if not study.is_of(account_id):
        return _of_another(total - done - refused)
    if refused and done + refused == total:
        text = translate("status", "{n} of {total} images refused: open “Images” to read why")
        return text.format(n=refused, total=total)
    if study.paused:
        text = translate("status", "Waiting for the network: {n} images left")
        if study.server_full:
            text = translate("status", "The server's disk is full: {n} images wait for room")
        text = text.format(n=total - done - refused)
    elif study.others:
        text = translate("status", "{n} images sent, not verified").format(n=total)
    elif done == total:
        return translate("status", "All {n} images sent, being verified").format(n=total)
    else:
        text = translate("status", "{done} of {total} images").format(done=done, total=total)
    if refused:
        text += translate("status", " · {n} refused").format(n=refused)
    if study.bytes_per_second > 0:
        left_time = timedelta(seconds=study.bytes_left / study.bytes_per_second)
        speed = byte_size(study.bytes_per_second)
        text += translate("status", " · {speed}/s · {time} left").format(
            speed=speed, time=duration(left_time)
        )
    return text


def _of_another(left: int) -> str:
    return QCoreApplication.translate(
        "status", "{n} images of another account wait until it signs in here"
    ).format(n=left)


def _uploads(state: State) -> str:
    """What is read, sent and refused on this computer, in one line."""
    translate, account = QCoreApplication.translate, state.link.account
    said = []
    if state.uploads.importing is not None:
        done, total = state.uploads.importing
        text = translate("status", "Reading files: {done} of {total}")
        said.append(text.format(done=done, total=total))
    running = [s for s in state.uploads.studies if not s.verified and not s.cancelled]
    mine = [study for study in running if study.is_of(account.id if account else None)]
    left = sum(_left(study) for study in mine)
    if left and all(study.paused for study in mine if _left(study)):
        text = translate("status", "Waiting for network: {n} images")
        if any(study.server_full for study in mine):
            text = translate("status", "The server's disk is full: {n} images wait for room")
        said.append(text.format(n=left))
    elif left:
        said.append(translate("status", "Sending {n} images").format(n=left))
    if refused := sum(study.count(ImageStage.REFUSED) for study in mine):
        said.append(translate("status", "{n} images refused").format(n=refused))
    elif incomplete := sum(bool(study.others) for study in mine):
        text = translate("status", "Studies that are not whole: {n}. Open the case to add the rest")
        said.append(text.format(n=incomplete))
    elif mine and not left:
        said.append(translate("status", "Images are being verified"))
    if others := sum(_left(study) for study in running if study not in mine):
        said.append(_of_another(others))
    said += [words for words in (unsent_words(state), unwritten_words(state)) if words]
    return " · ".join(said)


def _left(study: StudyUpload) -> int:
    return study.count(ImageStage.WAITING, ImageStage.SENDING)


def _saved(case: Case | None) -> tuple[str, str]:
    if case is None:
        return "", "neutral"
    translate = QCoreApplication.translate
    states = {case.content_saved, case.opinion_saved}
    if Saved.DIRTY in states:
        return translate("status", "Saving…"), "neutral"
    at = clock(case.saved_at) if case.saved_at else ""
    if Saved.LOCAL in states:
        text = translate("status", "Saved on this computer {time}, not yet on the server")
        return text.format(time=at), "warning"
    if Saved.SERVER in states:
        return translate("status", "Saved {time}").format(time=at), "good"
    return "", "neutral"
