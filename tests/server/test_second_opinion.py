"""A second opinion on a running server: independent until it is signed, then side by side."""

import ssl

import pytest

from protocol import paths
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Someone, Valley, open_case
from tests.server.signing import report_of, signed, signing_key
from tests.server.sockets import signed_in
from tests.server.test_report import drafted

FIRST, SECOND = "首诊：良性结节", "复诊：考虑恶性"


def sign(expert: Someone, case_id: str) -> None:
    answer = signed(expert, case_id, report_of(expert, case_id), signing_key(expert))
    assert answer.status_code == 201, answer.text


def asked(valley: Valley, by: Someone) -> tuple[str, str]:
    """A signed case that is also in the library, and its second opinion."""
    first = drafted(valley, impression=FIRST)
    sign(valley.expert, first)
    assert valley.doctor.act(first, "receive", decision="adopted").status_code == 200
    answer = by.act(first, "second_opinion", reason="与首诊意见不符")
    assert answer.status_code == 200, answer.text
    return first, answer.json()["summary"]["second"]["consultation_id"]


def read_by(expert: Someone, case_id: str) -> None:
    expert.take(case_id)
    for action in ("accept", "start_reading", "start_draft"):
        assert expert.act(case_id, action).status_code == 200
    opinion = {"findings": "毛刺征", "impression": SECOND}
    body = {**expert.claim[case_id], "opinion": opinion}
    assert expert.send("PUT", paths.OPINION, body, consultation_id=case_id).status_code == 200


def second_of(someone: Someone, first: str) -> str:
    seen = someone.get(paths.CONSULTATION, consultation_id=first)["summary"]["second"]
    return str(seen["state"])


OF_A_CASE = (paths.CONSULTATION, paths.REPORT, paths.OPINION, paths.TIMELINE, paths.MESSAGES)


@pytest.mark.both_databases
def test_two_experts_read_independently_and_then_see_each_other(valley: Valley) -> None:
    other = valley.another_expert()
    first, second = asked(valley, valley.doctor)
    assert second_of(valley.doctor, first) == "waiting"
    rows = other.get(paths.QUEUE)["items"]
    assert [row["id"] for row in rows] == [second]
    assert valley.expert.get(paths.QUEUE)["items"] == []
    refused = valley.expert.send("POST", paths.CLAIM, consultation_id=second)
    assert refused.status_code == 404
    known = valley.doctor.get(paths.CANDIDATES, consultation_id=second)
    why = {one["expert_id"]: one["ineligible"] for one in known}
    assert "not_independent" in why[str(valley.expert.id)]
    read_by(other, second)
    assert second_of(valley.doctor, first) == "reading"
    for path in OF_A_CASE:
        assert other.send("GET", path, consultation_id=first).status_code == 404
        assert valley.expert.send("GET", path, consultation_id=second).status_code == 404
    heard = other.http.get(paths.TIMELINE.format(consultation_id=second)).text
    assert "不符" not in heard
    assert "陈专家" not in heard
    sign(other, second)
    assert second_of(valley.doctor, first) == "signed"
    for reader in (other, valley.expert, valley.doctor):
        said = [
            reader.get(paths.REPORT, consultation_id=one)["report"]["opinion"]["impression"]
            for one in (first, second)
        ]
        assert said == [FIRST, SECOND]
    for reader, one in ((other, first), (valley.expert, second)):
        for path in (paths.OPINION, paths.MESSAGES):
            assert reader.send("GET", path, consultation_id=one).status_code == 403
        assert one not in [row["id"] for row in reader.get(paths.CONSULTATIONS)["items"]]
    lines = valley.expert.get(paths.TIMELINE, consultation_id=first)
    assert [one["action"] for one in lines[-2:]] == ["second_opinion", "second_opinion_signed"]


@pytest.mark.both_databases
def test_the_library_does_not_tell_the_second_expert_what_the_first_one_wrote(
    valley: Valley,
) -> None:
    other = valley.another_expert()
    _first, second = asked(valley, valley.doctor)
    path = f"{paths.LIBRARY}?department={valley.department}"
    (entry,) = valley.doctor.get(path)["items"]
    read_by(other, second)
    assert other.get(path)["items"] == []
    place = {"entry_id": entry["id"]}
    assert other.send("GET", paths.LIBRARY_ENTRY, **place).status_code == 404
    sign(other, second)
    assert other.get(paths.LIBRARY_ENTRY, **place)["impression"] == FIRST


