"""Offers, claims and leases over the real server."""

import asyncio
import ssl

import httpx
import pytest

from protocol import paths
from tests.server.people import Town, Valley, content, open_case, submitted_case
from tests.server.sockets import signed_in

pytestmark = pytest.mark.both_databases


async def test_of_many_claims_at_once_exactly_one_wins(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    case_id = submitted_case(valley)
    experts = [valley.expert, *(valley.another_expert(f"专家{n}") for n in range(7))]
    async with httpx.AsyncClient(base_url=town.url, verify=context, trust_env=False) as http:
        path = paths.CLAIM.format(consultation_id=case_id)
        answers = await asyncio.gather(
            *(
                http.post(path, headers={"authorization": f"Bearer {one.tokens.access_token}"})
                for one in experts
            )
        )
    won = [answer for answer in answers if answer.status_code == 200]
    lost = [answer.json() for answer in answers if answer.status_code == 409]
    assert (len(won), len(lost)) == (1, len(experts) - 1)
    holder = won[0].json()["consultation"]["summary"]["expert"]["display_name"]
    assert {(one["code"], one["holder"]) for one in lost} == {("claim_lost", holder)}
    assert all(one["since"] for one in lost)


def test_a_stale_fence_is_refused_and_says_who_holds_the_case_now(valley: Valley) -> None:
    first, second = valley.expert, valley.another_expert("王专家")
    case_id = submitted_case(valley)
    first.take(case_id)
    first.act(case_id, "accept")
    assert first.act(case_id, "release", reason="called away").status_code == 200
    second.take(case_id)
    late = first.act(case_id, "start_reading")
    assert (late.status_code, late.json()["code"]) == (409, "stale_fence")
    assert late.json()["holder"] == "王专家"
    beat = first.send("POST", paths.HEARTBEAT, first.claim[case_id], consultation_id=case_id)
    assert beat.json()["code"] == "stale_fence"
    body = {**first.claim[case_id], "opinion": {"findings": "late"}}
    saved = first.send("PUT", paths.OPINION, body, consultation_id=case_id)
    assert saved.json()["code"] == "stale_fence"


def test_a_heartbeat_renews_the_lease(valley: Valley) -> None:
    case_id = submitted_case(valley)
    claim = valley.expert.take(case_id)
    beat = valley.expert.send(
        "POST", paths.HEARTBEAT, valley.expert.claim[case_id], consultation_id=case_id
    )
    assert beat.json()["lease_until"] > claim["lease_until"]


def test_the_holder_continues_after_a_crash_with_a_new_token(valley: Valley) -> None:
    case_id = submitted_case(valley)
    first = valley.expert.take(case_id)
    valley.expert.act(case_id, "accept")
    again = valley.expert.take(case_id)
    assert again["fence"] > first["fence"]
    assert again["consultation"]["summary"]["phase"] == "accepted"


def test_an_expert_of_another_department_sees_and_claims_nothing(
    valley: Valley, town: Town
) -> None:
    case_id = submitted_case(valley)
    stranger = town.person(
        "expert",
        institution=valley.hospital,
        expert={"title": "resident_physician", "departments": ["口腔科"], "years": 1},
    )
    assert stranger.get(paths.QUEUE)["items"] == []
    answer = stranger.send("POST", paths.CLAIM, consultation_id=case_id)
    assert answer.status_code == 404


def test_without_an_agreement_nobody_may_be_consulted(valley: Valley, town: Town) -> None:
    foreign = town.person(
        "expert",
        institution=town.institution("hospital"),
        expert={"title": "chief_physician", "departments": [valley.department], "years": 5},
    )
    case_id = submitted_case(valley)
    assert foreign.get(paths.QUEUE)["items"] == []
    found = {
        one["expert_id"]: one
        for one in valley.doctor.get(paths.CANDIDATES, consultation_id=case_id)
    }
    assert found[str(foreign.id)]["ineligible"] == ["unreachable", "no_agreement"]


async def test_the_directed_expert_is_rung_first_and_a_decline_rings_the_next(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    second = valley.another_expert(years=1)
    async with (
        signed_in(town.url, context, valley.expert.tokens.access_token) as best,
        signed_in(town.url, context, second.tokens.access_token) as directed,
    ):
        case_id = submitted_case(valley, directed_expert_id=str(second.id))
        await directed.hear("offer_rang")
        silent = second.act(case_id, "decline", decline_reason="too_busy")
        assert silent.status_code == 422
        declined = second.act(case_id, "decline", decline_reason="too_busy", reason="in theatre")
        assert declined.status_code == 200
        assert declined.json()["content"]["patient"] is None
        assert (await directed.hear("offer_ended"))["how"] == "declined"
        await best.hear("offer_rang")
        assert case_id not in [row["id"] for row in second.get(paths.QUEUE)["items"]]
        assert [one["consultation"]["id"] for one in valley.expert.get(paths.OFFERS)] == [case_id]


async def test_a_directed_case_is_open_to_nobody_else_while_it_rings_the_named_expert(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    other = valley.another_expert("王专家")
    async with (
        signed_in(town.url, context, valley.expert.tokens.access_token) as named,
        signed_in(town.url, context, other.tokens.access_token) as pool,
    ):
        case_id = submitted_case(valley, directed_expert_id=str(valley.expert.id))
        await named.hear("offer_rang")
        early = other.send("POST", paths.CLAIM, consultation_id=case_id)
        assert (early.status_code, early.json()["code"]) == (409, "rings_another")
        assert other.get(paths.QUEUE)["items"] == []
        told = {frame["type"] for frame in await pool.quiet()}
        assert not told & {"consultation_changed", "offer_rang"}
        valley.expert.act(case_id, "decline", decline_reason="too_busy", reason="手术中")
        await pool.hear("offer_rang")
        other.take(case_id)


async def test_after_everybody_declined_the_dispatcher_decides(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    dispatcher = town.person("dispatcher")
    async with (
        signed_in(town.url, context, valley.expert.tokens.access_token) as expert,
        signed_in(town.url, context, dispatcher.tokens.access_token) as desk,
    ):
        case_id = submitted_case(valley)
        await expert.hear("offer_rang")
        valley.expert.act(case_id, "decline", decline_reason="other", reason="ill")
        mine = await desk.hear(
            "consultation_changed",
            lambda f: (
                f["consultation"]["id"] == case_id and f["consultation"]["phase"] == "dispatching"
            ),
        )
        assert mine["consultation"]["patient_name"] == "何小溪"
        other = valley.another_expert("李专家")
        named = dispatcher.act(case_id, "assign", expert_id=str(other.id))
        assert named.json()["summary"]["phase"] == "offered"
        assert [one["consultation"]["id"] for one in other.get(paths.OFFERS)] == [case_id]
        other.take(case_id)


async def test_a_critical_case_rings_everybody_and_the_first_takes_it(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    second = valley.another_expert()
    async with (
        signed_in(town.url, context, valley.expert.tokens.access_token) as one,
        signed_in(town.url, context, second.tokens.access_token) as two,
    ):
        case_id = submitted_case(valley, urgency="critical")
        rang = await one.hear("offer_rang")
        assert "critical" in [term["term"] for term in rang["offer"]["why"]["terms"]]
        await two.hear("offer_rang")
        second.take(case_id)
        assert (await one.hear("offer_ended"))["how"] == "claimed_by_other"
        assert (await two.hear("offer_ended"))["how"] == "claimed_by_you"


def test_a_case_is_handed_over_only_when_the_other_accepts(valley: Valley) -> None:
    first, second = valley.expert, valley.another_expert("王专家")
    case_id = submitted_case(valley)
    first.take(case_id)
    first.act(case_id, "accept")
    assert first.act(case_id, "assign", expert_id=str(second.id)).status_code == 422
    offered = first.act(case_id, "assign", expert_id=str(second.id), reason="your field")
    assert offered.json()["summary"]["expert"]["id"] == str(first.id)
    assert first.act(case_id, "start_reading").status_code == 200
    taken = second.take(case_id)
    assert taken["consultation"]["summary"]["phase"] == "claimed"
    assert first.act(case_id, "start_draft").json()["code"] == "stale_fence"


def test_more_information_goes_back_to_the_same_expert(valley: Valley) -> None:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    asked = valley.expert.act(case_id, "ask_information", checklist=["血常规"])
    assert asked.json()["summary"]["phase"] == "awaiting_information"
    view = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    body = {
        "version": view["summary"]["version"],
        "content": content(valley.department, findings="已补充"),
    }
    assert valley.doctor.send("PUT", paths.CASE, body, consultation_id=case_id).status_code == 200
    assert view["checklist"] == ["血常规"]
    back = valley.doctor.act(case_id, "resubmit", checklist=["血常规: WBC 6.1"]).json()
    assert back["summary"]["phase"] == "accepted"
    assert back["checklist"] == ["血常规: WBC 6.1"]
    assert back["summary"]["expert"]["id"] == str(valley.expert.id)
    events = valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
    assert "血常规" in [event["reason"] for event in events]


def test_a_case_is_cancelled_directly_until_work_begins_and_then_by_asking(
    valley: Valley,
) -> None:
    case_id = submitted_case(valley)
    assert valley.doctor.act(case_id, "withdraw").status_code == 422
    assert valley.doctor.act(case_id, "withdraw", reason="patient went home").status_code == 200
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    valley.expert.act(case_id, "start_reading")
    late = valley.doctor.act(case_id, "withdraw", reason="too late")
    assert (late.status_code, late.json()["code"]) == (409, "transition_refused")
    asked = valley.doctor.act(case_id, "request_abort", reason="patient went home")
    assert asked.json()["abort_requested"] is True
    assert valley.expert.act(case_id, "abort").json()["summary"]["phase"] == "aborted"


def test_an_incomplete_case_cannot_be_submitted_and_says_what_is_missing(valley: Valley) -> None:
    case_id = open_case(valley, consent=None, question="")
    answer = valley.doctor.act(case_id, "submit")
    assert (answer.status_code, answer.json()["code"]) == (422, "incomplete_case")
    assert answer.json()["missing"] == ["question", "consent"]


def test_a_draft_saved_on_an_old_version_is_refused(valley: Valley) -> None:
    case_id = open_case(valley)
    body = {"version": 1, "content": content(valley.department)}
    saved = valley.doctor.send("PUT", paths.CASE, body, consultation_id=case_id)
    assert saved.json()["summary"]["version"] == 2
    stale = valley.doctor.send("PUT", paths.CASE, body, consultation_id=case_id)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert "submit" in saved.json()["allowed_actions"]


def test_the_same_draft_twice_is_one_and_numbers_never_repeat(valley: Valley) -> None:
    case_id = open_case(valley)
    body = {"id": case_id, "content": content(valley.department)}
    again = valley.doctor.send("POST", paths.CONSULTATIONS, body)
    assert again.status_code == 201
    ids = [open_case(valley) for _ in range(5)]
    page = valley.doctor.http.get(paths.CONSULTATIONS, params={"limit": 4}).json()
    rest = valley.doctor.http.get(
        paths.CONSULTATIONS, params={"limit": 4, "after": page["next"]}
    ).json()
    rows = page["items"] + rest["items"]
    assert {row["id"] for row in rows} == {case_id, *ids}
    assert len({row["number"] for row in rows}) == len(rows)
    assert rest["next"] is None


def test_the_worklist_is_filtered_by_status_and_words(valley: Valley) -> None:
    draft, sent = open_case(valley, reason="Abc xyz"), submitted_case(valley)
    for query, wanted in (
        ({"status": "draft"}, [draft]),
        ({"status": "pending"}, [sent]),
        ({"q": "aBC"}, [draft]),
        ({"q": "何小溪"}, [sent, draft]),
        ({"q": "%"}, []),
    ):
        rows = valley.doctor.http.get(paths.CONSULTATIONS, params=query).json()["items"]
        assert [row["id"] for row in rows] == wanted


@pytest.mark.both_databases
def test_where_experts_pull_nobody_is_rung_and_the_head_is_taken(valley: Valley) -> None:
    line: dict[str, str | None] = {"department": valley.department, "mode": "pull"}
    for _ in range(2):  # chosen again it is changed, not added
        assert valley.town.admin.send("PUT", paths.SERVICE_LINES, line).is_success
    first, second = submitted_case(valley), submitted_case(valley)
    assert [one["id"] for one in valley.expert.get(paths.QUEUE)["items"]] == [first]
    late = valley.expert.send("POST", paths.CLAIM, consultation_id=second)
    assert late.json()["code"] == "not_your_turn"
    valley.expert.take(first)
    valley.expert.take(second)
    line["mode"] = None  # as the site wants it
    assert valley.town.admin.send("PUT", paths.SERVICE_LINES, line).is_success
