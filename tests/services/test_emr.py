"""Looking for a patient at the hospital, and reading their record or messages."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from app.net.emr.clinical import Section
from app.net.emr.documents import DocumentContent, DocumentKind, words_of
from app.net.emr.place import EmrAccess, EmrServer
from app.services.emr import EmrService, OwnRecord
from app.session.emr import EmrProblem, EmrReading, EmrTrouble
from app.session.queue import Load
from app.session.state import State
from app.store.profile import Profile, SealedStore
from app.store.sealed import Sealer
from tests.fakes.bundles import haemoglobin
from tests.fakes.hospital import OWN, Answer, FakeHospital, hospital, later, page
from tests.fakes.records import resources
from tests.net.test_emr_hl7v2 import PID, message, oru
from tests.services.conftest import KEY, Desk

SECTIONS = (Section.PROBLEMS, Section.LABORATORY)


@pytest.fixture
async def fake() -> AsyncIterator[FakeHospital]:
    with hospital(*resources()) as running:
        yield running


def emr_at(
    desk: Desk,
    own: OwnRecord = OWN,
    received: Callable[[], Iterable[bytes]] = tuple,
    account: UUID | None = None,
) -> EmrService:
    profile, secrets = Profile(desk.folder), secrets_of(desk.folder)
    whose = account or desk.account.id
    return EmrService(desk.session, profile, secrets, own, received, account=whose)


def secrets_of(folder: Path) -> SealedStore:
    return SealedStore(folder / "hospital", Sealer(KEY))


async def test_the_address_is_kept_openly_and_the_secret_sealed(
    doctor: Desk, fake: FakeHospital
) -> None:
    fake.token = "the secret"
    emr, server = emr_at(doctor), EmrServer(url=fake.url, access=EmrAccess.TOKEN)
    await emr.test(server, "wrong")
    assert doctor.state.emr.test is not None
    assert doctor.state.emr.test.trouble is not None
    await emr.test(server, "the secret")
    assert doctor.state.emr.test.good
    await emr.save(server, "the secret")
    files = [one for one in doctor.folder.rglob("*") if one.is_file()]
    assert not any(b"the secret" in one.read_bytes() for one in files)
    again = emr_at(doctor)
    await again.search("何小溪")
    assert [one.id for one in doctor.state.emr.search.found] == ["p1"]


async def test_a_secret_does_not_go_to_another_address(doctor: Desk, fake: FakeHospital) -> None:
    emr, server = emr_at(doctor), EmrServer(url=fake.url, access=EmrAccess.TOKEN)
    await emr.save(server, "the secret")
    await emr.save(server.model_copy(update={"name": "市一"}), "")
    assert secrets_of(doctor.folder).names() == ("server",)
    await emr.save(server.model_copy(update={"url": "https://other.example/r4"}), "")
    assert secrets_of(doctor.folder).names() == ()


async def test_the_record_of_a_found_patient_is_read(doctor: Desk, fake: FakeHospital) -> None:
    emr = emr_at(doctor)
    await emr.save(EmrServer(url=fake.url), "")
    await emr.search("QS-2026-0042")
    await emr.read("p1")
    reading = doctor.state.emr.reading
    assert reading is not None
    assert reading.record is not None
    assert reading.record.person.names[0] == "何小溪"
    assert reading.parts == reading.done


async def test_a_document_that_lies_at_the_hospital_is_fetched_when_it_is_opened(
    doctor: Desk, fake: FakeHospital
) -> None:
    fake.resources.append(
        {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": "5aW9"}
    )
    emr = emr_at(doctor)
    await emr.save(EmrServer(url=fake.url), "")
    lies = DocumentContent(DocumentKind.ELSEWHERE, "信", b"", url="Binary/b")
    told = await emr.document(lies)
    assert isinstance(told, DocumentContent)
    assert (told.kind, words_of(told)) == (DocumentKind.TEXT, "好")
    gone = await emr.document(replace(lies, url="Binary/gone"))
    assert isinstance(gone, EmrTrouble)
    assert (gone.problem, gone.status) == (EmrProblem.REFUSED, 404)


class Held:
    """A hospital whose values wait until somebody lets them go."""

    def __init__(self, desk: Desk, fake: FakeHospital) -> None:
        self.desk, self.let_go, self.there = desk, threading.Event(), asyncio.Event()
        self.answer: Answer = page()
        fake.mood("/fhir/Observation?patient", later(self.let_go, lambda: self.answer))
        desk.session.changed.connect(self._look)

    def _look(self, state: State) -> None:
        if (reading := state.emr.reading) is None or (coming := reading.coming) is None:
            return
        if {one.kind for one in coming.gathered.unfinished} == {"Observation"}:
            self.there.set()

    @property
    def reading(self) -> EmrReading:
        assert self.desk.state.emr.reading is not None
        return self.desk.state.emr.reading

    async def begins(self, emr: EmrService, fake: FakeHospital) -> "asyncio.Task[None]":
        """Until all but the values have come."""
        await emr.save(EmrServer(url=fake.url), "")
        reading = asyncio.create_task(emr.read("p1"))
        await asyncio.wait_for(self.there.wait(), 20)
        return reading

    async def ends(self, emr: EmrService, fake: FakeHospital) -> EmrReading:
        """How it stands once the values were let go."""
        reading = await self.begins(emr, fake)
        self.let_go.set()
        await reading
        return self.reading


@pytest.fixture
def held(doctor: Desk, fake: FakeHospital) -> Iterator[Held]:
    made = Held(doctor, fake)
    yield made
    made.let_go.set()


async def test_what_has_come_is_seen_and_is_not_yet_the_record(
    doctor: Desk, fake: FakeHospital, held: Held
) -> None:
    task = await held.begins(emr_at(doctor), fake)
    reading = held.reading
    assert (reading.gathered, reading.record, reading.going) == (None, None, True)
    assert (reading.done, reading.parts) == (11, 12)
    assert reading.coming is not None
    assert reading.coming.record.of(Section.ALLERGIES)
    held.let_go.set()
    await task
    assert held.reading.coming is None
    assert held.reading.gathered is not None


async def test_what_came_stays_as_a_part_when_it_is_stopped(
    doctor: Desk, fake: FakeHospital, held: Held
) -> None:
    emr = emr_at(doctor)
    task = await held.begins(emr, fake)
    emr.stop()
    held.let_go.set()
    await task
    reading = held.reading
    assert (reading.gathered, reading.record, reading.going) == (None, None, False)
    assert reading.coming is not None
    assert reading.coming.stopped
    assert reading.coming.record.of(Section.PROBLEMS)
    emr.stop()
    emr.leave()
    assert doctor.state.emr.reading is None


async def test_two_patients_take_away_what_was_seen(
    doctor: Desk, fake: FakeHospital, held: Held
) -> None:
    held.answer = page(haemoglobin(subject={"reference": "Patient/other"}))
    reading = await held.ends(emr_at(doctor), fake)
    assert reading.trouble is not None
    assert reading.trouble.problem is EmrProblem.TWO_PATIENTS
    assert (reading.gathered, reading.record, reading.coming) == (None, None, None)


async def test_what_came_before_the_server_took_its_leave_is_a_part(
    doctor: Desk, fake: FakeHospital, held: Held
) -> None:
    held.answer = 401, b"", {}
    reading = await held.ends(emr_at(doctor), fake)
    assert reading.trouble is not None
    assert reading.trouble.problem is EmrProblem.NOT_ADMITTED
    assert reading.coming is not None
    assert reading.coming.stopped


async def test_what_was_left_is_not_shown_when_it_comes(doctor: Desk, fake: FakeHospital) -> None:
    emr = emr_at(doctor)
    await emr.save(EmrServer(url=fake.url), "")
    await emr.search("何小溪")

    async def leaves() -> None:
        assert doctor.state.emr.reading is not None
        emr.leave()

    await asyncio.gather(emr.read("p1"), leaves())
    assert doctor.state.emr.reading is None


async def test_a_server_that_is_away_is_told(doctor: Desk) -> None:
    emr = emr_at(doctor)
    await emr.save(EmrServer(url="http://127.0.0.1:1/fhir"), "")
    await emr.search("何小溪")
    search = doctor.state.emr.search
    assert search.load is Load.FAILED
    assert search.trouble is not None
    assert search.trouble.problem is EmrProblem.UNREACHABLE


async def test_hl7_files_of_one_patient_are_read_at_once_and_of_several_by_choice(
    doctor: Desk, tmp_path: Path
) -> None:
    emr = emr_at(doctor)
    one, other = tmp_path / "one.hl7", tmp_path / "other.hl7"
    one.write_text(oru("OBX|1|NM|718-7^血红蛋白^LN||98|g/L|115-150|L|||F"), "utf-8")
    other.write_text(oru(pid=PID.replace("QS-2026-0042", "QS-2026-0099")), "utf-8")

    def numbers() -> list[str]:
        reading = doctor.state.emr.reading
        return [] if reading is None or reading.record is None else [*reading.person.identifiers]

    await emr.read_files((one,))
    assert numbers()[0] == "QS-2026-0042"
    await emr.read_files((one, other))
    assert numbers() == []
    found = doctor.state.emr.search.found
    assert len(found) == 2
    await emr.read(found[1].id)
    assert numbers()[0] == "QS-2026-0099"


async def test_files_without_messages_say_so(doctor: Desk, tmp_path: Path) -> None:
    rubbish = tmp_path / "x.txt"
    rubbish.write_text("no message")
    for paths in ((rubbish,), (tmp_path / "gone",)):
        await emr_at(doctor).read_files(paths)
        trouble = doctor.state.emr.search.trouble
        assert trouble is not None
        assert trouble.problem is EmrProblem.NO_MESSAGES


async def test_a_patient_of_received_messages_is_found_by_name_or_number(doctor: Desk) -> None:
    other = "PID|1||QS-77^^^SYYY^MR||李^大山||19700101|M"
    came = (oru().encode(), message("ADT^A08", pid=other).encode(), b"noise")
    emr = emr_at(doctor, received=lambda: came)
    for words, names in (
        ("小溪 何", {"何小溪"}),
        ("xiaoxi", {"何小溪"}),
        ("qs-77", {"李大山"}),
        ("nobody", set()),
    ):
        await emr.read_received(words)
        search = doctor.state.emr.search
        assert search.load is Load.READY
        assert {one.person.names[0] for one in search.found} == names
    before = doctor.state.emr.search
    await emr.read_received("  ")
    assert doctor.state.emr.search is before, "there may be thousands"
    await emr.read_received("何小溪")
    await emr.read(doctor.state.emr.search.found[0].id)
    reading = doctor.state.emr.reading
    assert reading is not None
    assert reading.record is not None
