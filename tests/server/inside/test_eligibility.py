"""Who may be asked changes while cases wait, ring and are held."""

from datetime import timedelta
from typing import Any

from protocol import paths
from tests.server.in_process import InProcess
from tests.server.people import Someone, Valley, submitted_case


def until(valley: Valley, when: object) -> None:
    """The only agreement of the valley ends then; None: it does not end."""
    (agreement,) = valley.town.admin.get(paths.AGREEMENTS)
    body = {"valid_until": None if when is None else str(when)}
    answer = valley.town.admin.send("PATCH", paths.AGREEMENT, body, agreement_id=agreement["id"])
    assert answer.status_code == 200, answer.text


def disable(valley: Valley, someone: Someone) -> None:
    answer = valley.town.admin.send(
        "PATCH", paths.ACCOUNT, {"disabled": True}, account_id=someone.id
    )
    assert answer.status_code == 200, answer.text


def phase(valley: Valley, case_id: str) -> str:
    found: str = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]["phase"]
    return found


def actions(valley: Valley, case_id: str) -> list[str]:
    return [one["action"] for one in valley.doctor.get(paths.TIMELINE, consultation_id=case_id)]


def rung(heard: list[dict[str, Any]]) -> list[str]:
    return [one["offer"]["consultation"]["id"] for one in heard]


def ringing(expert: Someone) -> list[str]:
    return [offer["consultation"]["id"] for offer in expert.get(paths.OFFERS)]


# --- an agreement ends mid-case ---------------------------------------------------------------


def test_a_ring_of_an_ended_agreement_is_taken_back_and_cannot_be_answered(
    server: InProcess, valley: Valley
) -> None:
    expert = server.connect(valley.expert)
    clinic = server.connect(valley.doctor)
    case_id = submitted_case(valley)
    assert rung(expert.heard("offer_rang")) == [case_id]
    until(valley, server.clock.at.isoformat())
    late = valley.expert.send("POST", paths.CLAIM, consultation_id=case_id)
    assert late.status_code == 403, "before any clock has looked"
    server.pass_time(1)
    assert [one["how"] for one in expert.heard("offer_ended")] == ["withdrawn"]
    assert valley.expert.get(paths.OFFERS) == []
    told = [one["consultation"]["phase"] for one in clinic.heard("consultation_changed")]
    assert told[-1] == "dispatching"
    assert actions(valley, case_id)[-2:] == ["offer_withdrawn", "escalate"]


def test_an_agreement_that_ends_by_its_own_date_is_noticed_too(
    server: InProcess, valley: Valley
) -> None:
    until(valley, (server.clock.at + timedelta(seconds=30)).isoformat())
    server.pass_time(1)
    expert = server.connect(valley.expert)
    case_id = submitted_case(valley)
    server.pass_time(31)
    assert [one["how"] for one in expert.heard("offer_ended")] == ["withdrawn"]
    assert phase(valley, case_id) == "dispatching"


def test_once_the_agreement_is_back_what_waits_rings(server: InProcess, valley: Valley) -> None:
    expert = server.connect(valley.expert)
    until(valley, server.clock.at.isoformat())
    server.pass_time(1)
    case_id = submitted_case(valley)
    assert phase(valley, case_id) == "dispatching"
    until(valley, None)
    server.pass_time(1)
    assert rung(expert.heard("offer_rang")) == [case_id]
    valley.expert.take(case_id)


def test_who_holds_a_case_goes_on_with_it_after_the_agreement_has_ended(
    server: InProcess, valley: Valley
) -> None:
    """The patient's treatment is not cut off; new cases are."""
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    valley.expert.act(case_id, "accept")
    until(valley, server.clock.at.isoformat())
    server.pass_time(1)
    assert valley.expert.act(case_id, "start_reading").status_code == 200
    assert valley.expert.act(case_id, "start_draft").status_code == 200


# --- an account is closed ---------------------------------------------------------------------


def test_the_cases_of_a_closed_account_go_back_to_the_queue_with_their_age(
    server: InProcess, valley: Valley
) -> None:
    second = valley.another_expert("王专家")
    case_id = submitted_case(valley)
    before = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]
    valley.expert.take(case_id)
    valley.expert.act(case_id, "accept")
    valley.expert.act(case_id, "start_reading")
    clinic, other = server.connect(valley.doctor), server.connect(second)
    disable(valley, valley.expert)
    server.pass_time(1)
    assert rung(other.heard("offer_rang")) == [case_id]
    told = clinic.heard("consultation_changed")
    assert "holder_gone" in [one["event"]["action"] for one in told if one["event"]]
    assert told[-1]["consultation"]["submitted_at"] == before["submitted_at"]
    second.take(case_id)


