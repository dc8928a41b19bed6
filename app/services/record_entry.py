"""Writes by hand into the record that our own server keeps for a clinic without an EMR."""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from app.net.emr.by_hand import corrected, end, put, take_back
from app.net.emr.entering import NewEntry, resources_of
from app.net.emr.hospital import kept_of
from app.net.emr.writing import enter_patient
from app.net.errors import NetError
from app.services.emr import EmrService, trouble_of
from app.services.facts import Facts
from app.session.emr import EmrEntered, EmrEntering, EmrProblem, EmrTrouble
from app.session.emr_owner import differences, owner_trouble
from protocol.account import Account
from protocol.fhir_case import CaseResource

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.net.emr.hospital import Hospital


class RecordEntryService:
    """What gets there is read again, so that the screen shows what the record has."""

    def __init__(self, facts: Facts, emr: EmrService, account: Account) -> None:
        self._facts = facts
        self._emr = emr
        self._account = account
        self._sent: tuple[UUID | None, dict[str, CaseResource]] = None, {}

    async def enter_patient(self, consultation_id: UUID) -> None:
        """The patient of the case that somebody looked at, unless somebody with the number is
        there."""
        case = self._facts.state.case
        if case is None or case.id != consultation_id:
            self._refuse(EmrProblem.NOT_OF_CASE)
            return
        patient = case.content.patient
        if patient is None or not patient.complete or not patient.patient_id:
            return
        number = patient.patient_id
        if await self._write(lambda server: enter_patient(server, patient, number)):
            await self._emr.search(number)

    async def enter(self, patient_id: str, entry: NewEntry) -> None:
        """Into the record of who stood above the form."""
        if not self._is_read(patient_id):
            self._refuse(EmrProblem.RECORD_LEFT)
            return
        if self._is_not_of_case():
            self._refuse(EmrProblem.NOT_OF_CASE)
            return
        told = resources_of(entry, f"Patient/{patient_id}", self._account.display_name)

        form, sent = self._sent
        before = sent if form == entry.id else {}
        self._sent = entry.id, before | {one.key: one for one in told}
        await self._write_of(patient_id, lambda server: put(server, told, before.values()))

    async def take_back(self, patient_id: str, name: str) -> None:
        """It stays, marked as entered in error."""
        await self._write_of(patient_id, lambda server: take_back(server, name))

    async def end(self, patient_id: str, name: str, at: str) -> None:
        """A problem or medicine is over; it stays in the record."""
        await self._write_of(patient_id, lambda server: end(server, name, at))

    async def correct_patient(self, patient_id: str, consultation_id: UUID) -> None:
        """In the version that somebody compared with the case."""
        state = self._facts.state
        case, reading = state.case, state.emr.reading
        if not self._is_read(patient_id) or reading is None or reading.gathered is None:
            self._refuse(EmrProblem.RECORD_LEFT)
            return
        patient = case.content.patient if case is not None else None
        asked = case is not None and case.id == consultation_id
        if case is None or patient is None or not (asked and differences(case, reading.gathered)):
            self._refuse(EmrProblem.NOT_OF_CASE)
            return
        there = kept_of(reading.gathered.patient)
        told = corrected(there.resource, patient)
        await self._write_of(
            patient_id, lambda server: server.update(there.at, told, there.version)
        )

    def _is_read(self, patient_id: str) -> bool:
        """Whole: of a part nobody knows yet whose it is."""
        emr = self._facts.state.emr
        reading = emr.reading if emr.server.is_ours else None
        return (
            reading is not None
            and reading.gathered is not None
            and reading.patient_id == patient_id
        )

    def _is_not_of_case(self) -> bool:
        state = self._facts.state
        case, reading = state.case, state.emr.reading
        if case is None or reading is None or reading.gathered is None or reading.record is None:
            return False
        return owner_trouble(case, reading.gathered, reading.record) is not None

    def _refuse(self, problem: EmrProblem) -> None:
        before = self._facts.state.emr.entering
        self._facts.apply(EmrEntered(replace(before, trouble=EmrTrouble(problem))))

    async def _write_of(self, patient_id: str, work: "Callable[[Hospital], object]") -> None:
        """Into the record that is read; whoever has gone on to another patient meanwhile stays
        there."""
        if not self._is_read(patient_id):
            self._refuse(EmrProblem.RECORD_LEFT)
            return
        if await self._write(work) and self._is_read(patient_id):
            await self._emr.read(patient_id)

    async def _write(self, work: "Callable[[Hospital], object]") -> bool:
        """Whether it got there; else the trouble is told and nothing that was typed is lost."""
        before = self._facts.state.emr.entering
        if before.running or not self._facts.state.emr.server.is_ours:
            return False
        self._facts.apply(EmrEntered(EmrEntering(before.done, running=True)))
        try:
            await self._emr.at_hospital(work)
        except NetError as error:
            self._facts.apply(EmrEntered(EmrEntering(before.done, trouble=trouble_of(error))))
            return False
        except BaseException:
            self._facts.apply(EmrEntered(EmrEntering(before.done)))
            raise
        self._facts.apply(EmrEntered(EmrEntering(before.done + 1)))
        return True
