"""A preview: whose studies lie in folders and archives, before anything is taken."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

from app.imaging.errors import ImagingError, NotDicomError, Reason
from app.imaging.writing.wrapping import foreign_kind
from app.net.dimse.status import Status
from app.store.chosen import Chosen, is_chosen
from app.store.errors import DiskFull
from app.store.inbox import InboxStudy
from app.transfer.finding import (
    FoundFile,
    FoundFiles,
    LeftOutError,
    Unpacking,
    find_files,
    left_out_of,
)
from app.transfer.identity import Identity
from app.transfer.inbox import InboxKeeper
from app.transfer.intake_messages import (
    InboxPerson,
    JobEnded,
    Looked,
    LookedPatient,
    LookedStudy,
)
from app.transfer.losses import Losses
from app.transfer.rates import Throttle
from app.transfer.reading import Head, read_found, whose
from app.transfer.reasons import ImageReason, TransferReason
from protocol.patients import PatientText, apart, is_nobody

log = logging.getLogger(__name__)

MOST_TOLD = 500
TELL_EVERY_S = 0.25
FROM_FILES = "files"
"""As source in the inbox; the screen chooses the words."""


@dataclass(frozen=True, slots=True)
class _Object:
    """What a preview keeps of one object."""

    patient: PatientText
    study_instance_uid: str
    description: str
    study_date: str
    modality: str
    size: int


@dataclass(slots=True)
class _Found:
    total: int = 0
    done: int = 0
    objects: dict[str, _Object] = field(default_factory=dict)
    foreign: int = 0
    left_out: list[tuple[str, ImageReason]] = field(default_factory=list)
    left_out_count: int = 0

    def leave_out(self, name: str, code: ImageReason) -> None:
        self.left_out_count += 1
        if len(self.left_out) < MOST_TOLD:
            self.left_out.append((name, code))


async def look(
    job: UUID, paths: tuple[Path, ...], unpacking: Unpacking, emit: Callable[[Looked], None]
) -> None:
    """Tells what is there as it finds it, and at the end."""
    found = _Found()
    throttle = Throttle(lambda: emit(_told(job, found, ended=False)), TELL_EVERY_S)
    files = await asyncio.to_thread(find_files, paths)
    try:
        for name, code, _ in files.left_out:
            found.leave_out(name, code)
        found.total = len(files.files)
        for one in files.files:
            await asyncio.to_thread(_look_at, one, one.path in paths, unpacking, found)
            found.done += 1
            throttle.changed()
    except Exception as error:  # what nobody foresaw must not leave the preview waiting for ever
        log.error("looking into files failed", exc_info=error)
        for path in paths[:1]:
            found.leave_out(path.name, Reason.UNREADABLE)
    finally:
        throttle.cancel()
        await asyncio.to_thread(files.close)
    emit(_told(job, found, ended=True))


def _look_at(one: FoundFile, chosen: bool, unpacking: Unpacking, found: _Found) -> None:
    try:
        with unpacking.unpacked(one) as place:
            head = read_found(place)
            size = place.stat().st_size if isinstance(place, Path) else place.size
            found.objects.setdefault(
                head.sop_instance_uid,
                _Object(
                    head.patient,
                    head.study_instance_uid,
                    head.study_description,
                    head.study_date,
                    head.modality,
                    size,
                ),
            )
    except NotDicomError as error:
        if chosen and one.member is None and _is_foreign(one.path):
            found.foreign += 1
        else:
            found.leave_out(one.name, error.code)
    except (ImagingError, LeftOutError, DiskFull, OSError) as error:
        found.leave_out(one.name, left_out_of(one.name, one.identity, error).code)


def _is_foreign(path: Path) -> bool:
    with path.open("rb") as stream:
        return foreign_kind(stream.read(1024)) is not None


def _told(job: UUID, found: _Found, *, ended: bool) -> Looked:
    return Looked(
        job=job,
        done=found.done,
        total=found.total,
        patients=tuple(_patient(group) for group in _by_patient(found)) if ended else (),
        foreign=found.foreign,
        left_out=tuple(found.left_out) if ended else (),
        left_out_count=found.left_out_count,
        ended=ended,
    )


def _by_patient(found: _Found) -> list[list[_Object]]:
    """Those that name nobody come last, by themselves: that their study names somebody elsewhere
    does not say whose they are."""
    objects = found.objects.values()
    named = [one for one in objects if not is_nobody(one.patient)]
    nameless = [one for one in objects if is_nobody(one.patient)]
    return [group for some in (named, nameless) for group in apart(some, lambda one: one.patient)]


def _patient(objects: list[_Object]) -> LookedPatient:
    studies: dict[str, list[_Object]] = {}
    for one in objects:
        studies.setdefault(one.study_instance_uid, []).append(one)
    who = objects[0].patient
    return LookedPatient(
        person=InboxPerson(
            name=who.name, patient_id=who.patient_id, birth_date=who.birth_date, sex=who.sex
        ),
        studies=tuple(_study(uid, group) for uid, group in studies.items()),
    )


def _study(uid: str, objects: list[_Object]) -> LookedStudy:
    return LookedStudy(
        study_instance_uid=uid,
        description=next((one.description for one in objects if one.description), ""),
        study_date=objects[0].study_date,
        modalities=tuple(dict.fromkeys(one.modality for one in objects if one.modality)),
        images=len(objects),
        size=sum(one.size for one in objects),
        chosen=Chosen(
            study_instance_uid=uid,
            patients=tuple(dict.fromkeys(whose(one.patient) for one in objects)),
        ),
    )


# --- taking into the inbox -----------------------------------------------------------------


async def take_files(
    job: UUID,
    paths: tuple[Path, ...],
    chosen: tuple[Chosen, ...],
    inbox: InboxKeeper,
    unpacking: Unpacking,
    emit: Callable[[JobEnded], None],
) -> None:
    """Copies what is chosen sealed into the inbox, and tells how it ended."""
    files: FoundFiles = await asyncio.to_thread(find_files, paths)
    left_out = list(files.left_out)
    seen: dict[str, set[str]] = {}
    try:
        for one in files.files:
            try:
                taken = await asyncio.to_thread(_take, one, chosen, inbox, unpacking)
                if taken is not None:
                    seen.setdefault(taken.study_instance_uid, set()).add(taken.sop_instance_uid)
            except (LeftOutError, ImagingError, DiskFull, OSError) as error:
                left_out.append(left_out_of(one.name, one.identity, error))
    finally:
        await asyncio.to_thread(files.close)
        losses = Losses(chosen)
        for left in left_out:
            losses.note(left.code, left.identity)
        inbox.change({**seen, **losses.known}, partial(_lacking, losses, seen))
        told = tuple((left.name, left.code) for left in left_out[:MOST_TOLD])
        emit(JobEnded(job=job, taken=sum(map(len, seen.values())), left_out=told))


def _lacking(losses: Losses, seen: Mapping[str, set[str]], study: InboxStudy) -> InboxStudy:
    """A study of the inbox after a source was read. All that is here having been read again
    without a file beside it that cannot be read, nothing is beside it any more."""
    uid, beside = study.study_instance_uid, losses.beside(seen)
    again = seen.get(uid, set()).issuperset(one.sop_instance_uid for one in study.instances)
    unplaced = beside if again else max(beside, study.unplaced)
    return study.lacking(losses.known.get(uid, ()), unplaced)


def _take(
    one: FoundFile, chosen: tuple[Chosen, ...], inbox: InboxKeeper, unpacking: Unpacking
) -> Identity | None:
    """Which image was taken; None for one that was not chosen."""
    with unpacking.unpacked(one) as place:
        head: Head = read_found(place)
        if not is_chosen(chosen, head.study_instance_uid, whose(head.patient)):
            return None
        status = inbox.take_file(head, FROM_FILES)
    which = head.identity
    match status:
        case Status.SUCCESS:
            return which
        case Status.DUPLICATE:
            raise LeftOutError(TransferReason.OTHER_IMAGE_IMPORTED, which)
        case Status.OUT_OF_RESOURCES:
            raise LeftOutError(TransferReason.NOT_KEPT, which)
        case _:
            raise LeftOutError(Reason.MALFORMED, which)
