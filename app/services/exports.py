"""What leaves the program here is told to the server's audit trail, now or later."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError

from app.net.auditing import AuditApi
from app.net.errors import NetError, Refused, Unreachable
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.services.troubles import raise_notice
from app.session.link import KeyPlace
from app.session.notices import Severity, Trouble
from app.store.errors import StoreError
from app.store.profile import SealedStore
from protocol.account import Account
from protocol.base import Message, new_id
from protocol.errors import ErrorCode
from protocol.export import Exported, ExportNote

NEVER = (ErrorCode.VALIDATION_FAILED, ErrorCode.CONFLICT)
"""Said of what no later time makes better; of a case that is not there yet it does."""
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
        self._unkept: dict[UUID, ExportNote] = {}

    def tell(self, exported: Exported, of: UUID | None = None) -> None:
        """Of a case, the open one where none is named. It is told as it begins: what was handed to
        a printer is not taken back."""
        case = self._facts.state.case
        of = of if of is not None or case is None else case.id
        note = ExportNote(id=new_id(), at=self._now(), consultation_id=of, exported=exported)
        self._tasks.start(self._keep(note))

    async def _keep(self, note: ExportNote) -> None:
        if await self._sealed(note):
            self.wake()
            return
        self._unkept[note.id] = note
        with suppress(Unreachable):
            await self._offer(note)
        if note.id in self._unkept:
            raise_notice(self._facts, Trouble.EXPORT_IN_MEMORY, severity=Severity.WARNING)

    async def _sealed(self, note: ExportNote) -> bool:
        """Whether it outlives the program: not with a key that ends with it, nor on a full disk."""
        if self._facts.state.link.key_place is KeyPlace.MEMORY:
            return False
        plain = KeptNote(account_id=self._account.id, note=note).model_dump_json().encode()
        try:
            await asyncio.to_thread(self._kept.write, note.id.hex, plain)
        except StoreError as error:
            log.warning("what was exported is noted in memory only: %s", type(error).__name__)
            return False
        return True

    def wake(self) -> None:
        """Tells what waits; after a start, and when the network is back."""
        self._tasks.renew(self._send, only="tell exports")

    async def _send(self) -> None:
        try:
            for note in tuple(self._unkept.values()):
                await self._offer(note)
            for note in await self._waiting():
                await self._offer(note)
        except Unreachable:
            return

    async def _waiting(self) -> list[ExportNote]:
        """Of this account, from the disk."""
        found = []
        for plain in (await asyncio.to_thread(self._kept.read_all)).values():
            try:
                kept = KeptNote.model_validate_json(plain)
            except ValidationError:
                log.warning("what was exported was noted by another version and is kept")
                continue
            if kept.account_id == self._account.id:
                found.append(kept.note)
        return found

    async def _offer(self, note: ExportNote) -> None:
        """It is kept where the server may take it later. Raises `Unreachable`."""
        try:
            await self._api.exported(note)
        except Unreachable:
            raise
        except Refused as refused:
            if refused.code not in NEVER:
                log.warning("what was exported is told later: %s", refused)
                return
            log.error("the server does not take what was exported: %s", refused)
        except NetError as error:
            log.warning("what was exported is told later: %s", error)
            return
        self._unkept.pop(note.id, None)
        await asyncio.to_thread(self._kept.delete, note.id.hex)
