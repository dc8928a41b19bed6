"""What of the hospital's record goes with a case; and reading what a case carries."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from app.net.api import Api
from app.net.emr.clinical import ClinicalRecord, Section
from app.net.emr.elements import Json
from app.net.emr.gathering import Gathered
from app.net.emr.period import earlier
from app.net.emr.reading import record_of
from app.net.emr.sharing import RecordTooLarge, documents_of, shared_bundle
from app.net.errors import NetError, NotSignedIn, Refused, Unreachable
from app.net.records import RecordApi
from app.services.emr import trouble_of
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.services.troubles import raise_error
from app.session.case import CaseRead
from app.session.emr import (
    EmrProblem,
    EmrRead,
    EmrTrouble,
    RecordsWaiting,
    SharedReading,
    SharedRecordRead,
)
from app.session.emr_owner import filled_in, key_of, owner_at_hospital, owner_trouble
from app.session.queue import Load
from app.session.state import State
from app.store.errors import StoreError
from app.store.profile import SealedStore
from protocol.account import Account
from protocol.consultation import CaseContent, Patient, Sex
from protocol.errors import ErrorCode
from protocol.fhir_bundle import BundleRefused
from protocol.record_owner import COMPARABLE
from protocol.shared_record import SharedRecord

log = logging.getLogger(__name__)
_SEXES = {sex.value: sex for sex in Sex}

Filled = tuple[dict[str, Json], int]
Fill = Callable[[tuple[Json, ...], Callable[[int], None]], Awaitable[Filled]]


async def _nothing(_documents: tuple[Json, ...], _told: Callable[[int], None]) -> Filled:
    return {}, 0


class SharedRecordService:
    """Keeps what was chosen sealed here until the server has it.

    Args:
        edit: keeps new words of a case.
        fill: gives documents their content, as `app.net.emr.documents.with_contents`, and tells
            how many it has seen to.
        read_of: told which Patient of the hospital's server a case's record was read of.
    """

    def __init__(
        self,
        facts: Facts,
        api: Api,
        records: RecordApi,
        kept: SealedStore,
        account: Account,
        tasks: Tasks,
        edit: Callable[[CaseContent, UUID], object],
        read_of: Callable[[UUID, str], object] = lambda _case, _patient: None,
        fill: Fill = _nothing,
    ) -> None:
        self._facts = facts
        self._api = api
        self._records = records
        self._kept = kept
        self._account = account
        self._tasks = tasks
        self._edit = edit
        self._read_of = read_of
        self._fill = fill

    # --- the clinic ----------------------------------------------------------------------

    async def share(
        self,
        consultation_id: UUID,
        chosen: tuple[Section, ...],
        *,
        compared: bool = False,
        since: date | None = None,
        contents: bool = False,
    ) -> None:
        """Of what was read just now: the dated Bundle goes with the case. A record of another
        patient than the case's, or its images', goes nowhere. `compared`: somebody says that the
        two are one where that is not certain; the case keeps it. `since`: what was over before
        that day stays behind; `contents`: documents and reports go with what they say."""
        case, reading = self._facts.state.case, self._facts.state.emr.reading
        if case is None or case.id != consultation_id or reading is None:
            return
        gathered = reading.gathered
        if gathered is None or reading.record is None or reading.sharing:
            return
        trouble = owner_trouble(case, gathered, reading.record, compared=compared)
        if trouble is not None:
            self._facts.apply(EmrRead(replace(reading, trouble=trouble)))
            return
        sharing = replace(reading, sharing=True, trouble=None)
        self._facts.apply(EmrRead(sharing))
        try:
            raw = await self._bundle(gathered, reading.record, chosen, since, contents=contents)
            await self._send_or_keep(consultation_id, raw)
        except (RecordTooLarge, BundleRefused, NetError) as error:
            self._facts.apply(EmrRead(replace(sharing, sharing=False, trouble=_trouble(error))))
            return
        except BaseException:
            self._facts.apply(EmrRead(replace(sharing, sharing=False)))
            raise
        key = key_of(case, gathered) if owner_at_hospital(case, gathered) in COMPARABLE else ""
        self._fill_in(consultation_id, reading.record, key)
        self._say_of_whom(consultation_id, gathered)
        self._facts.apply(EmrRead(None))

    async def _bundle(
        self,
        gathered: Gathered,
        record: ClinicalRecord,
        chosen: tuple[Section, ...],
        since: date | None,
        *,
        contents: bool,
    ) -> bytes:
        cut = earlier(record, since) if since is not None else None
        documents: tuple[Json, ...] = ()
        if contents:
            documents = await asyncio.to_thread(documents_of, gathered, chosen, cut)

        def told_done(done: int) -> None:
            reading = self._facts.state.emr.reading
            if reading is not None and reading.sharing:
                self._facts.apply(EmrRead(replace(reading, filled=(done, len(documents)))))

        filled, without = await self._fill(documents, told_done) if documents else ({}, 0)
        told = datetime.now(UTC), cut, filled, without
        return await asyncio.to_thread(shared_bundle, gathered, chosen, *told)

    def _say_of_whom(self, id_: UUID, gathered: Gathered) -> None:
        if not self._facts.state.emr.search.from_files:
            self._read_of(id_, gathered.patient_id)

    async def take_back(self, consultation_id: UUID) -> None:
        """Nothing of a record goes with the case."""
        await asyncio.to_thread(self._kept.delete, consultation_id.hex)
        self._facts.apply(RecordsWaiting(self._facts.state.emr.waiting - {consultation_id}))
        try:
            await self._records.take_back(consultation_id)
        except Refused as refused:
            if refused.code is not ErrorCode.NOT_FOUND:
                raise
        await self._read_case(consultation_id)

    async def send_kept(self) -> None:
        """What waited for the network; to be called when the cases themselves have been sent."""
        for name, plain in (await asyncio.to_thread(self._kept.read_all)).items():
            owner, _, raw = plain.partition(b"\n")
            if owner.decode() != self._account.id.hex:
                continue
            id_ = UUID(hex=name)
            try:
                await self._send(id_, raw)
            except (Unreachable, NotSignedIn):
                self._facts.apply(RecordsWaiting(self._facts.state.emr.waiting | {id_}))
                return
            except Refused as refused:
                raise_error(self._facts, refused)
                await self._forget(id_)

    async def _send_or_keep(self, id_: UUID, raw: bytes) -> None:
        """Kept before it is sent: the window may close, the network may go."""
        plain = self._account.id.hex.encode() + b"\n" + raw
        await asyncio.to_thread(self._kept.write, id_.hex, plain)
        try:
            await self._send(id_, raw)
        except (Unreachable, NotSignedIn):
            self._facts.apply(RecordsWaiting(self._facts.state.emr.waiting | {id_}))
        except Refused as refused:
            known = self._facts.state.case
            unsent = known is not None and known.id == id_ and known.content_version < 0
            if refused.code is ErrorCode.NOT_FOUND and unsent:  # a draft the server will hear of
                self._facts.apply(RecordsWaiting(self._facts.state.emr.waiting | {id_}))
                return
            await self._forget(id_)
            raise

    async def _send(self, id_: UUID, raw: bytes) -> None:
        await self._records.share(id_, raw)
        await self._forget(id_)
        await self._read_case(id_)

    async def _forget(self, id_: UUID) -> None:
        await asyncio.to_thread(self._kept.delete, id_.hex)
        self._facts.apply(RecordsWaiting(self._facts.state.emr.waiting - {id_}))

    async def _read_case(self, id_: UUID) -> None:
        case = self._facts.state.case
        if case is not None and case.id == id_:
            self._facts.apply(CaseRead(await self._api.consultation(id_)))

    def _fill_in(self, id_: UUID, record: ClinicalRecord, checked: str) -> None:
        """What the case does not say of its patient, the record says; and what was compared."""
        case = self._facts.state.case
        if case is None or case.id != id_:
            return
        entered = case.content.patient or Patient()
        filled = filled_in(entered, record.person, _allergies(record))
        told: dict[str, object] = {"patient": filled}
        if checked:
            told["record_checked"] = checked
        if (content := case.content.model_copy(update=told)) != case.content:
            self._edit(content, id_)

    # --- whoever has the case ------------------------------------------------------------

    def follow(self, state: State) -> None:
        """What the open case carries is read once, and again when another takes its place."""
        case, shared = state.case, state.emr.shared
        told = case.consultation.record if case is not None else None
        if case is None or told is None:
            if shared is not None:
                self._facts.apply(SharedRecordRead(None))
            return
        known = shared is not None and (shared.consultation_id, shared.sha256) == (
            case.id,
            told.sha256,
        )
        if not known:
            self.read(case.id, told)

    def read(self, id_: UUID, told: SharedRecord) -> None:
        """Also to try again."""
        begun = SharedReading(id_, told.sha256)
        self._facts.apply(SharedRecordRead(begun))
        self._tasks.start(self._read(begun), only="shared record")

    async def _read(self, begun: SharedReading) -> None:
        try:
            raw = await self._records.read(begun.consultation_id)
            record = await asyncio.to_thread(record_of, raw)
        except (NetError, ValueError) as error:
            log.info("the record of the case was not read: %s", type(error).__name__)
            ended = replace(begun, load=Load.FAILED)
        else:
            ended = replace(begun, load=Load.READY, record=record)
        if self._facts.state.emr.shared is begun:
            self._facts.apply(SharedRecordRead(ended))

    async def load_waiting(self) -> None:
        """After a start: which records still wait."""
        try:
            kept = await asyncio.to_thread(self._kept.read_all)
        except (StoreError, OSError):
            return
        mine = self._account.id.hex.encode() + b"\n"
        waiting = {UUID(hex=name) for name, plain in kept.items() if plain.startswith(mine)}
        self._facts.apply(RecordsWaiting(frozenset(waiting)))


def _trouble(error: Exception) -> EmrTrouble:
    """Why nothing was shared."""
    match error:
        case RecordTooLarge():
            return EmrTrouble(EmrProblem.TOO_LARGE)
        case NetError() if not isinstance(error, Refused):  # content that the hospital has
            return trouble_of(error)
        case _:
            return EmrTrouble(EmrProblem.NOT_SHARED)


def _allergies(record: ClinicalRecord) -> tuple[str, ...]:
    """Whom nobody knows an allergy of has none to copy."""
    entries = record.of(Section.ALLERGIES)
    held = (one for one in entries if one.active and not one.negates)
    titles = (f"{one.title} (?)" if one.reservations else one.title for one in held)
    return tuple(dict.fromkeys(one[:200] for one in titles))[:30]
