"""Which stored objects a database speaks of."""

from sqlalchemy import Connection, select, union

from server.store.form_tables import PresentedFormRow, ReportPictureRow
from server.store.image_tables import InstanceRow
from server.store.recording_tables import RecordingPieceRow, RecordingRow
from server.store.shared_record_table import SharedRecordRow

_REFERENCES = union(
    select(InstanceRow.sha256),
    # The row of a paper or a picture is there before its bytes are, until the report is signed.
    select(PresentedFormRow.sha256).where(PresentedFormRow.version.is_not(None)),
    select(ReportPictureRow.sha256).where(ReportPictureRow.signed.is_(True)),
    select(SharedRecordRow.sha256),
    select(RecordingPieceRow.sha256)
    .join(RecordingRow, RecordingRow.id == RecordingPieceRow.recording_id)
    .where(RecordingRow.deleted_at.is_(None)),
)
_WAITING = union(
    select(PresentedFormRow.sha256).where(PresentedFormRow.version.is_(None)),
    select(ReportPictureRow.sha256).where(ReportPictureRow.signed.is_(False)),
)


def referenced(connection: Connection) -> list[str]:
    """The SHA-256 of every object that must be there, sorted; each once."""
    return sorted(connection.execute(_REFERENCES).scalars())


def waiting(connection: Connection) -> list[str]:
    """Of objects that may be there: papers and pictures of reports nobody has signed yet."""
    return sorted(set(connection.execute(_WAITING).scalars()))


def still_referenced(connection: Connection, sha256: str) -> bool:
    """Whether any row speaks of this object now."""
    found = _REFERENCES.subquery()
    asked = select(found.c.sha256).where(found.c.sha256 == sha256).limit(1)
    return connection.execute(asked).first() is not None
