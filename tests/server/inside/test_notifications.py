"""What was told to somebody stands in a list of their own: newest first, live, and kept."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from protocol import paths
from server.api.services.notifying import Notifying
from server.store.tables import ConsultationRow
from tests.fakes.examples import call
from tests.server.in_process import InProcess
from tests.server.people import Someone, Valley, submitted_case
from tests.server.signing import approve, report_of, signed, signing_key
from tests.server.test_report import drafted


@pytest.fixture(scope="module")
def server(kept_server: InProcess) -> InProcess:
    return kept_server


def told(person: Someone, **asked: str) -> list[dict[str, Any]]:
    answer = person.http.get(paths.NOTIFICATIONS, params=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def codes(person: Someone, **asked: str) -> list[str]:
    return [one["code"] for one in told(person, **asked)]


def unread(person: Someone) -> int:
    count: int = person.get(paths.NOTIFICATIONS)["unread"]
    return count


def test_what_happens_to_a_case_is_told_to_whom_it_concerns_newest_first(
    server: InProcess, valley: Valley
) -> None:
    ear, clinic = server.connect(valley.expert), server.connect(valley.doctor)
    case_id = submitted_case(valley)
    (rang,) = ear.heard("notified")
    assert rang["notification"]["code"] == "offered"
    assert "何" not in str(rang)
    valley.expert.take(case_id)
    valley.expert.act(case_id, "accept")
    valley.expert.act(case_id, "ask_information", checklist=["血常规"])
    assert [one["notification"]["code"] for one in clinic.heard("notified")] == [
        "taken",
        "information_wanted",
    ]
    assert codes(valley.doctor) == ["information_wanted", "taken"]
    assert codes(valley.expert) == ["offered"]
    server.disconnect(valley.expert)


def test_an_offer_that_was_answered_is_read_and_one_that_was_not_is_missed(
    server: InProcess, valley: Valley
) -> None:
    ear = server.connect(valley.expert)
    case_id = submitted_case(valley)
    assert unread(valley.expert) == 1
    valley.expert.take(case_id)
    assert unread(valley.expert) == 0
    assert [one["codes"] for one in ear.heard("notifications_over")] == [["offered"]]
    missed = submitted_case(valley)
    server.pass_time(61)
    of_it = [one for one in told(valley.expert) if one["consultation_id"] == missed]
    assert [(one["code"], one["read"]) for one in of_it if one["code"] == "offer_missed"] == [
        ("offer_missed", False)
    ]
    server.disconnect(valley.expert)


def test_they_are_filtered_by_kind_and_urgency_and_paged(server: InProcess, valley: Valley) -> None:
    server.connect(valley.expert)
    for urgency in ("routine", "emergency"):
        valley.expert.take(submitted_case(valley, urgency=urgency))
    assert len(told(valley.doctor, kind="case")) == 2
    assert codes(valley.doctor, kind="call") == []
    (one,) = told(valley.doctor, urgency="emergency")
    assert one["urgency"] == "emergency"
    first = valley.doctor.http.get(paths.NOTIFICATIONS, params={"limit": 1}).json()
    rest = valley.doctor.http.get(paths.NOTIFICATIONS, params={"after": first["next"]}).json()
    assert [one["id"] for one in (*first["items"], *rest["items"])] == [
        one["id"] for one in told(valley.doctor)
    ]
    assert rest["next"] is None


def test_they_are_marked_as_read_and_cleared_by_their_person_only(
    server: InProcess, valley: Valley
) -> None:
    server.connect(valley.expert)
    for _ in range(2):
        valley.expert.take(submitted_case(valley))
    newest, older = told(valley.doctor)
    stranger = valley.town.person("requester", institution=valley.clinic)
    for path in (paths.NOTIFICATIONS_READ, paths.NOTIFICATIONS_CLEARED):
        assert stranger.send("POST", path, {"ids": [newest["id"]]}).status_code == 204
    assert (unread(valley.doctor), told(stranger)) == (2, [])
    valley.doctor.send("POST", paths.NOTIFICATIONS_READ, {"ids": [newest["id"]]})
    assert [one["read"] for one in told(valley.doctor)] == [True, False]
    valley.doctor.send("POST", paths.NOTIFICATIONS_CLEARED, {"up_to": older["at"]})
    assert [one["id"] for one in told(valley.doctor)] == [newest["id"]]
    assert valley.doctor.send("POST", paths.NOTIFICATIONS_READ, {}).status_code == 422


def test_a_case_that_went_to_somebody_else_is_opened_from_there_no_longer(
    server: InProcess, valley: Valley
) -> None:
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital)
    server.connect(valley.expert)
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    valley.expert.act(case_id, "accept")
    assert [one["opens"] for one in told(valley.expert)] == [True]
    server.disconnect(valley.expert)
    assert dispatcher.act(case_id, "release", reason="改派").status_code == 200
    newest, *_ = told(valley.expert)
    assert (newest["code"], newest["by"]) == ("taken_from_you", "林医生")
    assert {one["opens"] for one in told(valley.expert)} == {False}
    assert "何" not in str(told(valley.expert))
    assert "given_back" in codes(valley.doctor)


def test_a_case_whose_row_is_damaged_stands_in_the_list_and_does_not_open(
    server: InProcess, valley: Valley
) -> None:
    server.connect(valley.expert)
    damaged, whole = (submitted_case(valley) for _ in range(2))
    valley.expert.take(damaged)
    valley.expert.take(whole)

    async def spoil() -> None:
        of = ConsultationRow.id == UUID(damaged)
        async with server.store.writing() as work:
            await work.session.execute(update(ConsultationRow).where(of).values(content="no case"))

    before = {one["consultation_id"]: one["opens"] for one in told(valley.doctor)}
    server.run(spoil())
    after = {one["consultation_id"]: one["opens"] for one in told(valley.doctor)}
    assert (before, after) == ({damaged: True, whole: True}, {damaged: False, whole: True})
    server.disconnect(valley.expert)


def test_a_review_is_told_to_reviewers_who_also_dispatch_and_its_end_to_the_expert(
    server: InProcess, valley: Valley
) -> None:
    both = valley.town.person("reviewer", "dispatcher", institution=valley.hospital)
    case_id = drafted(valley)
    assert valley.expert.act(case_id, "request_review").status_code == 200
    assert codes(both, kind="report") == ["review_wanted"]
    assert approve(both, case_id).status_code == 200
    assert codes(valley.expert, kind="report") == ["review_approved"]


def test_who_left_a_case_they_read_is_told_that_it_was_suspended(
    server: InProcess, valley: Valley
) -> None:
    server.connect(valley.expert)
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    for action in ("accept", "start_reading"):
        assert valley.expert.act(case_id, action).status_code == 200
    server.disconnect(valley.expert)
    server.pass_time(30 * 60)
    (suspended,) = told(valley.expert, kind="case")
    assert (suspended["code"], suspended["opens"]) == ("suspended", True)


def test_a_critical_finding_stands_as_such_and_its_read_back_is_told_to_the_expert(
    server: InProcess, valley: Valley
) -> None:
    case_id = drafted(valley, critical=True, critical_finding="右侧张力性气胸")
    report = report_of(valley.expert, case_id, signed_at=server.clock.now())
    assert signed(valley.expert, case_id, report, signing_key(valley.expert)).is_success
    (found,) = told(valley.doctor, kind="finding")
    assert (found["code"], found["opens"]) == ("finding_signed", True)
    valley.doctor.act(case_id, "read_back", reason="气胸，现在穿刺", told="护士长")
    assert codes(valley.expert, kind="finding") == ["finding_read_back"]


def test_a_guest_who_waits_in_the_call_is_not_named(server: InProcess, valley: Valley) -> None:
    case_id = submitted_case(valley)

    async def begin() -> None:
        async with server.store.writing() as work:
            case = await work.cases.get(UUID(case_id))
            assert case is not None
            running = call("何小溪")
            guest = running.participants[0].model_copy(
                update={"account_id": None, "joined_at": work.now}
            )
            alone = running.model_copy(update={"participants": (guest,)})
            await Notifying().call_changed(work, case, alone, {valley.doctor.id})

    server.run(begin())
    (waits,) = told(valley.doctor, kind="call")
    assert (waits["code"], waits["by"]) == ("call_waiting", "")


def test_a_clock_is_told_with_its_time_and_to_dispatchers_late(
    server: InProcess, valley: Valley
) -> None:
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital)
    submitted_case(valley)
    server.pass_time(8 * 60)
    assert codes(dispatcher, kind="clock") == []
    server.pass_time(8 * 60)
    clocks = told(dispatcher, kind="clock")
    assert {one["clock"] for one in clocks if one["department"] == valley.department} == {"accept"}
    assert "clock_over" in {one["code"] for one in clocks}


def test_they_are_forgotten_with_the_facts(server: InProcess, valley: Valley) -> None:
    server.connect(valley.expert)
    valley.expert.take(submitted_case(valley))
    server.disconnect(valley.expert)
    assert codes(valley.doctor) == ["taken"]

    async def forget() -> None:
        async with server.store.writing() as work:
            await work.notifications.prune(work.now)

    server.run(forget())
    assert codes(valley.doctor) == []
