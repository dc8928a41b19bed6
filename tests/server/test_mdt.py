"""An MDT on a running server: independent opinions, then the minutes that the chair signs."""

import ssl
from dataclasses import dataclass
from typing import Any

import pytest

from protocol import paths
from protocol.base import new_id
from protocol.consultation import Consultation
from protocol.minutes import minutes_of
from protocol.report import Report, SignedReport
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Someone, Town, Valley, expert_profile, open_case, submitted_case
from tests.server.signing import report_of, signed, signing_key
from tests.server.sockets import signed_in
from tests.server.test_board import dispatcher_of

HEART_SAYS, CHEST_SAYS = "心源性可能大", "考虑肺癌，建议穿刺"
OF_A_CASE = (paths.CONSULTATION, paths.REPORT, paths.OPINION, paths.TIMELINE, paths.MESSAGES)


@dataclass
class Round:
    """The valley's expert chairs; two others of the department are named."""

    valley: Valley
    case_id: str
    heart: Someone
    chest: Someone
    heart_case: str
    chest_case: str

    @property
    def chair(self) -> Someone:
        return self.valley.expert

    def mdt(self, reader: Someone) -> dict[str, Any]:
        seen = reader.get(paths.CONSULTATION, consultation_id=self.case_id)
        known: dict[str, Any] = seen["summary"]["mdt"]
        return known

    def states(self) -> list[str]:
        return [one["state"] for one in self.mdt(self.valley.doctor)["opinions"]]


def begin(valley: Valley, case_id: str = "") -> Round:
    """Asked by the clinic of a case that waits; the chair has taken it and reads."""
    case_id = case_id or submitted_case(valley)
    heart, chest = valley.another_expert("王专家"), valley.another_expert("赵专家")
    answer = valley.doctor.act(
        case_id,
        "ask_mdt",
        reason="心肺都有问题",
        expert_id=str(valley.expert.id),
        seats=[
            {"department": valley.department, "expert_id": str(one.id)} for one in (heart, chest)
        ],
    )
    assert answer.status_code == 200, answer.text
    opinions = [one["consultation_id"] for one in answer.json()["summary"]["mdt"]["opinions"]]
    work_on(valley.expert, case_id)
    return Round(valley, case_id, heart, chest, *opinions)


def work_on(expert: Someone, case_id: str) -> None:
    expert.take(case_id)
    for action in ("accept", "start_reading", "start_draft"):
        assert expert.act(case_id, action).status_code == 200


def write(expert: Someone, case_id: str, **opinion: object) -> None:
    body = {**expert.claim[case_id], "opinion": {"findings": "见图", **opinion}}
    assert expert.send("PUT", paths.OPINION, body, consultation_id=case_id).status_code == 200


def give(expert: Someone, case_id: str, impression: str) -> None:
    """Reads, writes and signs one opinion."""
    work_on(expert, case_id)
    write(expert, case_id, impression=impression)
    answer = signed(expert, case_id, report_of(expert, case_id), signing_key(expert))
    assert answer.status_code == 201, answer.text


def read_report(reader: Someone, case_id: str) -> Report:
    answer = reader.send("GET", paths.REPORT, consultation_id=case_id)
    assert answer.status_code == 200, answer.text
    return SignedReport.model_validate_json(answer.content).report


def minutes_report(chair: Someone, case_id: str, **changes: object) -> Report:
    """As the chair's desktop makes it: of the opinions it has read."""
    answer = chair.http.get(paths.CONSULTATION.format(consultation_id=case_id))
    mdt = Consultation.model_validate_json(answer.content).summary.mdt
    assert mdt is not None
    reports = {
        one.consultation_id: read_report(chair, str(one.consultation_id)) for one in mdt.signed
    }
    return report_of(chair, case_id, minutes=minutes_of(mdt, reports), **changes)


