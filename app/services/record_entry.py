"""Writes by hand into the record that our own server keeps for a clinic without an EMR."""

from typing import TYPE_CHECKING

from app.net.emr.entering import NewEntry, in_error, resources_of
from app.net.emr.hospital import id_of, kept_of
from app.net.emr.writing import enter_patient
from app.net.errors import NetError
from app.services.emr import EmrService, trouble_of
from app.services.facts import Facts
from app.session.emr import EmrEntered, EmrEntering
from protocol.account import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.net.emr.hospital import Hospital


class RecordEntryService:
    """What gets there is read again, so that the screen shows what the record has."""

    def __init__(self, facts: Facts, emr: EmrService, account: Account) -> None:
        self._facts = facts
        self._emr = emr
        self._account = account

    async def enter_patient(self) -> None:
        """The patient of the open case, unless somebody with the number is there."""
        case = self._facts.state.case
        patient = case.content.patient if case is not None else None
        if patient is None or not patient.complete or not patient.patient_id:
            return
        number = patient.patient_id
        if await self._write(lambda server: enter_patient(server, patient, number)):
            await self._emr.search(number)

    async def enter(self, entry: NewEntry) -> None:
        reading = self._facts.state.emr.reading
        if reading is None:
            return
        whose = reading.patient_id
        told = resources_of(entry, f"Patient/{whose}", self._account.display_name)

        def work(server: "Hospital") -> None:
            for one in told:
                server.create(one.resource, one.criteria)

        if await self._write(work):
            await self._emr.read(whose)

    async def take_back(self, name: str) -> None:
        """It stays, marked as entered in error."""
        reading = self._facts.state.emr.reading
        if reading is None:
            return
        whose = reading.patient_id

        def work(server: "Hospital") -> None:
            there = kept_of(server.read(name))
            if there.at == name and id_of(there.resource):
                server.update(name, in_error(there.resource), there.version)

        if await self._write(work):
            await self._emr.read(whose)

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