async def test_facts_keep_them_apart_too(valley: Valley, context: ssl.SSLContext) -> None:
    url, other = valley.town.url, valley.another_expert()
    first = drafted(valley, impression=FIRST)
    sign(valley.expert, first)
    async with (
        signed_in(url, context, other.tokens.access_token) as second_expert,
        signed_in(url, context, valley.expert.tokens.access_token) as first_expert,
    ):
        answer = valley.expert.act(first, "second_opinion", reason="我想请人再看一次")
        second = answer.json()["summary"]["second"]["consultation_id"]
        rang = await second_expert.hear("offer_rang")
        assert rang["offer"]["consultation"]["id"] == second
        read_by(other, second)
        assert valley.doctor.act(first, "receive", decision="adopted").status_code == 200
        sign(other, second)
        told = await first_expert.hear(
            "consultation_changed",
            lambda fact: (
                fact["event"] is not None and fact["event"]["action"] == "second_opinion_signed"
            ),
        )
        assert told["consultation"]["id"] == first
        before = str(second_expert.kept) + str(await second_expert.quiet())
        assert FIRST not in before
        assert "陈专家" not in before
        assert SECOND not in str(first_expert.kept) + str(await first_expert.quiet())


def test_it_is_read_on_the_images_of_the_first(valley: Valley) -> None:
    other = valley.another_expert()
    slices = new_study(2)
    files = [file_bytes(one) for one in slices]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices, files)
    assert stow(valley.doctor, files).status_code == 200
    assert valley.doctor.act(case_id, "submit").status_code == 200
    first = drafted(valley, case_id)
    sign(valley.expert, first)
    answer = valley.doctor.act(first, "second_opinion", reason="请再看一次")
    second = answer.json()["summary"]["second"]["consultation_id"]
    read_by(other, second)
    (study,) = other.get(paths.CONSULTATION, consultation_id=second)["studies"]
    assert (study["declared"], study["verified"]) == (2, True)
    uid = slices[0].StudyInstanceUID
    seen = other.http.get(f"{paths.DICOMWEB}/studies/{uid}/series")
    assert seen.status_code == 200
    sign(other, second)


def test_where_nobody_else_may_read_it_the_dispatchers_have_it_and_the_clinic_may_ask_again(
    valley: Valley,
) -> None:
    dispatcher = valley.town.person("dispatcher")
    first, second = asked(valley, valley.doctor)
    row = dispatcher.get(paths.CONSULTATION, consultation_id=second)["summary"]
    assert row["phase"] == "dispatching"
    refused = dispatcher.act(second, "assign", expert_id=str(valley.expert.id))
    assert refused.status_code == 422
    assert "not_independent" in refused.json()["fields"][0]["reason"]
    assert valley.doctor.act(first, "second_opinion", reason="再请").status_code == 409
    assert dispatcher.act(second, "reject", reason="本科室没有其他专家").status_code == 200
    assert second_of(valley.doctor, first) == "ended"
    assert valley.doctor.act(first, "second_opinion", reason="再请").status_code == 200


def test_a_case_of_the_wrong_patient_ends_at_both_experts(valley: Valley) -> None:
    other, dispatcher = valley.another_expert(), valley.town.person("dispatcher")
    first, second = asked(valley, valley.doctor)
    read_by(other, second)
    answer = dispatcher.act(first, "enter_in_error", reason="病人弄错了")
    assert answer.status_code == 200, answer.text
    assert answer.json()["summary"]["second"]["state"] == "ended"
    row = other.get(paths.CONSULTATION, consultation_id=second)["summary"]
    assert row["phase"] == "entered_in_error"
    lines = other.get(paths.TIMELINE, consultation_id=second)
    assert (lines[-1]["action"], lines[-1]["reason"]) == ("enter_in_error", "病人弄错了")


def test_the_first_report_may_be_amended_while_the_second_is_read(valley: Valley) -> None:
    other = valley.another_expert()
    first, second = asked(valley, valley.doctor)
    read_by(other, second)
    assert valley.expert.act(first, "amend", reason="漏写一处").status_code == 200
    sign(other, second)
    assert second_of(valley.doctor, first) == "signed"
    shown = other.get(paths.REPORT, consultation_id=first)["report"]
    assert shown["version"] == 1, "the version that stands until the amendment is signed"


def test_who_becomes_a_dispatcher_while_reading_still_does_not_see_the_first_case(
    valley: Valley,
) -> None:
    other = valley.another_expert()
    first, second = asked(valley, valley.doctor)
    read_by(other, second)
    body = {"roles": ["expert", "dispatcher"]}
    changed = valley.town.admin.send("PATCH", paths.ACCOUNT, body, account_id=other.id)
    assert changed.status_code == 200, changed.text
    assert other.send("GET", paths.REPORT, consultation_id=first).status_code == 404
    listed = {row["id"] for row in other.get(paths.CONSULTATIONS)["items"]}
    assert second in listed
    assert first not in listed
    shown = {row["summary"]["id"] for row in other.get(paths.BOARD)["cases"]}
    assert first not in shown
    sign(other, second)
    assert other.send("GET", paths.REPORT, consultation_id=first).status_code == 200