@pytest.mark.both_databases
def test_opinions_are_independent_until_all_are_signed_and_the_minutes_hold_the_dissent(
    valley: Valley,
) -> None:
    mdt = begin(valley)
    doctor, chair, heart, chest = valley.doctor, mdt.chair, mdt.heart, mdt.chest
    assert mdt.states() == ["waiting", "waiting"]
    give(heart, mdt.heart_case, HEART_SAYS)
    work_on(chest, mdt.chest_case)
    assert mdt.states() == ["signed", "reading"]
    for path in OF_A_CASE:
        for reader, case_id in (
            (chair, mdt.heart_case),
            (chair, mdt.chest_case),
            (heart, mdt.chest_case),
            (heart, mdt.case_id),
            (chest, mdt.heart_case),
            (chest, mdt.case_id),
        ):
            assert reader.send("GET", path, consultation_id=case_id).status_code == 404
    for reader in (chair, heart, chest):
        listed = [row["id"] for row in reader.get(paths.CONSULTATIONS)["items"]]
        assert len({mdt.case_id, mdt.heart_case, mdt.chest_case} & set(listed)) == 1
        queue = {row["id"] for row in reader.get(paths.QUEUE)["items"]}
        assert queue.isdisjoint({mdt.case_id, mdt.heart_case, mdt.chest_case})
    write(chair, mdt.case_id, impression="先写着")
    early = signed(chair, mdt.case_id, report_of(chair, mdt.case_id), signing_key(chair))
    assert (early.status_code, early.json()["code"]) == (409, "opinions_missing")

    write(chest, mdt.chest_case, impression=CHEST_SAYS)
    answer = signed(chest, mdt.chest_case, report_of(chest, mdt.chest_case), signing_key(chest))
    assert answer.status_code == 201, answer.text
    for reader in (chair, heart, chest):
        assert read_report(reader, mdt.heart_case).opinion.impression == HEART_SAYS
        assert read_report(reader, mdt.chest_case).opinion.impression == CHEST_SAYS
        listed = [row["id"] for row in reader.get(paths.CONSULTATIONS)["items"]]
        assert len({mdt.case_id, mdt.heart_case, mdt.chest_case} & set(listed)) == 1
    dissent = {"consultation_id": mdt.chest_case, "words": CHEST_SAYS, "quoted": True}
    write(chair, mdt.case_id, impression="心衰，先利尿", dissents=[dissent])
    answer = signed(chair, mdt.case_id, minutes_report(chair, mdt.case_id), signing_key(chair))
    assert answer.status_code == 201, answer.text
    for reader in (doctor, chair, heart, chest):
        report = read_report(reader, mdt.case_id)
        assert report.minutes is not None
        assert [one.expert_name for one in report.minutes.contributions] == ["王专家", "赵专家"]
        assert [one.words for one in report.opinion.dissents] == [CHEST_SAYS]
    lines = [one["action"] for one in doctor.get(paths.TIMELINE, consultation_id=mdt.case_id)]
    assert lines.count("ask_mdt") == lines.count("mdt_complete") == 1
    assert lines.index("mdt_complete") < lines.index("sign")
    refused = doctor.act(mdt.heart_case, "receive", decision="adopted")
    assert refused.status_code == 409, "the decision is on the minutes"
    assert doctor.act(mdt.case_id, "receive", decision="adopted").status_code == 200


def test_minutes_that_say_other_than_what_was_given_are_refused(valley: Valley) -> None:
    mdt = begin(valley)
    give(mdt.heart, mdt.heart_case, HEART_SAYS)
    give(mdt.chest, mdt.chest_case, CHEST_SAYS)
    chair, key = mdt.chair, signing_key(mdt.chair)
    write(chair, mdt.case_id, impression="结论")
    report = minutes_report(chair, mdt.case_id)
    assert report.minutes is not None
    fewer = report.minutes.model_copy(update={"contributions": report.minutes.contributions[:1]})
    for wrong in (None, fewer):
        changed = report.model_copy(update={"minutes": wrong})
        answer = signed(chair, mdt.case_id, changed, key)
        assert answer.status_code == 422
        assert answer.json()["fields"][0]["location"] == ["report", "minutes"]
    for words, quoted, who in (
        ("从没说过", True, mdt.chest_case),
        ("不是会诊的人", False, mdt.case_id),
    ):
        dissent = {"consultation_id": who, "words": words, "quoted": quoted}
        write(chair, mdt.case_id, impression="结论", dissents=[dissent])
        answer = signed(chair, mdt.case_id, minutes_report(chair, mdt.case_id), key)
        assert answer.status_code == 422
        assert answer.json()["fields"][0]["location"] == ["report", "opinion", "dissents"]
    assert mdt.heart.act(mdt.heart_case, "amend", reason="漏写").status_code == 200
    changed = report_of(mdt.heart, mdt.heart_case, version=2)
    again = signed(mdt.heart, mdt.heart_case, changed, signing_key(mdt.heart))
    assert again.status_code == 201, again.text
    write(chair, mdt.case_id, impression="结论")
    unread = signed(chair, mdt.case_id, report, key)
    assert (unread.status_code, unread.json()["code"]) == (409, "opinions_changed")
    now = minutes_report(chair, mdt.case_id)
    assert now.minutes is not None
    assert [(one.version, one.late) for one in now.minutes.contributions] == [(2, True), (1, False)]
    assert signed(chair, mdt.case_id, now, key).status_code == 201


