"""Every reading and writing of clinical data leaves an entry: who, what, which case."""

import ssl
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from protocol import paths
from server.store.tables import AuditRow
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Town, Valley, open_case, submitted_case
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in
from tests.server.tables import rows

pytestmark = pytest.mark.both_databases

READ_CASE = ("read", "consultation")
Trail = Callable[..., list[tuple[str, str, str, str]]]


@pytest.fixture
def trail(server: ServerProcess) -> Trail:
    """Access, resource, account and detail of every entry, of one case where it is named."""

    def read(case_id: str = "") -> list[tuple[str, str, str, str]]:
        entries = select(
            AuditRow.access, AuditRow.resource, AuditRow.account_id, AuditRow.detail
        ).order_by(AuditRow.at, AuditRow.id)
        if case_id:
            entries = entries.where(AuditRow.consultation_id == UUID(case_id))
        return [
            (access, resource, "" if account is None else account.hex, detail)
            for access, resource, account, detail in rows(server, entries)
        ]

    return read


def test_opening_sending_taking_and_reading_a_case(valley: Valley, trail: Trail) -> None:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    valley.expert.get(paths.TIMELINE, consultation_id=case_id)
    entries = {entry[:3] for entry in trail(case_id)}
    doctor, expert = valley.doctor.id.hex, valley.expert.id.hex
    assert {
        ("create", "consultation", doctor),
        ("update", "consultation", doctor),
        ("update", "consultation", expert),
        ("read", "consultation", doctor),
        ("read", "timeline", expert),
    } <= entries


READINGS: list[tuple[str, str]] = [
    ("{dicomweb}/studies/{study}/series", "study"),
    ("{dicomweb}/studies/{study}/instances", "study"),
    ("{dicomweb}/studies/{study}/metadata", "study"),
    ("{dicomweb}/studies/{study}/series/{series}/instances/{instance}", "instance"),
    ("{dicomweb}/studies/{study}/series/{series}/instances/{instance}/frames/1", "instance"),
    ("{dicomweb}/studies/{study}/series/{series}/instances/{instance}/rendered", "instance"),
]


@pytest.mark.parametrize(("path", "resource"), READINGS, ids=[path for path, _ in READINGS])
def test_every_way_to_read_an_image(valley: Valley, trail: Trail, path: str, resource: str) -> None:
    slices = new_study(1)
    files = [file_bytes(one) for one in slices]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices, files)
    stow(valley.doctor, files)
    before = len(trail(case_id))
    one = slices[0]
    filled = path.format(
        dicomweb=paths.DICOMWEB,
        study=one.StudyInstanceUID,
        series=one.SeriesInstanceUID,
        instance=one.SOPInstanceUID,
    )
    kinds = "application/dicom+json, image/png, multipart/related;q=0.9, */*;q=0.1"
    assert valley.doctor.http.get(filled, headers={"accept": kinds}).status_code == 200
    added = trail(case_id)[before:]
    assert ("read", resource, valley.doctor.id.hex) in {entry[:3] for entry in added}


def test_a_list_names_the_cases_and_studies_it_showed(valley: Valley, trail: Trail) -> None:
    case_id = submitted_case(valley)
    case = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    number = case["summary"]["number"]
    slices = new_study(1)
    stow(valley.doctor, [file_bytes(slices[0])])
    valley.doctor.http.get(paths.CONSULTATIONS)
    valley.expert.http.get(paths.QUEUE)
    valley.doctor.http.get(f"{paths.DICOMWEB}/studies")
    shown = {(access, resource): detail for access, resource, _, detail in trail()}
    assert number in shown["read", "worklist"]
    assert number in shown["read", "queue"]
    assert slices[0].StudyInstanceUID in shown["read", "study"]


async def test_what_is_told_over_the_socket_is_a_reading_too(
    valley: Valley, town: Town, context: ssl.SSLContext, trail: Trail
) -> None:
    """Live to whom it concerns, and again when a client comes back and asks what it missed."""
    case_id = submitted_case(valley)
    doctor = valley.doctor.id.hex
    seen: list[Any] = [e for e in trail(case_id) if e[:3] == ("read", "consultation", doctor)]
    valley.expert.take(case_id)
    told = [e for e in trail(case_id) if e[:3] == ("read", "consultation", doctor)][len(seen) :]
    assert {detail for *_, detail in told} == {"told"}
    async with signed_in(town.url, context, valley.doctor.tokens.access_token, last_seq=1):
        pass
    assert ("read", "consultation", doctor, "replayed") in trail(case_id)


def test_an_expert_is_told_of_a_waiting_case_without_its_patient(
    valley: Valley, trail: Trail
) -> None:
    """Who is rung and who may take it: both read a masked row, and the trail says so."""
    watching = valley.another_expert()
    case_id = submitted_case(valley)
    told = {(entry[2], entry[3]) for entry in trail(case_id) if entry[:2] == READ_CASE}
    assert {(who.id.hex, "told masked") for who in (valley.expert, watching)} <= told
    assert not {(who.id.hex, "told") for who in (valley.expert, watching)} & told


async def test_every_frame_about_a_waiting_case_is_a_masked_reading(
    valley: Valley, town: Town, context: ssl.SSLContext, trail: Trail
) -> None:
    """The ring is one of them."""
    async with signed_in(town.url, context, valley.expert.tokens.access_token) as socket:
        case_id = submitted_case(valley)
        ring = await socket.hear("offer_rang")
        frames = [ring, *await socket.quiet()]
    rows = [
        row
        for frame in frames
        if (row := frame.get("consultation") or frame.get("offer", {}).get("consultation"))
    ]
    assert {(row["id"], row["patient_name"]) for row in rows} == {(case_id, "何**")}
    read = [entry for entry in trail(case_id) if entry[:3] == (*READ_CASE, valley.expert.id.hex)]
    assert [detail for *_, detail in read] == ["told masked"] * len(rows)


def test_a_stored_instance_names_every_case_that_has_its_study(
    valley: Valley, trail: Trail
) -> None:
    slices = new_study(1)
    files = [file_bytes(one) for one in slices]
    cases = [open_case(valley), open_case(valley)]
    for case_id in cases:
        declare(valley.doctor, case_id, slices, files)
    stow(valley.doctor, files)
    for case_id in cases:
        assert ("create", "instance", valley.doctor.id.hex, "") in trail(case_id)


def test_a_stored_instance_of_no_case_has_its_entry_too(valley: Valley, trail: Trail) -> None:
    stow(valley.doctor, [file_bytes(new_study(1)[0])])
    assert ("create", "instance", valley.doctor.id.hex, "") in trail()
