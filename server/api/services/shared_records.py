"""What the clinic shares of the patient's record with a case: one dated Bundle of FHIR resources.

Its bytes rest sealed in the object store, as images do; every access is in the audit trail.
"""

import asyncio
import hashlib
from uuid import UUID

from protocol.consultation import Action
from protocol.errors import ErrorCode, FieldProblem
from protocol.fhir_bundle import BundleFault, BundleRefused, JudgedBundle, judged, patient_text
from protocol.fhir_bundle import identifiers as identifiers_of
from protocol.shared_record import RecordCount, SharedRecord
from server.api.services.acting import Acting
from server.api.services.stored_bytes import whole
from server.domain.allowed import allowed_by
from server.domain.attempt import Attempt
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Conflict, Invalid, NotFound
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.domain.rights import Part, require_part
from server.store.work import Store, Work

MOST_IDENTIFIERS = 20


class SharedRecords:
    """Written by the requester while the case may be edited, read by all who may read the case."""

    def __init__(self, store: Store, objects: ObjectStore, acting: Acting) -> None:
        self._store = store
        self._objects = objects
        self._acting = acting

    async def share(self, who: Who, case_id: UUID, raw: bytes) -> SharedRecord:
        """Replaces what was shared before; the same bytes again change nothing."""
        try:
            bundle = await asyncio.to_thread(judged, raw)
        except BundleRefused as refused:
            raise _invalid(refused) from refused
        sha256 = hashlib.sha256(raw).hexdigest()
        async with self._store.writing() as work:
            case = await self._editable(work, who, case_id)
            before = await work.shared_records.of_case(case_id)
            if before is not None and before.sha256 == sha256:
                return before
            people = await self._acting.telling.directory.of(work)
            name = people.person(who.id).display_name
            record = _described(bundle, raw, sha256).model_copy(
                update={"shared_at": work.now, "shared_by": name}
            )
            await asyncio.to_thread(self._keep, raw)
            await work.shared_records.keep(case_id, record)
            work.trail.note(who.id, Access.CREATE, Resource.RECORD, sha256, consultation_id=case_id)
            await self._acting.telling.changed(work, case, before=case, event=None, by=who)
        if before is not None:
            await self._forget_bytes(before.sha256)
        return record

    async def read(self, who: Who, case_id: UUID) -> bytes:
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who)
            record = await work.shared_records.of_case(case_id)
            if record is None:
                raise NotFound("nothing of a record was shared with this case")
            work.trail.note(
                who.id, Access.READ, Resource.RECORD, record.sha256, consultation_id=case_id
            )
        return await whole(self._objects, record.sha256)

    async def take_back(self, who: Who, case_id: UUID) -> None:
        async with self._store.writing() as work:
            case = await self._editable(work, who, case_id)
            record = await work.shared_records.of_case(case_id)
            if record is None:
                return
            await work.shared_records.forget(case_id)
            work.trail.note(
                who.id, Access.DELETE, Resource.RECORD, record.sha256, consultation_id=case_id
            )
            await self._acting.telling.changed(work, case, before=case, event=None, by=who)
        await self._forget_bytes(record.sha256)

    async def _editable(self, work: Work, who: Who, case_id: UUID) -> Case:
        case = await self._acting.get(work, case_id)
        require_part(case, who, Part.REQUESTER)
        if Action.EDIT not in allowed_by(case, who, Attempt(Action.EDIT, who)):
            raise Conflict(
                ErrorCode.TRANSITION_REFUSED,
                f"the record cannot change while the case is {case.phase.value}",
                consultation_id=case_id,
            )
        return case

    async def _forget_bytes(self, sha256: str) -> None:
        """After the commit: a crash in between leaves bytes nobody lists, never the reverse."""
        async with self._store.writing() as work:
            if not await work.shared_records.is_needed(sha256):
                await asyncio.to_thread(self._objects.remove, sha256)

    def _keep(self, raw: bytes) -> None:
        sink = self._objects.sink()
        try:
            sink.write(raw)
            fresh = sink.finish()
        except BaseException:
            sink.discard()
            raise
        try:
            self._objects.keep([fresh])
        finally:
            fresh.discard()


def _described(bundle: JudgedBundle, raw: bytes, sha256: str) -> SharedRecord:
    whose = patient_text(bundle.patient)
    return SharedRecord(
        sha256=sha256,
        nbytes=len(raw),
        dated_at=bundle.dated_at,
        shared_at=bundle.dated_at,
        shared_by="–",
        counts=tuple(RecordCount(resource_type=kind, count=n) for kind, n in bundle.counts),
        patient_name=whose.name,
        patient_birth_date=whose.birth_date,
        patient_sex=whose.sex,
        patient_ids=tuple(identifiers_of(bundle.patient))[:MOST_IDENTIFIERS],
    )


def _invalid(refused: BundleRefused) -> Invalid:
    large = refused.fault is BundleFault.TOO_LARGE
    code = ErrorCode.TOO_LARGE if large else ErrorCode.VALIDATION_FAILED
    where = ("entry", str(refused.entry)) if refused.entry is not None else ("bundle",)
    return Invalid(
        code,
        "this Bundle cannot be shared",
        fields=(FieldProblem(location=where, reason=refused.fault.value),),
    )
