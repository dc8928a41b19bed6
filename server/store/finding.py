"""Finding the stored instances an account may see, by statements made once (WADO-RS)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select

from protocol.consultation import Phase
from server.domain.transitions import HELD
from server.store.image_tables import (
    AttachmentRow,
    DeclaredInstanceRow,
    InstanceRow,
    PriorRow,
    StudyRow,
)
from server.store.tables import ConsultationRow, EmergencyRow


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: sees the studies of the cases it asked for or holds, as a reviewer those whose
    draft an expert of its institution wrote and that wait for a review (`reviews_for`), and those
    of no case yet that it stored for its institution; through a case it holds and works on also the
    earlier studies of its patient (ADR 19); through a case it has opened in an emergency the
    studies of that case (ADR 50).

    Two institutions may have a study of one UID: `case_id` says through which case it is looked at.
    Without it the newest case counts.
    """

    account_id: UUID
    institution_id: UUID | None
    reviews_for: UUID | None = None
    case_id: UUID | None = None
    now: datetime | None = None
    """Given where emergency accesses count."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose study it is, and the case through which it is seen."""

    institution_id: UUID
    case_id: UUID | None


@dataclass(frozen=True, slots=True)
class StoredInstance:
    """One stored instance; the columns of its row."""

    sop_uid: str
    series_uid: str
    study_uid: str
    sha256: str
    size: int
    sop_class: str
    transfer_syntax: str
    number: int | None
    rows: int | None
    columns: int | None
    frames: int


_COLUMNS = tuple(getattr(InstanceRow, name) for name in StoredInstance.__slots__)
_MINE = or_(
    ConsultationRow.holder_id == bindparam("me"), ConsultationRow.requester_id == bindparam("me")
)
_MINE_OR_TO_REVIEW = or_(
    _MINE,
    and_(
        ConsultationRow.phase == Phase.AWAITING_REVIEW.value,
        ConsultationRow.holder_institution_id == bindparam("reviews_for"),
    ),
)


def _through(part: Any, *, cased: bool) -> Select[UUID, UUID]:
    through = (
        select(AttachmentRow.institution_id, AttachmentRow.consultation_id)
        .join(ConsultationRow, ConsultationRow.id == AttachmentRow.consultation_id)
        .where(AttachmentRow.study_uid == bindparam("study"), part)
        .order_by(AttachmentRow.consultation_id.desc())
        .limit(1)
    )
    if cased:
        return through.where(AttachmentRow.consultation_id == bindparam("case"))
    return through


_OWNER = {
    (reviews, cased): _through(_MINE_OR_TO_REVIEW if reviews else _MINE, cased=cased)
    for reviews in (False, True)
    for cased in (False, True)
}
_PRIOR = (
    select(AttachmentRow.institution_id, AttachmentRow.consultation_id)
    .join(
        PriorRow,
        and_(
            PriorRow.earlier_id == AttachmentRow.consultation_id,
            PriorRow.study_uid == AttachmentRow.study_uid,
        ),
    )
    .join(ConsultationRow, ConsultationRow.id == PriorRow.consultation_id)
    .where(
        PriorRow.consultation_id == bindparam("case"),
        PriorRow.study_uid == bindparam("study"),
        ConsultationRow.holder_id == bindparam("me"),
        ConsultationRow.phase.in_([phase.value for phase in HELD]),
    )
)
"""An earlier study of the patient, through the case its asker works on."""
_OPENED = (
    select(AttachmentRow.institution_id, AttachmentRow.consultation_id)
    .join(EmergencyRow, EmergencyRow.consultation_id == AttachmentRow.consultation_id)
    .where(
        AttachmentRow.study_uid == bindparam("study"),
        AttachmentRow.consultation_id == bindparam("case"),
        EmergencyRow.account_id == bindparam("me"),
        EmergencyRow.until > bindparam("now"),
        EmergencyRow.ended_at.is_(None),
    )
    .limit(1)
)
"""A study of the case its asker has opened in an emergency."""
_LOOSE = select(StudyRow.institution_id).where(
    StudyRow.institution_id == bindparam("house"),
    StudyRow.study_uid == bindparam("study"),
    ~select(AttachmentRow.study_uid)
    .where(
        AttachmentRow.institution_id == StudyRow.institution_id,
        AttachmentRow.study_uid == StudyRow.study_uid,
    )
    .exists(),
    select(InstanceRow.sop_uid)
    .where(
        InstanceRow.institution_id == StudyRow.institution_id,
        InstanceRow.study_uid == StudyRow.study_uid,
        InstanceRow.account_id == bindparam("me"),
    )
    .exists(),
)
_OF_STUDY = and_(
    InstanceRow.institution_id == bindparam("house"), InstanceRow.study_uid == bindparam("study")
)
_ORDER = (InstanceRow.series_uid, InstanceRow.number, InstanceRow.sop_uid)
_STUDY = select(*_COLUMNS).where(_OF_STUDY).order_by(*_ORDER)
_SERIES = (
    select(*_COLUMNS)
    .where(_OF_STUDY, InstanceRow.series_uid == bindparam("series"))
    .order_by(*_ORDER)
)
_INSTANCE = select(*_COLUMNS).where(_OF_STUDY, InstanceRow.sop_uid == bindparam("sop"))


