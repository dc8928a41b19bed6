"""Everything the database has about one case, table by table."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from server.store.columns import Base
from server.store.form_tables import PresentedFormRow, ReportCopyRow, ReportPictureRow
from server.store.image_tables import AttachmentRow, DeclaredInstanceRow, PriorReportRow, PriorRow
from server.store.on_call_tables import AlertRow
from server.store.pickup_tables import PickupRow
from server.store.recording_tables import RecordingConsentRow, RecordingPieceRow, RecordingRow
from server.store.sealed_rows import SEALED
from server.store.sealed_rows import Rows as Opener
from server.store.shared_record_table import SharedRecordRow
from server.store.tables import (
    AccountRow,
    ApartRow,
    CallRow,
    CallSeatRow,
    ConsultationRow,
    EmergencyRow,
    InstitutionRow,
    InvitationRow,
    LibraryRow,
    MessageRow,
    OfferRow,
    OpinionRow,
    ReportRow,
    SigningKeyRow,
    TimelineRow,
    TimerRow,
)

OF_A_CASE: tuple[type[Base], ...] = (
    TimelineRow,
    MessageRow,
    OpinionRow,
    ReportRow,
    PresentedFormRow,
    ReportPictureRow,
    ReportCopyRow,
    SharedRecordRow,
    AttachmentRow,
    DeclaredInstanceRow,
    PriorRow,
    PriorReportRow,
    OfferRow,
    PickupRow,
    AlertRow,
    TimerRow,
    ApartRow,
    EmergencyRow,
    CallRow,
    InvitationRow,
    RecordingRow,
    LibraryRow,
)
"""Every table with a `consultation_id`, but the audit trail, which is evidence of its own, and the
lists of what was told to people, which say nothing that the timeline does not."""
_SECRETS = frozenset(("claim_hash", "hash", "password_hash", "search_text"))
"""Columns that let somebody in, or would help to find out what does; and words to search by."""
Rows = list[dict[str, Any]]


def case_of_number(number: str) -> Select[UUID]:
    """The id of the case that people call so."""
    return select(ConsultationRow.id).where(ConsultationRow.number == number)


def rows_of_case(
    connection: Connection, case_id: UUID, opener: Opener
) -> Iterator[tuple[str, Rows]]:
    """Name and rows of every table that has any, opened; the case itself first, and the people,
    their houses and their signing keys last. Nothing at all where there is no such case."""
    seen: Rows = []
    for table, condition in _places(case_id):
        rows = _rows(connection, select(table.__table__).where(condition), opener, table)
        if rows:
            yield table.__tablename__, rows
        elif not seen:
            return
        seen += rows
    yield from _people(connection, seen)


def _places(case_id: UUID) -> Iterator[tuple[type[Base], Any]]:
    yield ConsultationRow, ConsultationRow.id == case_id
    for table in OF_A_CASE:
        yield table, table.__table__.c.consultation_id == case_id
    calls = select(CallRow.id).where(CallRow.consultation_id == case_id)
    yield CallSeatRow, CallSeatRow.call_id.in_(calls)
    recordings = select(RecordingRow.id).where(RecordingRow.consultation_id == case_id)
    yield RecordingConsentRow, RecordingConsentRow.recording_id.in_(recordings)
    yield RecordingPieceRow, RecordingPieceRow.recording_id.in_(recordings)


def _people(connection: Connection, seen: Rows) -> Iterator[tuple[str, Rows]]:
    ids = {value for row in seen for value in row.values() if isinstance(value, UUID)}
    account = AccountRow.__table__.c
    columns = (account.id, account.username, account.display_name, account.institution_id)
    people = _rows(connection, select(*columns).where(account.id.in_(ids)))
    yield "accounts", people
    houses = ids | {row["institution_id"] for row in people if row["institution_id"]}
    asked = select(InstitutionRow.__table__).where(InstitutionRow.id.in_(houses))
    yield "institutions", _rows(connection, asked)
    asked = select(SigningKeyRow.__table__).where(SigningKeyRow.id.in_(ids))
    if keys := _rows(connection, asked):
        yield "signing_keys", keys


def _rows(
    connection: Connection,
    asked: Select[*tuple[Any, ...]],
    opener: Opener | None = None,
    table: type[Base] = Base,
) -> Rows:
    found: Rows = [dict(row) for row in connection.execute(asked).mappings()]
    if opener is not None and table.__tablename__ in SEALED:
        found = opener.opened(connection, table, found)
    rows = [{name: row[name] for name in row if name not in _SECRETS} for row in found]
    return sorted(rows, key=str)


def objects_of_case(connection: Connection, case_id: UUID, *, images: bool) -> list[str]:
    """The SHA-256 of its signed papers with their pictures and of its record, and of its images
    when they are wanted."""
    wanted = [
        select(PresentedFormRow.sha256).where(
            PresentedFormRow.consultation_id == case_id, PresentedFormRow.version.is_not(None)
        ),
        select(ReportPictureRow.sha256).where(
            ReportPictureRow.consultation_id == case_id, ReportPictureRow.signed.is_(True)
        ),
        select(SharedRecordRow.sha256).where(SharedRecordRow.consultation_id == case_id),
    ]
    if images:
        of_case = DeclaredInstanceRow.consultation_id == case_id
        wanted.append(select(DeclaredInstanceRow.sha256).where(of_case))
    return sorted({sha256 for one in wanted for sha256 in connection.scalars(one)})
