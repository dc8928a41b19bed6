"""STOW-RS (PS3.18 10.5): taking instances in, byte for byte, and saying what became of each."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from protocol.imaging import FailureReason
from protocol.patients import differ, is_nobody
from server.api.dicomweb.alike import Alike
from server.api.dicomweb.arriving import Incoming, Received, read_parts
from server.api.dicomweb.headers import Header
from server.api.dicomweb.taking import Outcome, Taking
from server.api.services.studies import Studies
from server.domain.audit import Access, Resource
from server.domain.people import Who
from server.domain.ports import Fresh, ObjectStore
from server.store.errors import NoRoom
from server.store.intake import Known, add_instances, known
from server.store.objects import discard_all
from server.store.together import Asker, Desk, Piece
from server.store.trail import TrailLines
from server.store.work import Store, asker


@dataclass(slots=True)
class _Waiting:
    """What one upload wants known, once its bytes are durable or are not to be had (`error`)."""

    who: Who
    institution_id: UUID
    asker: Asker
    done: asyncio.Future[list[Outcome]]
    received: list[Received] = field(default_factory=list)
    error: Exception | None = None


class ImageStoring(Taking):
    """Stores instances for the institution of whoever sends them.

    The thread that makes the bytes of an upload durable goes on to make them known, with those of
    all uploads that wait for it, before anything is answered: the event loop hears of an upload
    when all is done.
    """

    def __init__(
        self, store: Store, objects: ObjectStore, studies: Studies, max_instance_bytes: int
    ) -> None:
        super().__init__(objects, max_instance_bytes)
        self._store = store
        self._studies = studies
        self._alike = Alike(store, objects, studies.forget_bytes)
        self._mutex = Lock()
        self._queue: list[_Waiting] = []

    async def _keep(self, who: Who, study_uid: str | None, parts: list[Incoming]) -> list[Outcome]:
        """Makes whole parts durable, then known; what is refused leaves no row."""
        institution_id = who.institution_id
        if not parts or institution_id is None:
            return []
        loop = asyncio.get_running_loop()
        waiting = _Waiting(who, institution_id, asker(), loop.create_future())

        def take() -> None:
            try:
                waiting.received = read_parts(parts, study_uid)
                self._objects.keep([one.fresh for one in waiting.received if one.failure is None])
            except Exception as error:
                waiting.error = error
            discard_all(one.fresh for one in waiting.received)
            self._make_known(waiting, loop)

        self._threads.submit(take)
        outcomes = [
            await self._alike.judged(who, one, came.fresh.sha256)
            if one.failure == FailureReason.CONFLICT
            else one
            for one, came in zip(await waiting.done, waiting.received, strict=True)
        ]
        for study in {one.header.study_uid for one in outcomes if one.header and not one.failure}:
            self._studies.arrived(institution_id, study)
        return outcomes

    def _make_known(self, waiting: _Waiting, loop: asyncio.AbstractEventLoop) -> None:
        """What several uploads bring while others are written becomes known in one go: the piece of
        the first takes all."""
        with self._mutex:
            self._queue.append(waiting)
            if len(self._queue) > 1:
                return
        batch: list[_Waiting] = []

        def insert(desk: Desk) -> list[list[Outcome] | Exception]:
            if not batch:  # a piece may run twice
                batch.extend(self._taken())
            return self._insert_all(batch, desk)

        def told(answers: list[list[Outcome] | Exception], error: Exception | None) -> None:
            whose = batch or self._taken()
            found = answers if error is None else [error] * len(whose)
            loop.call_soon_threadsafe(_tell, whose, found)

        self._store.soon(Piece(insert, waiting.asker, loop, told), here=True)

    def _taken(self) -> list[_Waiting]:
        with self._mutex:
            batch, self._queue = self._queue, []
            return batch

    def _insert_all(self, batch: list[_Waiting], desk: Desk) -> list[list[Outcome] | Exception]:
        answers: dict[int, list[Outcome] | Exception] = {}
        for institution_id in {one.institution_id for one in batch}:
            mine = [one for one in batch if one.institution_id == institution_id]
            headers = [one.header for w in mine for one in w.received if one.header is not None]
            found = known(
                desk,
                institution_id,
                [header.sop_uid for header in headers],
                {header.series_uid for header in headers},
                {header.study_uid for header in headers},
            )
            rows = _Rows(institution_id, desk.now, found)
            for waiting in mine:
                if isinstance(waiting.error, NoRoom):
                    answers[id(waiting)] = [
                        Outcome(one.header, one.failure or FailureReason.NO_ROOM)
                        for one in waiting.received
                    ]
                    continue
                if waiting.error is not None:
                    answers[id(waiting)] = waiting.error
                    continue
                lines = desk.lines_of(waiting.asker)
                answers[id(waiting)] = [
                    self._judged(one, waiting.who, found, rows, lines) for one in waiting.received
                ]
                desk.trail.take(lines)
            rows.add_to(desk)
        return [answers[id(one)] for one in batch]

    def _judged(
        self, one: Received, who: Who, found: Known, rows: "_Rows", trail: TrailLines
    ) -> Outcome:
        header, sha256 = one.header, one.fresh.sha256
        if header is None or one.failure is not None:
            return Outcome(header, one.failure)
        failure = _refusal(header, sha256, who, found)
        if failure == FailureReason.NOT_AUTHORIZED:
            _refused(trail, who, header)
        elif failure is None and not self._objects.holds(sha256):
            # Taken back as equal bytes since it was kept: it is sent again.
            failure = FailureReason.PROCESSING_FAILURE
        elif failure is None:
            _stored(trail, who, header, found.doors.cases)
            if header.sop_uid not in found.held:
                found.held[header.sop_uid] = sha256
                rows.add(header, one.fresh, who)
        return Outcome(header, failure)


def _tell(batch: Sequence[_Waiting], answers: Sequence[list[Outcome] | Exception]) -> None:
    for one, answer in zip(batch, answers, strict=True):
        if one.done.done():
            continue  # who sent it has gone
        if isinstance(answer, Exception):
            one.done.set_exception(answer)
        else:
            one.done.set_result(answer)


def _refusal(header: Header, sha256: str, who: Who, found: Known) -> int | None:
    declared = header.sop_uid in found.declared
    admitted = found.doors.admit(header.study_uid, who.id, declared=declared)
    if header.sop_uid in found.late or not admitted:
        return FailureReason.NOT_AUTHORIZED
    patient, theirs = found.patients.get(header.study_uid), header.patient
    if patient is not None and patient != theirs and differ(patient, theirs):
        return FailureReason.OTHER_PATIENT
    return _disagreement(header.sop_uid, sha256, found.held, found.declared)


def _stored(trail: TrailLines, who: Who, header: Header, cases: Mapping[str, list[UUID]]) -> None:
    """One entry for each case that has the study, or one without a case."""
    concerned: list[UUID | None] = [*cases.get(header.study_uid, [])]
    for case_id in concerned or [None]:
        trail.note(
            who.id, Access.CREATE, Resource.INSTANCE, header.sop_uid, consultation_id=case_id
        )


def _refused(trail: TrailLines, who: Who, header: Header) -> None:
    trail.note(
        who.id, Access.CREATE, Resource.INSTANCE, header.sop_uid, detail="refused: not authorized"
    )


class _Rows:
    """The rows of the three tables one transaction adds."""

    def __init__(self, institution_id: UUID, now: datetime, found: Known) -> None:
        self._institution_id = institution_id
        self._now = now
        self._found = found
        self.studies: dict[str, dict[str, Any]] = {}
        self.series: dict[tuple[str, str], dict[str, Any]] = {}
        self.instances: list[dict[str, Any]] = []

    def add_to(self, desk: Desk) -> None:
        """Writes them."""
        add_instances(desk, [*self.studies.values()], [*self.series.values()], self.instances)

    def add(self, header: Header, fresh: Fresh, who: Who) -> None:
        house = {"institution_id": self._institution_id}
        before = self._found.patients.get(header.study_uid)
        patient = header.patient if before is None else before.completed_by(header.patient)
        if patient != before:
            self._found.patients[header.study_uid] = patient
            row = {**house, "study_uid": header.study_uid, **header.study}
            self.studies[header.study_uid] = row | {
                "patient_id": patient.patient_id,
                "patient_name": patient.name,
                "patient_birth_date": patient.birth_date,
                "patient_sex": patient.sex,
            }
        of_study = (header.study_uid, header.series_uid)
        if of_study not in self._found.series:
            self.series.setdefault(
                of_study, {**house, "series_uid": header.series_uid, **header.series}
            )
        self.instances.append(
            {
                **house,
                "sop_uid": header.sop_uid,
                "series_uid": header.series_uid,
                "study_uid": header.study_uid,
                "sha256": fresh.sha256,
                "size": fresh.size,
                "received_at": self._now,
                "account_id": who.id,
                "original_sha256": self._found.originals.get(fresh.sha256),
                **header.instance,
                "names_patient": not is_nobody(header.patient),
            }
        )


def _disagreement(
    uid: str, sha256: str, held: dict[str, str], declared: dict[str, set[str]]
) -> FailureReason | None:
    """Bytes that differ from those held under the same UID, or from what a case declared."""
    known = held.get(uid)
    if known is not None:
        return None if known == sha256 else FailureReason.CONFLICT
    if uid in declared and sha256 not in declared[uid]:
        return FailureReason.HASH_MISMATCH
    return None
