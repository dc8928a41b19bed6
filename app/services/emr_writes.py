"""What the hospital shall keep of the clinic's cases: gathered, kept sealed in the outbox, and
written when its server takes it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from pydantic import ValidationError

from app.net.api import Api
from app.net.emr.place import EmrServer
from app.net.emr.writes import PATIENT, HospitalWrite, WriteFault
from app.net.emr.writing import write
from app.net.errors import FhirRefused, NetError, Refused, Unreachable
from app.services.emr import trouble_of
from app.services.facts import Facts
from app.services.papers import PaperService
from app.services.signing import signature_fits
from app.services.tasks import Tasks
from app.services.troubles import raise_notice
from app.session.emr import EmrTrouble
from app.session.emr_writes import CaseWrites, WritesSeen
from app.session.notices import NoticeObsolete, Severity, Trouble
from app.session.state import State
from app.store.profile import SealedStore
from protocol.account import Account
from protocol.consultation import STATUS_OF, Consultation, ConsultationSummary, Phase, Status
from protocol.errors import ErrorCode
from protocol.export import Exported, ExportKind, ExportTo
from protocol.fhir_report import case_resources
from protocol.report import Report

if TYPE_CHECKING:
    from app.net.emr.hospital import Hospital

log = logging.getLogger(__name__)
T = TypeVar("T")
PAUSES_S = (30, 60, 120, 300, 900, 1800)
"""Between one try and the next; the last holds on."""
KEPT = timedelta(days=90)
"""How long it is remembered where a case lies that is written: later words look for it anew."""


_LATER = "hospital writes later"


class AtHospital(Protocol):
    """`app.services.emr.EmrService`."""

    async def at_hospital(self, work: Callable[["Hospital"], T]) -> T: ...


class DoubtfulReport(Exception):
    """Its signature or its paper does not fit: it is not handed on."""


class EmrWritesService:
    """One case after the other, each in the newest words; what somebody wishes is done first.

    Args:
        kept: the drawer of the outbox.
        exported: has the audit trail told of what was written.
    """

    def __init__(
        self,
        facts: Facts,
        api: Api,
        emr: AtHospital,
        papers: PaperService,
        kept: SealedStore,
        account: Account,
        tasks: Tasks,
        exported: Callable[[Exported, UUID], None],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._facts = facts
        self._api = api
        self._emr = emr
        self._papers = papers
        self._kept = kept
        self._account = account
        self._tasks = tasks
        self._exported = exported
        self._now = now
        self._pause = pause
        self._entries: dict[UUID, HospitalWrite] = {}
        self._troubles: dict[UUID, EmrTrouble] = {}
        self._wished: list[tuple[UUID, Callable[[HospitalWrite], HospitalWrite | None]]] = []
        self._sending: UUID | None = None
        self._begun = False
        self._unreadable: set[UUID] = set()
        self._rows: tuple[ConsultationSummary, ...] | None = None
        self._server: EmrServer | None = None

    # --- what is to be written -----------------------------------------------------------

    async def begin(self) -> None:
        """Takes up what waits, after a start or when the network is back."""
        if not self._begun:
            for plain in (await asyncio.to_thread(self._kept.read_all)).values():
                self._take_up(plain)
            self._begun = True
            for entry in self._entries.values():
                self._say(entry)
        self.wake()

    def _take_up(self, plain: bytes) -> None:
        try:
            entry = HospitalWrite.model_validate_json(plain)
        except ValidationError:
            log.warning("what waits for the hospital was written by another version and is kept")
            return
        if entry.account_id == self._account.id:
            self._entries[entry.consultation_id] = entry

    def follow(self, state: State) -> None:
        """A case was sent, planned, received or ended; or the settings are others."""
        rows, server = state.queue.mine.items, state.emr.server
        moved = server is not self._server
        if not self._begun or (rows is self._rows and not moved):
            return
        self._rows, self._server = rows, server
        if moved or self._due():
            self.wake()

    def wake(self) -> None:
        self._tasks.renew(self._pass, only="hospital writes")

    def note_patient(self, consultation_id: UUID, patient_id: str) -> None:
        """Whom the case's record was read of: written is to that very Patient."""
        if self._since is None:
            return
        known = self._entries.get(consultation_id) or self._empty(consultation_id)
        self._entries[consultation_id] = known
        self._wish(consultation_id, lambda one: one.model_copy(update={"patient_id": patient_id}))

    def _empty(self, consultation_id: UUID) -> HospitalWrite:
        return HospitalWrite(
            consultation_id=consultation_id,
            account_id=self._account.id,
            url=self._facts.state.emr.server.url,
        )

    @property
    def _since(self) -> datetime | None:
        """Cases that were sent from then on are written: the institution wants it, and this
        computer knows its hospital. None: nothing is."""
        server, account = self._facts.state.emr.server, self._facts.state.link.account
        wanted = account.records_written_since if account is not None else None
        if wanted is None or not server.is_set:
            return None
        return wanted if server.set_at is None else max(wanted, server.set_at)

    def _due(self) -> list[ConsultationSummary]:
        """Own cases, sent since the institution wants them written, of which the outbox does not
        have the newest words."""
        since = self._since
        if since is None:
            return []
        return [
            row
            for row in self._facts.state.queue.mine.items
            if row.requester.id == self._account.id
            and row.id not in self._unreadable
            and row.submitted_at is not None
            and row.submitted_at >= since
            and (stage := stage_of(row))
            and ((known := self._entries.get(row.id)) is None or known.stage != stage)
        ]

    async def _gather(self, row: ConsultationSummary) -> None:
        case = await self._api.consultation(row.id)
        stage = stage_of(case.summary)
        known = self._entries.get(row.id) or self._empty(row.id)
        patient = case.content.patient
        told: dict[str, object] = {"number": case.summary.number, "patient": patient}
        told["whose"] = known.whose or (patient.patient_id if patient is not None else "")
        known = known.model_copy(update=told)
        try:
            report, paper = await self._report(case)
        except DoubtfulReport:
            fault = {"fault": WriteFault.REPORT_DOUBTFUL, "stage": stage}
            known = known.model_copy(update=fault)
            await self._keep(known)
            self._say(known)
            return
        resources = await asyncio.to_thread(case_resources, case, PATIENT, report, paper)
        await self._keep(await asyncio.to_thread(known.asking, resources, stage))

    async def _report(self, case: Consultation) -> tuple[Report | None, bytes | None]:
        """The signed report with its file, once it was received; None before."""
        if case.summary.phase not in (Phase.RECEIVED, Phase.ENTERED_IN_ERROR):
            return None, None
        try:
            signed = await self._api.report(case.summary.id)
        except Refused as refused:
            if refused.code is not ErrorCode.NOT_FOUND:
                raise
            return None, None
        if not signature_fits(signed):
            raise DoubtfulReport
        verdict = await self._papers.verify(signed)
        if signed.presented_form is not None and verdict is None:
            raise Unreachable("the signed file cannot be had now")
        if verdict is not None and not verdict.genuine:
            raise DoubtfulReport
        return signed.report, (await self._papers.paper_of(signed, verdict)).pdf

    # --- what somebody wishes ------------------------------------------------------------

    def again(self, consultation_id: UUID, whose: str = "") -> None:
        """Another try now; `whose` is the patient's number at the hospital."""
        self._wish(consultation_id, lambda one: one.again(whose))

    def over(self, consultation_id: UUID) -> None:
        self._wish(consultation_id, lambda one: one.over())

    def leave(self, consultation_id: UUID) -> None:
        """What waits is given up; what the hospital has stays."""
        other = self._facts.state.emr.server.url
        self._wish(consultation_id, lambda one: one.left() if one.url == other else None)

    def _wish(self, id_: UUID, change: Callable[[HospitalWrite], HospitalWrite | None]) -> None:
        self._wished.append((id_, change))
        self.wake()

    async def _fulfil(self) -> None:
        while self._wished:
            id_, change = self._wished.pop(0)
            if (known := self._entries.get(id_)) is None:
                continue
            if (changed := change(known)) is None:
                await self._drop(id_)
                continue
            self._troubles.pop(id_, None)
            await self._keep(changed)

    # --- writing -------------------------------------------------------------------------

    async def _pass(self) -> None:
        await self._fulfil()
        if self._since is None:
            self._tasks.cancel(_LATER)
            self._facts.apply(WritesSeen(()))
            return
        for entry in tuple(self._entries.values()):
            await self._settle(entry)
        for row in self._due():
            try:
                await self._gather(row)
            except NetError as error:
                log.info("a case is not gathered for the hospital now: %s", type(error).__name__)
                if isinstance(error, Refused):
                    self._unreadable.add(row.id)
        for entry in tuple(self._entries.values()):
            if entry.waits and (entry.next_at is None or entry.next_at <= self._now()):
                await self._send(entry)
        self._show()
        self._plan()

    async def _settle(self, entry: HospitalWrite) -> None:
        """What belongs to another server, and what is old."""
        if entry.url != self._facts.state.emr.server.url:
            if entry.done:
                await self._drop(entry.consultation_id)
            elif entry.fault is not WriteFault.OTHER_SERVER:
                await self._keep(entry.model_copy(update={"fault": WriteFault.OTHER_SERVER}))
        elif entry.done and entry.next_at is not None and entry.next_at + KEPT < self._now():
            await self._drop(entry.consultation_id)

    async def _send(self, entry: HospitalWrite) -> None:
        id_, newest = entry.consultation_id, [entry]

        def keep(changed: HospitalWrite) -> None:
            newest[:] = [changed]
            self._kept.write(id_.hex, changed.model_dump_json().encode())

        self._sending = id_
        self._show()
        try:
            newest[:] = [await self._emr.at_hospital(lambda server: write(server, entry, keep))]
        except NetError as error:
            ended = self._later(newest[0], error)
        else:
            ended = self._ended(newest[0], entry)
        finally:
            self._sending = None
            self._entries[id_] = newest[0]  # what is on the disk, whatever ended it
            if (count := _asked(entry) - _asked(newest[0])) > 0:
                self._exported(Exported.of(ExportKind.CASE, ExportTo.RECORD, count), id_)
        await self._keep(ended)

    def _later(self, entry: HospitalWrite, error: NetError) -> HospitalWrite:
        self._troubles[entry.consultation_id] = trouble_of(error)
        log.info("the hospital's server is asked later: %s", type(error).__name__)
        pause: float = PAUSES_S[min(entry.tries, len(PAUSES_S) - 1)]
        if isinstance(error, FhirRefused) and error.retry_after_s is not None:
            pause = max(pause, error.retry_after_s)
        return self._next(entry, pause, entry.tries + 1)

    def _ended(self, entry: HospitalWrite, before: HospitalWrite) -> HospitalWrite:
        """`next_at` of what is done says when that was; what is refused is said once."""
        id_ = entry.consultation_id
        self._troubles.pop(id_, None)
        if entry.done:
            self._facts.apply(NoticeObsolete(Trouble.HOSPITAL_DOES_NOT_TAKE, id_))
            return self._next(entry, 0, 0)
        if entry.faults != before.faults:
            self._say(entry)
        return self._next(entry, PAUSES_S[-1], entry.tries)

    def _say(self, entry: HospitalWrite) -> None:
        """Which case has to be looked at, where one has."""
        if any(entry.faults):
            raise_notice(
                self._facts,
                Trouble.HOSPITAL_DOES_NOT_TAKE,
                (("number", entry.number),),
                severity=Severity.WARNING,
                consultation_id=entry.consultation_id,
            )

    def _next(self, entry: HospitalWrite, pause: float, tries: int) -> HospitalWrite:
        at = self._now() + timedelta(seconds=pause)
        return entry.model_copy(update={"tries": tries, "next_at": at})

    async def _keep(self, entry: HospitalWrite) -> None:
        """Raises DiskFull."""
        self._entries[entry.consultation_id] = entry
        plain = await asyncio.to_thread(lambda: entry.model_dump_json().encode())
        await asyncio.to_thread(self._kept.write, entry.consultation_id.hex, plain)

    async def _drop(self, id_: UUID) -> None:
        self._entries.pop(id_, None)
        self._troubles.pop(id_, None)
        await asyncio.to_thread(self._kept.delete, id_.hex)

    def _show(self) -> None:
        shown = tuple(
            CaseWrites.seen(
                one,
                self._troubles.get(one.consultation_id),
                sending=one.consultation_id == self._sending,
            )
            for one in self._entries.values()
            if not one.done
        )
        if shown != self._facts.state.emr_writes:
            self._facts.apply(WritesSeen(shown))

    def _plan(self) -> None:
        """The next try, when the first of those that wait is due; a case that could not be gathered
        is tried again then, too."""
        waiting = [one.next_at for one in self._entries.values() if one.waits and one.next_at]
        pauses = [max(1.0, (at - self._now()).total_seconds()) for at in waiting]
        if self._due():
            pauses.append(PAUSES_S[0])
        if pauses:
            self._tasks.start(self._wait(min(pauses)), only=_LATER)
        else:
            self._tasks.cancel(_LATER)

    async def _wait(self, seconds: float) -> None:
        await self._pause(seconds)
        self.wake()


def _asked(entry: HospitalWrite) -> int:
    """How many resources are still to be written."""
    return sum(bool(part.resource) for part in entry.parts)


def stage_of(row: ConsultationSummary) -> str:
    """What of a case the hospital is told; empty where it is told nothing new: a report that was
    signed is written when the clinic has received it."""
    match STATUS_OF[row.phase]:
        case Status.DRAFT:
            return ""
        case Status.CANCELLED:
            return f"ended {row.phase.value}"
        case Status.COMPLETED:
            return f"received {row.version}" if row.phase is Phase.RECEIVED else ""
        case _:
            made = row.appointment
            if row.scheduled_for is None:
                return "sent"
            came = "planned"
            if made is not None and not made.open:
                came = "met" if made.met_at else "missed"
            return f"{came} {row.scheduled_for.isoformat()}"
