"""What storing instances asks and adds, as statements made once and run in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Uuid,
    bindparam,
    func,
    literal,
    select,
    union_all,
)

from protocol.patients import PatientText
from server.store.counters import upsert_for
from server.store.doors import Doors, add_loose
from server.store.image_tables import (
    AttachmentRow,
    DeclaredInstanceRow,
    InstanceRow,
    SeriesRow,
    StudyRow,
    TakenBackRow,
)
from server.store.sealed_rows import SEARCH, patient_mac
from server.store.tables import ConsultationRow
from server.store.taken_back import ON_THE_WAY
from server.store.together import Desk

_EMPTY = literal("")
_HOUSE: Any = bindparam("house")
_UIDS: Any = bindparam("uids", expanding=True)
_STUDIES: Any = bindparam("studies", expanding=True)
_NOBODY: ColumnElement[UUID | None] = literal(None, Uuid())


def _told(kind: str, uid: Any, one: Any = _EMPTY, two: Any = _EMPTY) -> Select[Any]:
    return select(literal(kind).label("kind"), uid, one, two, _NOBODY, _NOBODY)


_BETWEEN = "\x1f"
_PERSON: Any = (
    StudyRow.patient_name + _BETWEEN + StudyRow.patient_birth_date + _BETWEEN + StudyRow.patient_sex
)
_DECLARED = (
    select(
        DeclaredInstanceRow.sop_uid,
        DeclaredInstanceRow.sha256,
        func.coalesce(DeclaredInstanceRow.original_sha256, ""),
    )
    .join(
        AttachmentRow,
        (AttachmentRow.consultation_id == DeclaredInstanceRow.consultation_id)
        & (AttachmentRow.study_uid == DeclaredInstanceRow.study_uid),
    )
    .where(AttachmentRow.institution_id == _HOUSE, DeclaredInstanceRow.sop_uid.in_(_UIDS))
)
_KNOWN: Any = union_all(
    _told("held", InstanceRow.sop_uid, InstanceRow.sha256).where(
        InstanceRow.institution_id == _HOUSE, InstanceRow.sop_uid.in_(_UIDS)
    ),
    _told("declared", *(_DECLARED.subquery().c)),
    _told("late", TakenBackRow.sop_uid).where(
        TakenBackRow.institution_id == _HOUSE,
        TakenBackRow.sop_uid.in_(_UIDS),
        TakenBackRow.at >= bindparam("since"),
    ),
    _told("study", StudyRow.study_uid, StudyRow.patient_id, _PERSON).where(
        StudyRow.institution_id == _HOUSE, StudyRow.study_uid.in_(_STUDIES)
    ),
    _told("series", SeriesRow.series_uid, SeriesRow.study_uid).where(
        SeriesRow.institution_id == _HOUSE,
        SeriesRow.series_uid.in_(bindparam("series", expanding=True)),
    ),
    select(
        literal("attached"),
        AttachmentRow.study_uid,
        ConsultationRow.phase,
        literal(""),
        ConsultationRow.requester_id,
        AttachmentRow.consultation_id,
    )
    .join(ConsultationRow, ConsultationRow.id == AttachmentRow.consultation_id)
    .where(AttachmentRow.institution_id == _HOUSE, AttachmentRow.study_uid.in_(_STUDIES)),
)
"""One question instead of six: what a statement costs is mostly asking it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of instances that arrive, for one institution."""

    doors: Doors
    held: dict[str, str]
    """SHA-256 of those it holds, by SOPInstanceUID."""
    declared: dict[str, set[str]]
    """What its cases declare them to be."""
    late: set[str]
    """Those taken back while they were on the way."""
    originals: dict[str, str]
    """What declared bytes were recompressed from without loss, by their SHA-256."""
    patients: dict[str, PatientText]
    """Whose the studies are that it holds."""
    series: set[tuple[str, str]]
    """Study and series of those of the series that it holds."""


def known(
    desk: Desk, institution_id: UUID, uids: list[str], series: set[str], studies: set[str]
) -> Known:
    """Read in the transaction that adds the instances."""
    named = {
        "house": institution_id,
        "uids": uids,
        "series": sorted(series),
        "studies": sorted(studies),
        "since": desk.now - ON_THE_WAY,
    }
    found = Known(Doors({}, {}, {}), {}, {}, set(), {}, {}, set())
    sealed: dict[str, tuple[str, ...]] = {}
    for kind, uid, one, two, requester_id, case_id in desk.connection.execute(_KNOWN, named):
        match kind:
            case "held":
                found.held[uid] = one
            case "declared":
                found.declared.setdefault(uid, set()).add(one)
                if two:
                    found.originals[one] = two
            case "late":
                found.late.add(uid)
            case "study":
                sealed[uid] = (one, *two.split(_BETWEEN))
            case "series":
                found.series.add((one, uid))
            case "attached":
                found.doors.attach(uid, case_id, requester_id, one)
    found.patients.update(_patients(desk, institution_id, sealed))
    found.late.difference_update(found.declared)
    add_loose(desk.connection, found.doors, institution_id, studies & found.patients.keys())
    return found


_OF_PATIENT = ("patient_id", "patient_name", "patient_birth_date", "patient_sex")


def _patients(
    desk: Desk, institution_id: UUID, sealed: dict[str, tuple[str, ...]]
) -> dict[str, PatientText]:
    rows = [
        {
            "institution_id": institution_id,
            "study_uid": uid,
            **dict(zip(_OF_PATIENT, texts, strict=True)),
        }
        for uid, texts in sealed.items()
    ]
    opened = desk.rows.opened(desk.connection, StudyRow, rows)
    return {
        one["study_uid"]: PatientText(
            one["patient_name"],
            one["patient_id"],
            one["patient_birth_date"],
            one["patient_sex"],
        )
        for one in opened
    }


def declared_hashes(
    connection: Connection, institution_id: UUID, sop_uids: Iterable[str]
) -> dict[str, set[str]]:
    """What the cases of an institution declare these instances to be."""
    hashes: dict[str, set[str]] = {}
    named = {"house": institution_id, "uids": list(sop_uids)}
    for uid, sha256, _ in connection.execute(_DECLARED, named):
        hashes.setdefault(uid, set()).add(sha256)
    return hashes


def add_instances(
    desk: Desk,
    studies: list[dict[str, Any]],
    series: list[dict[str, Any]],
    instances: list[dict[str, Any]],
) -> None:
    """Adds what is not there yet; a study and a series keep what they were first said to be, but
    what nobody had said of the patient is completed."""
    sealed = [_sealed(desk, one) for one in studies]
    statements = _adding(desk.connection.dialect.name)
    for statement, rows in zip(statements, (sealed, series, instances), strict=True):
        if rows:
            desk.connection.execute(statement, rows)


def _sealed(desk: Desk, study: dict[str, Any]) -> dict[str, Any]:
    """A study's row as it rests; its identifier is found by a keyed hash."""
    mac = None
    if desk.rows.seals and study["patient_id"]:
        mac = patient_mac(study["patient_id"], desk.rows.make(desk.connection, SEARCH))
    return desk.rows.sealed(desk.connection, StudyRow, {**study, "patient_mac": mac})


@cache
def _adding(dialect: str) -> tuple[Any, ...]:
    """Made once for a dialect: the same statement is compiled only once."""
    insert = upsert_for(dialect)
    study = insert(StudyRow.__table__)
    table = StudyRow.__table__
    completed = {
        name: func.coalesce(func.nullif(table.c[name], ""), study.excluded[name])
        for name in (*_OF_PATIENT, "patient_mac")
    }
    return (
        study.on_conflict_do_update(
            index_elements=[table.c.institution_id, table.c.study_uid], set_=completed
        ),
        *(insert(one.__table__).on_conflict_do_nothing() for one in (SeriesRow, InstanceRow)),
    )
