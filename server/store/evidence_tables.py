"""Tables that make the audit trail evidence: its entries as leaves of a tree, and signed heads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base, TrailTime


class AuditLeafRow(Base):
    """An entry's place in the tree; never changed (a trigger refuses it)."""

    __tablename__ = "audit_leaves"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHeadRow(Base):
    """What a tree of `size` leaves looked like, signed; never changed."""

    __tablename__ = "audit_heads"
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    peaks: Mapped[str] = mapped_column(Text)
    """Roots of the full subtrees, hexadecimal with blanks between: the tree goes on from them."""
    root: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(TrailTime)
    public_key: Mapped[str]
    signature: Mapped[str]


class AuditStampRow(Base):
    """What an authority of time says of the head of this size: a TimeStampResp (RFC 3161), DER."""

    __tablename__ = "audit_stamps"
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    response: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
