"""What is said of a report that waits for an archive; the outbox has the report itself."""

from uuid import UUID

from protocol.base import Message


class ToArchive(Message):
    """What is to be stored where; `number` is that of the case, `version` that of the report."""

    id: UUID
    pacs_id: UUID
    number: str
    version: int