def test_the_chair_goes_on_without_who_is_missing_and_the_minutes_say_why(valley: Valley) -> None:
    mdt = begin(valley)
    give(mdt.heart, mdt.heart_case, HEART_SAYS)
    work_on(mdt.chest, mdt.chest_case)
    assert mdt.chair.act(mdt.case_id, "close_mdt").status_code == 422, "a reason is needed"
    answer = mdt.chair.act(mdt.case_id, "close_mdt", reason="病情不等人")
    assert answer.status_code == 200, answer.text
    assert mdt.states() == ["signed", "ended"]
    row = mdt.chest.get(paths.CONSULTATION, consultation_id=mdt.chest_case)["summary"]
    assert row["phase"] == "aborted"
    last = mdt.chest.get(paths.TIMELINE, consultation_id=mdt.chest_case)[-1]
    assert (last["action"], last["reason"]) == ("mdt_ended", "病情不等人")
    assert mdt.chest.send("GET", paths.REPORT, consultation_id=mdt.heart_case).status_code == 404
    write(mdt.chair, mdt.case_id, impression="心衰")
    report = minutes_report(mdt.chair, mdt.case_id)
    assert report.minutes is not None
    assert report.minutes.without == "病情不等人"
    assert [one.expert_name for one in report.minutes.missing] == ["赵专家"]
    assert signed(mdt.chair, mdt.case_id, report, signing_key(mdt.chair)).status_code == 201


def test_what_a_case_that_ends_takes_with_it(valley: Valley) -> None:
    mdt = begin(valley)
    give(mdt.heart, mdt.heart_case, HEART_SAYS)
    work_on(mdt.chest, mdt.chest_case)
    dispatcher = valley.town.person("dispatcher")
    assert dispatcher.act(mdt.case_id, "abort", reason="病人已转院").status_code == 200
    assert mdt.states() == ["signed", "ended"]
    last = mdt.chest.get(paths.TIMELINE, consultation_id=mdt.chest_case)[-1]
    assert (last["to_phase"], last["reason"]) == ("aborted", "病人已转院")
    assert read_report(valley.doctor, mdt.heart_case).opinion.impression == HEART_SAYS
    assert mdt.chair.send("GET", paths.REPORT, consultation_id=mdt.heart_case).status_code == 404


def test_a_case_of_the_wrong_patient_is_wrong_for_all(valley: Valley) -> None:
    mdt = begin(valley)
    give(mdt.heart, mdt.heart_case, HEART_SAYS)
    dispatcher = valley.town.person("dispatcher")
    answer = dispatcher.act(mdt.case_id, "enter_in_error", reason="病人弄错了")
    assert answer.status_code == 200, answer.text
    for case_id in (mdt.heart_case, mdt.chest_case):
        row = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]
        assert row["phase"] == "entered_in_error"


