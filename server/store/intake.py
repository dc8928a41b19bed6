"""What storing instances asks and adds, as statements made once and run in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from server.store.counters import upsert_for
from server.store.doors import Doors, doors_of
from server.store.image_tables import (
    AttachmentRow,
    DeclaredInstanceRow,
    InstanceRow,
    SeriesRow,
    StudyRow,
)
from server.store.taken_back import taken_back_among
from server.store.together import Desk

_HELD = select(InstanceRow.sop_uid, InstanceRow.sha256).where(
    InstanceRow.institution_id == bindparam("house"),
    InstanceRow.sop_uid.in_(bindparam("uids", expanding=True)),
)
_DECLARED = (
    select(
        DeclaredInstanceRow.sop_uid, DeclaredInstanceRow.sha256, DeclaredInstanceRow.original_sha256
    )
    .join(
        AttachmentRow,
        (AttachmentRow.consultation_id == DeclaredInstanceRow.consultation_id)
        & (AttachmentRow.study_uid == DeclaredInstanceRow.study_uid),
    )
    .where(
        AttachmentRow.institution_id == bindparam("house"),
        DeclaredInstanceRow.sop_uid.in_(bindparam("uids", expanding=True)),
    )
)
_PATIENTS = select(StudyRow.study_uid, StudyRow.patient_id, StudyRow.patient_name).where(
    StudyRow.institution_id == bindparam("house"),
    StudyRow.study_uid.in_(bindparam("studies", expanding=True)),
)
_TABLES = tuple(one.__table__ for one in (StudyRow, SeriesRow, InstanceRow))


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
    patients: dict[str, tuple[str, str]]
    """PatientID and PatientName of the studies it holds."""


def known(desk: Desk, institution_id: UUID, uids: list[str], studies: set[str]) -> Known:
    """Read in the transaction that adds the instances."""
    run = desk.connection.execute
    named = {"house": institution_id, "uids": uids, "studies": sorted(studies)}
    declared: dict[str, set[str]] = {}
    originals: dict[str, str] = {}
    for uid, sha256, original in run(_DECLARED, named):
        declared.setdefault(uid, set()).add(sha256)
        if original is not None:
            originals[sha256] = original
    return Known(
        doors=doors_of(desk.connection, institution_id, studies),
        held={row.sop_uid: row.sha256 for row in run(_HELD, named)},
        declared=declared,
        originals=originals,
        late=taken_back_among(desk.connection, institution_id, uids, desk.now) - declared.keys(),
        patients={uid: (patient, name) for uid, patient, name in run(_PATIENTS, named)},
    )


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
    connection: Connection,
    studies: list[dict[str, Any]],
    series: list[dict[str, Any]],
    instances: list[dict[str, Any]],
) -> None:
    """Adds what is not there yet; a study and a series keep what they were first said to be."""
    insert = upsert_for(connection)
    for table, rows in zip(_TABLES, (studies, series, instances), strict=True):
        if rows:
            connection.execute(insert(table).on_conflict_do_nothing(), rows)