def test_what_the_clinic_sends_again_goes_to_another_where_the_expert_works_no_longer(
    server: InProcess, valley: Valley
) -> None:
    second = valley.another_expert("王专家")
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    valley.expert.act(case_id, "accept")
    valley.expert.act(case_id, "ask_information", checklist=["血常规"])
    other = server.connect(second)
    disable(valley, valley.expert)
    server.pass_time(1)
    assert phase(valley, case_id) == "awaiting_information", "the clinic writes on undisturbed"
    again = valley.doctor.act(case_id, "resubmit")
    assert again.json()["summary"]["phase"] == "offered"
    assert rung(other.heard("offer_rang")) == [case_id]
    assert actions(valley, case_id)[-3:] == ["resubmit", "holder_gone", "offer"]


def test_a_closed_account_rings_no_longer_and_the_next_is_asked(
    server: InProcess, valley: Valley
) -> None:
    second = valley.another_expert("王专家", years=1)
    first, other = server.connect(valley.expert), server.connect(second)
    case_id = submitted_case(valley)
    assert rung(first.heard("offer_rang")) == [case_id]
    disable(valley, valley.expert)
    server.pass_time(1)
    assert rung(other.heard("offer_rang")) == [case_id]


def test_who_holds_as_much_as_they_can_is_rung_again_when_they_hold_less(
    server: InProcess, valley: Valley
) -> None:
    one = valley.another_expert("钱专家", capacity=1, icd10_prefixes=[])
    server.connect(one)
    first = submitted_case(valley)
    one.take(first)
    second = submitted_case(valley)
    assert one.get(paths.OFFERS) == []
    reasons = {
        found["expert_id"]: found["ineligible"]
        for found in valley.doctor.get(paths.CANDIDATES, consultation_id=second)
    }
    assert reasons[str(one.id)] == ["full"]
    one.act(first, "release", reason="门诊")
    assert [offer["consultation"]["id"] for offer in one.get(paths.OFFERS)] == [second]


def test_who_can_hold_one_case_is_rung_for_one_and_then_for_the_next(
    server: InProcess, valley: Valley
) -> None:
    one = valley.another_expert("钱专家", capacity=1, icd10_prefixes=[])
    server.connect(one)
    first, second = submitted_case(valley), submitted_case(valley)
    assert ringing(one) == [first]
    answer = one.act(first, "decline", decline_reason="too_busy", reason="门诊")
    assert answer.status_code == 200, answer.text
    assert [offer["consultation"]["id"] for offer in one.get(paths.OFFERS)] == [second]


def test_what_rings_beyond_a_capacity_rings_the_next_and_was_not_missed(
    server: InProcess, valley: Valley
) -> None:
    two = valley.another_expert("钱专家", capacity=2, icd10_prefixes=[], years=30)
    server.connect(two)
    first, second = submitted_case(valley), submitted_case(valley)
    critical = submitted_case(valley, urgency="critical")
    assert len(ringing(two)) == 3
    two.take(critical)
    assert ringing(two) == [first]
    two.take(first)
    assert "offer_missed" not in [one["code"] for one in two.get(paths.NOTIFICATIONS)["items"]]
    two.act(first, "release", reason="门诊")
    assert second in ringing(two)


def test_of_a_held_case_whose_agreement_has_ended_both_sides_and_dispatchers_are_told_once(
    server: InProcess, valley: Valley
) -> None:
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital)
    server.connect(valley.expert)
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    server.pass_time(1)
    until(valley, (server.clock.at + timedelta(seconds=30)).isoformat())
    server.pass_time(31)
    assert (phase(valley, case_id), actions(valley, case_id)[-1]) == ("claimed", "agreement_ended")
    for person in (valley.doctor, valley.expert, dispatcher):
        newest = person.get(paths.NOTIFICATIONS)["items"][0]
        assert (newest["code"], newest["consultation_id"]) == ("agreement_ended", case_id)
    server.pass_time(1)
    disable(valley, valley.another_expert("钱专家"))  # people change, and all is looked at again
    server.pass_time(1)
    assert actions(valley, case_id).count("agreement_ended") == 1
    until(valley, None)
    server.pass_time(1)
    until(valley, server.clock.at.isoformat())
    server.pass_time(1)
    assert actions(valley, case_id).count("agreement_ended") == 2, "another end is told again"


def test_an_agreement_does_not_end_before_it_begins(server: InProcess, valley: Valley) -> None:
    (agreement,) = valley.town.admin.get(paths.AGREEMENTS)
    body = {"valid_until": "2020-01-01T00:00:00Z"}
    place = {"agreement_id": agreement["id"]}
    answer = valley.town.admin.send("PATCH", paths.AGREEMENT, body, **place)
    assert answer.json()["fields"][0]["location"] == ["valid_until"]
    assert valley.town.admin.get(paths.AGREEMENTS) == [agreement]