def test_where_everybody_declines_dispatchers_may_end_the_opinion_and_the_chair_goes_on(
    valley: Valley,
) -> None:
    mdt = begin(valley)
    give(mdt.heart, mdt.heart_case, HEART_SAYS)
    declined = mdt.chest.act(
        mdt.chest_case, "decline", decline_reason="too_busy", reason="在手术台上"
    )
    assert declined.status_code == 200, declined.text
    dispatcher = valley.town.person("dispatcher")
    row = dispatcher.get(paths.CONSULTATION, consultation_id=mdt.chest_case)["summary"]
    assert row["phase"] == "dispatching"
    known = dispatcher.get(paths.CANDIDATES, consultation_id=mdt.chest_case)
    why = {one["expert_id"]: one["ineligible"] for one in known}
    assert "not_independent" in why[str(mdt.heart.id)]
    assert "not_independent" in why[str(mdt.chair.id)]
    assert dispatcher.act(mdt.chest_case, "reject", reason="没有别的专家").status_code == 200
    assert mdt.states() == ["signed", "ended"]
    assert mdt.mdt(valley.doctor)["opened_at"] is None
    assert mdt.chair.act(mdt.case_id, "close_mdt", reason="没有胸外科专家").status_code == 200


def test_a_chair_who_gives_the_case_back_is_followed_by_another(valley: Valley) -> None:
    mdt = begin(valley)
    give(mdt.heart, mdt.heart_case, HEART_SAYS)
    give(mdt.chest, mdt.chest_case, CHEST_SAYS)
    assert read_report(mdt.chair, mdt.heart_case)
    assert mdt.chair.act(mdt.case_id, "release", reason="要上手术").status_code == 200
    assert mdt.chair.send("GET", paths.REPORT, consultation_id=mdt.heart_case).status_code == 404
    for giver in (mdt.heart, mdt.chest):
        assert giver.send("POST", paths.CLAIM, consultation_id=mdt.case_id).status_code == 403
    other = valley.another_expert("新主席")
    work_on(other, mdt.case_id)
    assert read_report(other, mdt.heart_case).opinion.impression == HEART_SAYS
    write(other, mdt.case_id, impression="结论")
    report = minutes_report(other, mdt.case_id)
    assert signed(other, mdt.case_id, report, signing_key(other)).status_code == 201


def test_who_takes_one_opinion_is_rung_for_none_of_the_others(valley: Valley) -> None:
    heart = valley.another_expert("王专家")
    case_id = submitted_case(valley)
    answer = valley.doctor.act(
        case_id,
        "ask_mdt",
        reason="请两位看",
        expert_id=str(valley.expert.id),
        seats=[{"department": valley.department}] * 2,
    )
    assert answer.status_code == 200, answer.text
    one, other = (row["consultation_id"] for row in answer.json()["summary"]["mdt"]["opinions"])
    heart.take(one)
    queue = {row["id"] for row in heart.get(paths.QUEUE)["items"]}
    assert queue.isdisjoint({other, case_id})
    assert heart.send("POST", paths.CLAIM, consultation_id=other).status_code == 404
    assert heart.act(one, "release", reason="看不了").status_code == 200
    heart.take(other)


@pytest.mark.parametrize("who", ["chair", "reader", "unknown"])
def test_experts_who_cannot_take_it_are_refused_before_anything_is_asked(
    valley: Valley, who: str
) -> None:
    abroad = valley.town.institution("hospital")
    profile = expert_profile(valley.department)
    stranger = valley.town.person("expert", institution=abroad, expert=profile, name="外院专家")
    other = valley.another_expert()
    case_id = submitted_case(valley)
    named = {
        "chair": (stranger.id, other.id),
        "reader": (valley.expert.id, stranger.id),
        "unknown": (valley.expert.id, case_id),
    }[who]
    seats = [{"department": valley.department, "expert_id": one} for one in (str(named[1]), None)]
    answer = valley.doctor.act(
        case_id, "ask_mdt", reason="请看", expert_id=str(named[0]), seats=seats
    )
    assert answer.status_code == 422, answer.text
    seen = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    assert seen["summary"]["mdt"] is None
    assert len(valley.doctor.get(paths.CONSULTATIONS)["items"]) == 1


