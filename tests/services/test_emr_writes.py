"""What the hospital shall keep of a case waits sealed, goes when it can, and is told when not."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.net.emr.place import EmrServer
from app.net.emr.writes import WriteFault
from app.services.emr_writes import PAUSES_S, EmrWritesService, stage_of
from app.session.emr import EmrProblem
from app.session.emr_writes import CaseWrites
from app.session.link import SignedIn
from app.session.notices import NoticeDismissed, Trouble
from app.session.queue import MineLoaded
from app.store.outbox import Outbox
from app.store.profile import Profile
from app.store.sealed import Sealer
from protocol.appointment import Appointment
from protocol.consultation import Consultation, Phase, Status
from protocol.export import Exported, ExportKind, ExportTo
from tests.fakes import examples
from tests.fakes.api import URL, House
from tests.fakes.bundles import Json, patient
from tests.fakes.examples import DOCTOR, EXPERT, NOW
from tests.fakes.hospital import FakeHospital, hospital, outcome
from tests.fakes.reports import report, signed, tampered
from tests.services.conftest import KEY, Desk
from tests.services.test_emr import emr_at

SENT = ["Consent", "Encounter", "Provenance", "ServiceRequest", "Task"]


@dataclass
class Clinic:
    """A doctor's computer; time goes by when a test says so."""

    desk: Desk
    house: House
    fake: FakeHospital
    pauses: list[float] = field(default_factory=list)
    exported: list[Exported] = field(default_factory=list)
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.later = timedelta()
        self.emr = emr_at(self.desk)
        self.service = self.started()

    def started(self) -> EmrWritesService:
        """Again is a restart."""
        made = EmrWritesService(
            self.desk.session,
            self.desk.api,
            self.emr,
            self.desk.papers,
            Outbox(self.desk.folder / "transfer", Sealer(KEY)).writes,
            self.desk.account,
            self.desk.tasks,
            lambda exported, _of: self.exported.append(exported),
            now=lambda: NOW + self.later,
            pause=self._pause,
        )
        self.desk.session.changed.connect(made.follow)
        return made

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.paused.set()
        await self.over.wait()
        self.over.clear()

    async def wants_writing(self) -> None:
        """Since an hour ago, at this server."""
        wants = {"records_written_since": NOW - timedelta(hours=1)}
        self.desk.account = self.desk.account.model_copy(update=wants)
        self.desk.session.apply(SignedIn(URL, self.desk.account))
        await self.emr.save(EmrServer(url=self.fake.url), "")
        kept = self.desk.state.emr.server
        since = {"set_at": NOW - timedelta(hours=1)}
        remembered = kept.model_copy(update=since).model_dump(mode="json")
        Profile(self.desk.folder).remember(emr=remembered)
        self.emr = emr_at(self.desk)
        self.service = self.started()
        await self.service.begin()

    def moves(self, phase: Phase, **more: Any) -> Consultation:
        """The server tells that a case is where it is."""
        expert = None if phase is Phase.QUEUED else examples.person(EXPERT)
        summary = examples.row(phase=phase, expert=expert, **more)
        case = self.house.add(examples.consultation(summary))
        self.desk.session.apply(MineLoaded((summary,)))
        return case

    async def rests(self) -> None:
        """Until nothing runs, or it waits for time to go by."""
        self.paused.clear()
        done = asyncio.ensure_future(self.desk.tasks.quiet())
        waits = asyncio.ensure_future(self.paused.wait())
        await asyncio.wait((done, waits), return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()  # the other ends with the tasks, which it would cancel

    async def goes_on(self, seconds: float) -> None:
        self.later += timedelta(seconds=seconds)
        self.over.set()
        await self.rests()

    @property
    def told(self) -> CaseWrites:
        (one,) = self.desk.state.emr_writes
        return one

    @property
    def kinds(self) -> list[str]:
        told = (one["resourceType"] for one in self.fake.resources)
        return sorted(one for one in told if one != "Patient")


@pytest.fixture
def fake() -> Iterator[FakeHospital]:
    with hospital(patient()) as made:
        yield made


@pytest.fixture
async def clinic(
    qapp: QApplication, doctor: Desk, house: House, fake: FakeHospital
) -> AsyncIterator[Clinic]:
    made = Clinic(doctor, house, fake)
    await made.wants_writing()
    yield made
    made.desk.session.changed.disconnect()


def received(clinic: Clinic, **more: Any) -> Consultation:
    case = clinic.moves(Phase.RECEIVED, version=7, minutes=9, **more)
    told = report(requester_name=DOCTOR.display_name)
    clinic.house.reports[case.summary.id] = signed(told)
    return case


async def test_a_sent_case_is_written_at_the_hospital(clinic: Clinic) -> None:
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    written = Exported(kind=ExportKind.CASE, to=ExportTo.RECORD, count=len(clinic.kinds))
    assert clinic.exported == [written]
    assert clinic.kinds == SENT
    assert clinic.desk.state.emr_writes == ()


async def test_nothing_is_written_where_the_institution_does_not_want_it(clinic: Clinic) -> None:
    clinic.desk.session.apply(SignedIn(URL, DOCTOR))
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    assert clinic.kinds == []


async def test_nothing_that_was_sent_before_this_hospital_was_set_up_is_written_there(
    clinic: Clinic,
) -> None:
    with hospital(patient()) as other:
        await clinic.emr.save(EmrServer(url=other.url), "")
        clinic.moves(Phase.QUEUED, submitted_at=NOW - timedelta(minutes=30))
        await clinic.rests()
        assert len(other.resources) == 1


async def test_what_was_sent_before_the_institution_wanted_it_stays_as_it_is(
    clinic: Clinic,
) -> None:
    clinic.moves(Phase.QUEUED, submitted_at=NOW - timedelta(hours=2))
    await clinic.rests()
    assert clinic.kinds == []


async def test_drafts_and_cases_of_others_are_not_written(clinic: Clinic) -> None:
    clinic.moves(Phase.EDITING)
    clinic.moves(Phase.QUEUED, requester=examples.person(EXPERT))
    await clinic.rests()
    assert clinic.kinds == []


async def test_the_report_follows_when_it_was_received_and_not_before(clinic: Clinic) -> None:
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    clinic.moves(Phase.SIGNED, minutes=1)
    await clinic.rests()
    assert clinic.kinds == SENT
    received(clinic)
    await clinic.rests()
    (told,) = clinic.fake.of("DiagnosticReport")
    (paper,) = told["presentedForm"]
    assert base64.b64decode(paper["data"]).startswith(b"%PDF")
    assert clinic.fake.of("Task")[0]["status"] == "completed"


async def test_a_report_whose_signature_does_not_fit_is_not_handed_on(clinic: Clinic) -> None:
    clinic.house.reports[examples.row().id] = tampered(signed(report()))
    case = clinic.moves(Phase.RECEIVED, version=7)
    await clinic.rests()
    assert clinic.told.fault is WriteFault.REPORT_DOUBTFUL
    assert Trouble.HOSPITAL_DOES_NOT_TAKE in clinic.desk.told()
    assert clinic.kinds == []
    clinic.house.reports[case.summary.id] = signed(report())
    clinic.service.again(case.summary.id)
    await clinic.rests()
    assert "DiagnosticReport" in clinic.kinds


async def test_a_planned_call_is_an_appointment(clinic: Clinic) -> None:
    made = Appointment(at=NOW, counted_from=NOW)
    clinic.moves(Phase.SCHEDULED, scheduled_for=NOW, appointment=made)
    await clinic.rests()
    (told,) = clinic.fake.of("Appointment")
    assert (told["status"], told["start"]) == ("booked", NOW.isoformat())


async def test_a_case_that_was_withdrawn_is_withdrawn_there(clinic: Clinic) -> None:
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    clinic.moves(Phase.WITHDRAWN, minutes=1)
    await clinic.rests()
    assert clinic.fake.of("ServiceRequest")[0]["status"] == "revoked"


async def test_a_server_that_is_away_is_asked_again_ever_less_often(clinic: Clinic) -> None:
    clinic.fake.down = True
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    assert clinic.told.trouble is not None
    assert (clinic.told.trouble.problem, clinic.told.done) == (EmrProblem.UNREACHABLE, 0)
    for seconds in PAUSES_S:
        await clinic.goes_on(seconds)
    assert clinic.pauses == [*PAUSES_S, PAUSES_S[-1]]
    clinic.fake.down = False
    await clinic.goes_on(PAUSES_S[-1])
    assert clinic.kinds == SENT


async def test_a_server_that_says_when_is_asked_then(clinic: Clinic) -> None:
    clinic.fake.mood("/fhir/Consent", (503, outcome("maintenance"), {"retry-after": "3600"}))
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    assert clinic.pauses == [3600]
    assert clinic.told.next_at == NOW + timedelta(hours=1)


async def test_a_line_that_breaks_makes_it_wait_and_no_second_one(clinic: Clinic) -> None:
    clinic.fake.cut_after = 2
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    assert (clinic.told.done, clinic.told.of, clinic.pauses) == (2, 5, [30.0])
    await clinic.goes_on(29)
    assert clinic.told.done == 2
    await clinic.goes_on(31)
    assert clinic.kinds == SENT
    assert clinic.desk.state.emr_writes == ()


async def test_what_waits_survives_the_end_of_the_program(clinic: Clinic) -> None:
    clinic.fake.cut_after = 0
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    (file,) = (clinic.desk.folder / "transfer" / "writes").iterdir()
    assert "咳嗽".encode() not in file.read_bytes()
    await clinic.desk.tasks.finish()
    clinic.later = timedelta(minutes=1)
    await clinic.started().begin()
    await clinic.rests()
    assert clinic.kinds == SENT


async def test_a_refusal_is_told_in_the_servers_words_and_tried_again_by_hand(
    clinic: Clinic,
) -> None:
    clinic.fake.mood("/fhir/Consent", (422, outcome("no such category"), {}))
    case = clinic.moves(Phase.QUEUED)
    await clinic.rests()
    assert [(one.kind, one.said) for one in clinic.told.troubles] == [
        ("Consent", "no such category")
    ]
    assert Trouble.HOSPITAL_DOES_NOT_TAKE in clinic.desk.told()
    clinic.service.again(case.summary.id)
    await clinic.rests()
    assert clinic.kinds == SENT
    assert clinic.desk.state.emr_writes == ()
    assert Trouble.HOSPITAL_DOES_NOT_TAKE not in clinic.desk.told()


async def test_after_a_start_it_is_said_again_which_case_has_to_be_looked_at(
    clinic: Clinic,
) -> None:
    clinic.fake.mood("/fhir/Consent", (422, outcome("no such category"), {}))
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    (notice,) = clinic.desk.state.notices
    clinic.desk.session.apply(NoticeDismissed(notice.id))
    await clinic.started().begin()
    (again,) = clinic.desk.state.notices
    assert (again.code, again.consultation_id) == (notice.code, notice.consultation_id)


async def test_a_patient_the_hospital_does_not_know_is_asked_for(clinic: Clinic) -> None:
    other = patient(identifier=[{"value": "H-77"}])
    clinic.fake.resources = [other]
    case = clinic.moves(Phase.QUEUED)
    await clinic.rests()
    assert clinic.told.fault is WriteFault.NO_PATIENT
    clinic.service.again(case.summary.id, "H-77")
    await clinic.rests()
    assert clinic.kinds == SENT


async def test_it_is_written_to_whom_the_record_was_read_of(clinic: Clinic) -> None:
    twin = patient(id="p2")
    clinic.fake.resources.append(twin)
    clinic.service.note_patient(examples.row().id, "p2")
    clinic.moves(Phase.QUEUED)
    await clinic.rests()
    assert clinic.fake.of("Task")[0]["for"] == {"reference": "Patient/p2"}


async def test_what_the_hospital_changed_is_asked_about(clinic: Clinic) -> None:
    case = clinic.moves(Phase.QUEUED)
    await clinic.rests()
    task: Json = clinic.fake.of("Task")[0]
    task["meta"] = {"versionId": "9"}
    received(clinic)
    await clinic.rests()
    assert [one.fault for one in clinic.told.troubles] == [WriteFault.CHANGED_THERE]
    clinic.service.leave(case.summary.id)
    await clinic.rests()
    assert clinic.desk.state.emr_writes == ()
    assert clinic.fake.of("Task")[0]["status"] == "requested"


async def test_another_server_gets_nothing_that_was_meant_for_the_first(clinic: Clinic) -> None:
    clinic.fake.cut_after = 0
    case = clinic.moves(Phase.QUEUED)
    await clinic.rests()
    with hospital(patient()) as other:
        await clinic.emr.save(EmrServer(url=other.url), "")
        await clinic.rests()
        assert clinic.told.fault is WriteFault.OTHER_SERVER
        clinic.service.leave(case.summary.id)
        await clinic.rests()
        assert clinic.desk.state.emr_writes == ()
        assert len(other.resources) == 1


@pytest.mark.parametrize("phase", Phase)
def test_a_report_is_told_of_only_when_it_was_received(phase: Phase) -> None:
    row = examples.row(phase=phase)
    quiet = row.status is Status.DRAFT or phase in (Phase.SIGNED, Phase.AMENDED)
    assert (stage_of(row) == "") is quiet
