"""Tables of second factors. Secrets rest sealed, recovery codes as keyed hashes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class SecondFactorRow(Base):
    __tablename__ = "second_factors"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed; None until a code of the first one has come back."""
    offered: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed; the one that is being set up."""
    offered_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    """Of the last code that opened: none of it or of an earlier step opens again."""


class RecoveryCodeRow(Base):
    __tablename__ = "recovery_codes"
    hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    used_at: Mapped[datetime | None]
