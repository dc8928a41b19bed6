"""A patient's name, numbers and words never reach a log or a file name."""

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.net.emr.clinical import Section
from app.net.emr.place import EmrAccess, EmrServer
from app.services.troubles import raise_error
from app.session.link import ConnectionLost
from app.store.errors import DiskFull
from protocol.account import Role
from protocol.errors import ErrorCode
from protocol.socket import ChatPosted, ConsultationChanged
from tests.fakes import bundles
from tests.fakes.api import PASSWORD, House, refusal
from tests.fakes.examples import (
    DOCTOR,
    NOW,
    account,
    consent,
    consultation,
    content,
    message,
    opinion,
    patient,
    row,
)
from tests.fakes.hospital import hospital as running_hospital
from tests.fakes.hospital import outcome
from tests.fakes.reports import signed, tampered
from tests.rules.sources import ROOT, product, told
from tests.services.conftest import Desk, SitDown, house, sit_down
from tests.services.test_emr import emr_at
from tests.services.test_shared_record import Clinic

__all__ = ["house", "sit_down"]
SECRET = ("端木清漪", "ZX-990417-0042", "13999990417", "石榴籽样结节", "1987-03-29", PASSWORD)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything any logger says, down to DEBUG, as it would be written to a file."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def somebody() -> object:
    from datetime import date

    return patient(
        name=SECRET[0], patient_id=SECRET[1], phone=SECRET[2], birth_date=date(1987, 3, 29)
    )


async def clinic(desk: Desk, house: House) -> None:
    """Writing with and without network, refusals, and nonsense from the server."""
    id_ = await desk.cases.new_case()
    text = content(patient=somebody(), reason=SECRET[3], consent=consent(given_by=SECRET[0]))
    await desk.cases.edit(text)
    house.online = False
    desk.session.apply(ConnectionLost(NOW))
    await desk.cases.edit(text.model_copy(update={"history": SECRET[3]}))
    house.online = True
    for code in (ErrorCode.STALE_VERSION, ErrorCode.VALIDATION_FAILED, ErrorCode.SERVER_ERROR):
        house.refuse["save_case"] = refusal(code)
        await desk.tasks.start(desk.cases.save())
    await desk.cases.send_kept()
    await desk.tasks.start(desk.cases.submit())
    desk.session.apply(ConsultationChanged(seq=7, at=NOW, consultation=row(reason=SECRET[3])))
    desk.session.apply(ChatPosted(seq=8, at=NOW, message=message(SECRET[3])))
    raise_error(desk.session, DiskFull(str(id_)))


async def hospital(desk: Desk, house: House) -> None:
    """Claiming, writing, losing, signing wrongly and rightly, and a forged report."""
    summary = row("x", patient_name=SECRET[0], reason=SECRET[3])
    case = house.add(consultation(summary, content(patient=somebody(), reason=SECRET[3])))
    await desk.expert.claim(case.summary.id)
    opened = await desk.cases.open(case.summary.id)
    await desk.expert.resume_claim(opened)
    house.online = False
    await desk.expert.edit_opinion(opinion(findings=SECRET[3]))
    house.online = True
    await desk.expert.save_opinion()
    await desk.tasks.start(desk.signing.sign(SECRET[2]))
    await desk.tasks.start(desk.signing.sign(PASSWORD))
    desk.signing.verify(tampered(signed()))


async def test_nothing_of_the_patient_reaches_the_log_or_a_file_name(
    log: io.StringIO, house: House, sit_down: SitDown
) -> None:
    doctor = sit_down(DOCTOR)
    expert = sit_down(account("陈专家", Role.EXPERT, institution_name="市第一医院"))
    await clinic(doctor, house)
    await hospital(expert, house)
    assert house.reports, "the scenario went through"
    said = log.getvalue()
    assert said.splitlines(), "the scenario logs something"
    shown = [word for word in SECRET if word in said]
    assert not shown, told(
        [line for line in said.splitlines() if any(word in line for word in SECRET)],
        "logs are copied to help desks and vendors.",
        "log ids, counts and codes; never a message, a name or a model's repr.",
    )
    names = [str(path) for desk in (doctor, expert) for path in desk.folder.rglob("*")]
    assert names, "something is kept on this computer"
    assert not [name for name in names if any(word in name for word in SECRET)]


async def test_nothing_of_a_record_reaches_the_log(
    log: io.StringIO, house: House, sit_down: SitDown
) -> None:
    """Looked for, read with troubles, and shared without a network."""
    hers = bundles.patient(
        name=[{"text": SECRET[0]}], birthDate=SECRET[4], identifier=[{"value": SECRET[1]}]
    )
    doctor = sit_down(DOCTOR)
    await doctor.cases.new_case()
    emr = emr_at(doctor)
    with running_hospital(hers, bundles.condition(code={"text": SECRET[3]})) as fake:
        fake.mood("/fhir/Observation", (403, outcome(SECRET[0]), {}))
        fake.mood("/fhir/Encounter", (500, SECRET[0].encode(), {}))
        await emr.save(EmrServer(url=fake.url, access=EmrAccess.TOKEN), PASSWORD)
        await emr.search(SECRET[0])
        await emr.search(SECRET[1])
        await emr.read("p1")
    clinic_of = Clinic(doctor, house)
    house.online = False
    await clinic_of.service.share(doctor.case.id, (Section.PROBLEMS,))
    await clinic_of.service.send_kept()
    assert doctor.state.emr.waiting, "the scenario went through"
    said = log.getvalue()
    assert "the record has no Encounter" in said
    assert not [line for line in said.splitlines() if any(word in line for word in SECRET)]


async def test_nothing_of_the_patient_lies_open_on_the_disk(
    house: House, sit_down: SitDown
) -> None:
    doctor = sit_down(DOCTOR)
    await doctor.cases.new_case()
    house.online = False
    await doctor.cases.edit(content(patient=somebody(), reason=SECRET[3]))
    kept = [path for path in doctor.folder.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        data = path.read_bytes()
        assert not [word for word in SECRET if word.encode() in data]


def test_no_log_line_interpolates_a_person_or_a_text() -> None:
    """By name: the values that carry patients are not arguments of a log call."""
    suspicious = re.compile(
        r"\blog\.\w+\([^)]*\b(patient|content|opinion|password|passphrase|body|text|"
        r"refresh_token|access_token|display_name)\b"
    )
    broken = [
        f"{source.path}:{number} {line.strip()}"
        for source in product()
        for number, line in enumerate(source.text.splitlines(), 1)
        if suspicious.search(line)
        and not line.split("log.", 1)[1].split('"')[0].strip(" (")
        and suspicious.search(re.sub(r'"[^"]*"', '""', line))
    ]
    assert not broken, told(
        broken, "what is logged leaves the hospital one day.", "log its id, its size or its code."
    )


def test_the_scenario_would_notice(log: io.StringIO) -> None:
    logging.getLogger("app.anything").info("saved %s", SECRET[0])
    assert SECRET[0] in log.getvalue()
    assert Path(ROOT).is_dir()