def of_case(case_id: Any) -> ColumnElement[bool]:
    """Whether a case declares an instance: it is read with its own list, whatever another case of
    the house adds to the same study."""
    own = select(DeclaredInstanceRow.sop_uid).where(
        DeclaredInstanceRow.consultation_id == case_id,
        DeclaredInstanceRow.study_uid == InstanceRow.study_uid,
        DeclaredInstanceRow.sop_uid == InstanceRow.sop_uid,
    )
    return own.correlate(InstanceRow).exists()


_OF_THE_CASE = of_case(bindparam("case"))
_STATEMENTS = {
    (kind, cased): statement.where(_OF_THE_CASE) if cased else statement
    for kind, statement in (("study", _STUDY), ("series", _SERIES), ("sop", _INSTANCE))
    for cased in (False, True)
}


def owner_of(connection: Connection, viewer: Viewer, study_uid: str) -> Owner | None:
    """None when there is no such study that the viewer may see."""
    named = {"me": viewer.account_id, "study": study_uid, "house": viewer.institution_id}
    cased = viewer.case_id is not None
    if cased:
        named["case"] = viewer.case_id
    reviews = viewer.reviews_for is not None
    if reviews:
        named["reviews_for"] = viewer.reviews_for
    seen = connection.execute(_OWNER[reviews, cased], named).first()
    if seen is None and cased:
        seen = connection.execute(_PRIOR, named).first()
    if seen is None and cased and viewer.now is not None:
        seen = connection.execute(_OPENED, {**named, "now": viewer.now}).first()
    if seen is not None:
        return Owner(seen.institution_id, seen.consultation_id)
    if viewer.institution_id is None:
        return None
    loose = connection.scalar(_LOOSE, named)
    return None if loose is None else Owner(loose, None)


def instances_of(
    connection: Connection,
    owner: Owner,
    study_uid: str,
    series_uid: str | None = None,
    sop_uid: str | None = None,
) -> list[StoredInstance]:
    """In the order a person expects: by series, then by InstanceNumber."""
    named: dict[str, Any] = {
        "house": owner.institution_id,
        "study": study_uid,
        "series": series_uid,
        "sop": sop_uid,
    }
    cased = owner.case_id is not None
    if cased:
        named["case"] = owner.case_id
    kind = "sop" if sop_uid is not None else "series" if series_uid is not None else "study"
    found = [_instance(row) for row in connection.execute(_STATEMENTS[kind, cased], named)]
    return [one for one in found if series_uid in (None, one.series_uid)]


def _instance(row: Any) -> StoredInstance:
    return StoredInstance(*row)