async def test_facts_keep_them_apart_too(valley: Valley, context: ssl.SSLContext) -> None:
    mdt, url = begin(valley), valley.town.url
    async with (
        signed_in(url, context, mdt.chest.tokens.access_token) as chest,
        signed_in(url, context, mdt.chair.tokens.access_token) as chair,
    ):
        give(mdt.heart, mdt.heart_case, HEART_SAYS)
        for one in (chest, chair):
            heard = str(one.kept) + str(await one.quiet())
            assert HEART_SAYS not in heard
        give(mdt.chest, mdt.chest_case, CHEST_SAYS)
        told = await chair.hear(
            "consultation_changed",
            lambda fact: fact["event"] is not None and fact["event"]["action"] == "mdt_complete",
        )
        assert told["consultation"]["mdt"]["opened_at"] is not None
        assert "王专家" not in str(chest.kept) + str(await chest.quiet())


def test_each_reads_the_images_of_the_case(valley: Valley) -> None:
    slices = new_study(2)
    files = [file_bytes(one) for one in slices]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices, files)
    assert stow(valley.doctor, files).status_code == 200
    assert valley.doctor.act(case_id, "submit").status_code == 200
    mdt = begin(valley, case_id)
    work_on(mdt.heart, mdt.heart_case)
    seen = mdt.heart.get(paths.CONSULTATION, consultation_id=mdt.heart_case)
    (study,) = seen["studies"]
    assert (study["declared"], study["verified"]) == (2, True)
    uid = slices[0].StudyInstanceUID
    assert mdt.heart.http.get(f"{paths.DICOMWEB}/studies/{uid}/series").status_code == 200


async def test_the_round_meets_in_the_call_of_the_chair_once_the_opinions_lie_open(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    mdt = begin(valley)
    give(mdt.heart, mdt.heart_case, HEART_SAYS)
    async with (
        signed_in(town.url, context, mdt.chair.tokens.access_token) as chair,
        signed_in(town.url, context, mdt.heart.tokens.access_token) as heart,
        signed_in(town.url, context, mdt.chest.tokens.access_token) as chest,
    ):
        await chair.join(mdt.case_id)
        for early in (heart, chest):
            await early.say("join_call", ref=str(new_id()), consultation_id=mdt.case_id)
            assert (await early.hear("refused"))["problem"]["code"] == "not_found"
        give(mdt.chest, mdt.chest_case, CHEST_SAYS)
        await chair.say("leave_call", consultation_id=mdt.case_id)
        await chair.hear("call_changed", lambda frame: frame["call"] is None)
        await heart.say("join_call", ref=str(new_id()), consultation_id=mdt.case_id)
        assert (await heart.hear("refused"))["problem"]["code"] == "call_not_running"
        await chair.join(mdt.case_id)
        begun = await heart.hear("call_changed", lambda frame: bool(frame["call"]))
        assert begun["consultation_id"] == mdt.case_id, "they hear that the chair is there"
        await heart.join(mdt.case_id)
        joined = await chest.join(mdt.case_id)
        kinds = [one["kind"] for one in joined["call"]["participants"]]
        assert kinds == ["expert"] * 3
        words = {"consultation_id": mdt.case_id, "text": "请看第42层"}
        await heart.say("send_chat", id=str(new_id()), audience="call", **words)
        for listener in (chair, chest):
            assert (await listener.hear("chat_posted"))["message"]["text"] == "请看第42层"
        await heart.say("send_chat", id=str(new_id()), audience="treating", **words)
        assert (await heart.hear("refused"))["problem"]["code"] == "not_a_member"
        read = mdt.heart.send("GET", paths.MESSAGES, consultation_id=mdt.case_id)
        assert [one["text"] for one in read.json()] == ["请看第42层"]
        assert (
            mdt.heart.send("GET", paths.MESSAGES, consultation_id=mdt.chest_case).status_code == 403
        )
        wrong = {"reason": "错病人"}
        assert dispatcher_of(valley).act(mdt.heart_case, "enter_in_error", **wrong).is_success
        lost = await heart.hear("seat_lost")
        assert (lost["consultation_id"], lost["why"]) == (mdt.case_id, "no_part")
        body = {"roles": ["requester"]}
        changed = town.admin.send("PATCH", paths.ACCOUNT, body, account_id=mdt.chest.id)
        assert changed.is_success, changed.text
        assert (await chest.hear("seat_lost"))["why"] == "no_part", "with the role goes the seat"
