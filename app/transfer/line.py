"""How fast this computer's line carries images up, remembered from one run to the next."""

import asyncio
import logging

from pydantic import Field, ValidationError

from app.store.errors import StoreError
from app.store.profile import SealedStore
from protocol.base import Message

log = logging.getLogger(__name__)
FIRST_GUESS = 500_000.0
"""Bytes a second of a line nothing is known of yet: 4 Mbit/s, a township's."""
RECORD = "line"
WORTH_KEEPING = 0.2
"""A speed is written again when it differs by so much of what was written."""


class _Kept(Message):
    bytes_per_second: float = Field(gt=0)


class Line:
    """What was last measured. It belongs to the loop; any thread may read `bytes_per_second`."""

    def __init__(self, store: SealedStore) -> None:
        self._store = store
        self._kept = 0.0
        self.bytes_per_second = FIRST_GUESS

    def load(self) -> None:
        """Blocking. What cannot be read is measured again."""
        try:
            plain = self._store.read(RECORD)
            if plain is not None:
                self._kept = _Kept.model_validate_json(plain).bytes_per_second
                self.bytes_per_second = self._kept
        except (StoreError, ValidationError, OSError):
            log.info("the speed of the line is measured anew")

    async def measured(self, bytes_per_second: float) -> None:
        """An image went up at this speed, with nothing holding it back."""
        if bytes_per_second <= 0:
            return
        self.bytes_per_second = bytes_per_second
        if abs(bytes_per_second - self._kept) <= WORTH_KEEPING * self._kept:
            return
        self._kept = bytes_per_second
        kept = _Kept(bytes_per_second=bytes_per_second).model_dump_json().encode()
        try:
            await asyncio.to_thread(self._store.write, RECORD, kept)
        except (StoreError, OSError):
            log.info("the speed of the line could not be kept")
