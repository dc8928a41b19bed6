"""A report that the clinic has received goes to the archives that take reports by themselves."""

import io
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from pydicom import dcmread
from PySide6.QtWidgets import QApplication

from app.models.notices import derive_notice
from app.services.archiving import ArchivingService, tell_archived
from app.session.case import CaseClosed
from app.session.intake import IntakeConfigured
from app.session.notices import Good, Severity, Trouble
from app.store.archive_entry import ToArchive
from app.store.archive_outbox import ArchiveOutbox
from app.store.intake_settings import IntakeSettings, Pacs
from app.store.sealed import Sealer, new_key
from app.transfer.intake_messages import ArchiveTold, PacsProblem, SendToArchive
from protocol.consultation import Phase
from protocol.export import Exported, ExportKind, ExportTo
from tests.fakes.api import PASSWORD, House
from tests.fakes.examples import consultation, named, row
from tests.services.conftest import Desk
from tests.services.test_signing import written

HERE = Pacs(id=named("here"), name="影像科", reports=True)
BY_HAND = Pacs(id=named("by hand"), name="备份")


class Room:
    """The clinic that has received a report, and its outbox."""

    def __init__(self, doctor: Desk, folder: Path) -> None:
        self.desk = doctor
        self.outbox = ArchiveOutbox(folder, Sealer(new_key()))
        self.told: list[object] = []
        self.exported: list[tuple[Exported, UUID]] = []
        self.service = ArchivingService(
            doctor.session, self.outbox, doctor.papers, self.told.append, self._exported
        )

    def _exported(self, exported: Exported, of: UUID) -> None:
        self.exported.append((exported, of))

    @property
    def goes_to(self) -> list[object]:
        return [one.entry.pacs_id for one in self.outbox.read_all()]


@pytest.fixture
async def room(
    specialist: Desk, doctor: Desk, house: House, tmp_path: Path, qapp: QApplication
) -> Room:
    id_ = await written(specialist, house)
    await specialist.signing.sign(PASSWORD)
    if id_ not in house.cases:
        house.add(consultation(row(id_=id_, phase=Phase.SIGNED)))
    await doctor.cases.open(id_)
    await doctor.signing.load(doctor.case)
    doctor.session.apply(IntakeConfigured(IntakeSettings(pacs=(HERE, BY_HAND))))
    return Room(doctor, tmp_path / "transfer")


async def test_it_goes_by_itself_where_reports_do(room: Room) -> None:
    case = room.desk.case
    assert case.report is not None
    await room.service.received(case)
    (waiting,) = room.outbox.read_all()
    assert (waiting.entry.pacs_id, waiting.entry.version) == (HERE.id, 1)
    assert room.told == [SendToArchive()]
    noted = Exported(kind=ExportKind.REPORT, to=ExportTo.ARCHIVE, count=1)
    assert room.exported == [(noted, case.id)]
    ds = dcmread(io.BytesIO(waiting.data))
    assert str(ds.PatientName)
    assert ds.EncapsulatedDocument.startswith(b"%PDF")


async def test_somebody_sends_it_where_they_want_it(room: Room) -> None:
    case = room.desk.case
    assert case.report is not None
    await room.service.send(case, case.report.signed, BY_HAND.id)
    assert room.goes_to == [BY_HAND.id]


async def test_a_report_whose_signature_does_not_fit_goes_nowhere(room: Room, house: House) -> None:
    id_ = room.desk.case.id
    signed = house.reports[id_]
    changed = signed.report.model_copy(update={"number": "CONS-20261121-9999"})
    house.reports[id_] = signed.model_copy(update={"report": changed})
    await room.desk.signing.load(room.desk.case)
    await room.service.received(room.desk.case)
    assert room.goes_to == []


async def test_what_was_decided_goes_whatever_is_on_the_screen_by_then(room: Room) -> None:
    case = room.desk.case
    room.desk.session.apply(CaseClosed())
    await room.service.received(case)
    assert room.goes_to == [HERE.id]


async def test_a_signed_file_that_cannot_be_had_is_told_and_no_other_goes_in_its_place(
    room: Room, house: House
) -> None:
    case = room.desk.case
    assert case.report is not None
    signed = case.report.signed.model_copy(update={"presented_form": "a" * 64})
    house.online = False
    await room.service.received(replace(case, report=replace(case.report, signed=signed)))
    assert room.goes_to == []
    assert Trouble.REPORT_NOT_PREPARED in room.desk.told()


async def test_nothing_goes_where_no_archive_takes_reports(room: Room) -> None:
    room.desk.session.apply(IntakeConfigured(IntakeSettings(pacs=(BY_HAND,))))
    await room.service.received(room.desk.case)
    assert (room.goes_to, room.told) == ([], [])


def told(problem: PacsProblem | None = None, status: int = 0) -> ArchiveTold:
    entry = ToArchive(id=named("one"), pacs_id=HERE.id, number="CONS-20261121-0007", version=1)
    return ArchiveTold(entry=entry, archive="影像科", problem=problem, status=status)


def test_what_became_of_it_is_told_in_words(doctor: Desk) -> None:
    tell_archived(doctor.session, told(PacsProblem.UNREACHABLE))
    tell_archived(doctor.session, told())
    late, there = doctor.state.notices
    assert (late.code, late.severity) == (Trouble.REPORT_NOT_ARCHIVED, Severity.WARNING)
    assert "sent again by itself. The archive" in derive_notice(late).text
    assert (there.code, there.severity) == (Good.REPORT_ARCHIVED, Severity.SUCCESS)
    assert derive_notice(there).text == "影像科 has the report of CONS-20261121-0007."
