"""What leaves the program here is told to the server's audit trail, now or later."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError

from app.net.auditing import AuditApi
from app.net.errors import NetError, Unreachable
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.store.errors import StoreError
from app.store.profile import SealedStore
from protocol.account import Account
from protocol.base import Message, new_id
from protocol.export import Exported, ExportNote

log = logging.getLogger(__name__)


class KeptNote(Message):
    """`account_id` is who exported: nobody else's session may tell it."""

    account_id: UUID
    note: ExportNote


class ExportService:
    """Saving and printing never wait for it.

    Args:
        kept: what the server has not taken yet, sealed, under the id of each note.
    """

    def __init__(
        self,
        facts: Facts,
        api: AuditApi,
        kept: SealedStore,
        account: Account,
        tasks: Tasks,
        now: Callable[[], datetime],
    ) -> None:
        self._facts = facts
        self._api = api
        self._kept = kept
        self._account = account
        self._tasks = tasks
        self._now = now

    def tell(self, exported: Exported, of: UUID | None = None) -> None:
        """Of a case, the open one where none is named. It is told as it begins: what was handed to
        a printer is not taken back."""
        case = self._facts.state.case
        of = of if of is not None or case is None else case.id
        note = ExportNote(id=new_id(), at=self._now(), consultation_id=of, exported=exported)
        self._tasks.start(self._keep(note))

    async def _keep(self, note: ExportNote) -> None:
        plain = KeptNote(account_id=self._account.id, note=note).model_dump_json().encode()
        try:
            await asyncio.to_thread(self._kept.write, note.id.hex, plain)
        except StoreError:
            await self._api.exported(note)
            return
        self.wake()

    def wake(self) -> None:
        """Tells what waits; after a start, and when the network is back."""
        self._tasks.renew(self._send, only="tell exports")

    async def _send(self) -> None:
        for name, plain in (await asyncio.to_thread(self._kept.read_all)).items():
            try:
                kept = KeptNote.model_validate_json(plain)
            except ValidationError:
                log.warning("what was exported was noted by another version and is kept")
                continue
            if kept.account_id != self._account.id:
                continue
            try:
                await self._api.exported(kept.note)
            except Unreachable:
                return
            except NetError as error:
                log.warning("what was exported is told later: %s", error)
                continue
            await asyncio.to_thread(self._kept.delete, name)
