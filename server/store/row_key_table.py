"""The table of the data keys that rows with patient data are sealed with."""

from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class RowKeyRow(Base):
    """One group's data key, wrapped by a key of the key file."""

    __tablename__ = "row_keys"
    group_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(index=True)
    """Of the wrapping key, hexadecimal."""
    algorithm: Mapped[int]
    """Of what the data key seals (`Algorithm`)."""
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
