"""Images of the inbox as they are kept: to be given to a case, and compared with what comes."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from app.imaging.dataset import HEAD_BYTES
from app.imaging.errors import ImagingError
from app.store.errors import StoreError
from app.store.inbox import Inbox, InboxInstance, InboxStudy
from app.transfer.alike import say_the_same
from app.transfer.intake_messages import LostStudy
from app.transfer.reading import Digest, Head, digest_of, read_measured
from protocol.patients import PatientText


def found_again(inbox: Inbox, path: Path) -> tuple[Head, Digest] | None:
    """A sealed image that no index names; None where this key does not open it."""
    try:
        with inbox.open_path(path) as stream:
            start = stream.read(HEAD_BYTES)
            rest = iter(lambda: stream.read(HEAD_BYTES), b"")
            size = len(start) + sum(map(len, rest))
        head = read_measured(path, start, size, lambda: inbox.open_path(path))
        return head, digest_of(head)
    except (ImagingError, OSError, StoreError):
        return None


def lost_studies(inbox: Inbox, unopened: Mapping[str, int]) -> tuple[LostStudy, ...]:
    """Whom the images came from that this key does not open, by the name of their study on the
    disk."""
    found = []
    for name, images in unopened.items():
        origin = inbox.origin(name)
        source, last_at = (origin.source, origin.last_at) if origin else ("", None)
        found.append(LostStudy(images=images, source=source, last_at=last_at))
    return tuple(found)


def head_of(inbox: Inbox, study: InboxStudy, one: InboxInstance) -> Head:
    """As the importer takes it."""
    uid, who = study.study_instance_uid, one.patient
    return Head(
        path=inbox.image_path(uid, one.sop_instance_uid),
        sop_instance_uid=one.sop_instance_uid,
        series_instance_uid=one.series_instance_uid,
        study_instance_uid=uid,
        study_description=study.description,
        modality=one.modality,
        series_number=one.series_number,
        instance_number=one.instance_number,
        patient=PatientText(who.name, who.patient_id, who.birth_date, who.sex),
        sealed=lambda: inbox.open(uid, one.sop_instance_uid),
        sop_class_uid=one.sop_class_uid,
    )


def is_bad(inbox: Inbox, study_uid: str, kept: InboxInstance) -> bool:
    """Whether what is kept would be refused today: earlier versions took cut images."""
    path = inbox.image_path(study_uid, kept.sop_instance_uid)
    opened = partial(inbox.open, study_uid, kept.sop_instance_uid)
    with opened() as stream:
        start = stream.read(HEAD_BYTES)
    try:
        read_measured(path, start, kept.size, opened)
    except ImagingError:
        return True
    return False


def says_the_same(inbox: Inbox, study_uid: str, kept: InboxInstance, head: Head) -> bool:
    """Whether two files say the same, however they are written."""
    return say_the_same(partial(inbox.open, study_uid, kept.sop_instance_uid), head.open)
