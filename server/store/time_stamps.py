"""Time stamps of an authority over heads of the audit trail (RFC 3161), asked for and judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlalchemy import Connection, insert, select

from server.store.errors import EvidenceUnusable
from server.store.evidence import Head, head_of, newest_head
from server.store.evidence_tables import AuditHeadRow, AuditStampRow

Roots = Sequence[x509.Certificate]


class StampRefused(Exception):
    """What came is no stamp of this authority over these bytes."""


@dataclass(frozen=True, slots=True)
class StampRequest:
    """A TimeStampReq (RFC 3161 2.4.1) over some bytes, with a nonce and asking for the
    certificate."""

    data: bytes
    body: bytes
    nonce: int | None

    @classmethod
    def over(cls, data: bytes) -> "StampRequest":
        made = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA512).build()
        return cls(data, made.as_bytes(), made.nonce)

    def answered(self, response: bytes, roots: Roots) -> datetime:
        """The time of the stamp that answers it; raises `StampRefused`."""
        return stamped_at(response, self.data, roots, self.nonce)


def stamped_at(response: bytes, data: bytes, roots: Roots, nonce: int | None = None) -> datetime:
    """When the authority saw the data.

    Args:
        response: a TimeStampResp (RFC 3161 2.4.2), DER.
        roots: of authorities that are trusted; the stamp brings the certificates between.

    Raises `StampRefused`.
    """
    builder = VerifierBuilder(roots=list(roots), nonce=nonce)
    try:
        told = decode_timestamp_response(response)
        builder.build().verify_message(told, data)
        return told.tst_info.gen_time.astimezone(UTC)
    except (ValueError, VerificationError) as error:
        raise StampRefused(str(error)[:200]) from error


def read_roots(file: Path) -> list[x509.Certificate]:
    """Certificates of a PEM file; raises `EvidenceUnusable`."""
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise EvidenceUnusable(
            f"{file.name} holds no certificates of a time stamping authority (PEM)"
        ) from error


# --- of the database ---------------------------------------------------------------------------


def head_to_stamp(connection: Connection) -> tuple[Head | None, datetime | None]:
    """The newest head, unless it has a stamp; and when the last stamp was kept."""
    last = connection.execute(
        select(AuditStampRow.size, AuditStampRow.at).order_by(AuditStampRow.size.desc()).limit(1)
    ).first()
    head = newest_head(connection)
    if head is not None and last is not None and last.size == head.size:
        head = None
    return head, None if last is None else last.at


def keep_stamp(connection: Connection, size: int, response: bytes, at: datetime) -> None:
    """`at` is the stamp's own time. Another process may have been quicker."""
    known = connection.scalar(select(AuditStampRow.size).where(AuditStampRow.size == size))
    if known is None:
        connection.execute(insert(AuditStampRow), [{"size": size, "response": response, "at": at}])


def stamps(connection: Connection) -> Iterator[tuple[Head | None, int, bytes]]:
    """Every stamp with the head it is over, None where that is gone."""
    heads: Any = AuditHeadRow.__table__
    asked = (
        select(AuditStampRow.size.label("stamped"), AuditStampRow.response, *heads.columns)
        .outerjoin(AuditHeadRow, AuditHeadRow.size == AuditStampRow.size)
        .order_by(AuditStampRow.size)
    )
    for row in connection.execute(asked):
        yield (None if row.size is None else head_of(row)), row.stamped, row.response


def last_stamp(connection: Connection) -> tuple[Head, bytes] | None:
    """The newest stamp, with its head."""
    heads: Any = AuditHeadRow.__table__
    row = connection.execute(
        select(AuditStampRow.response, *heads.columns)
        .join(AuditHeadRow, AuditHeadRow.size == AuditStampRow.size)
        .order_by(AuditStampRow.size.desc())
        .limit(1)
    ).first()
    return None if row is None else (head_of(row), row.response)


def stamp_of(connection: Connection, size: int) -> bytes | None:
    return connection.scalar(select(AuditStampRow.response).where(AuditStampRow.size == size))
