"""Clocks that escalate at a real server: each stage once, to the right people, over a restart."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from protocol import paths
from tests.server.conftest import trusting
from tests.server.edge import centre_at, town_of
from tests.server.people import Valley, make_valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.sockets import Frame, Line, signed_in

TARGETS = '{"routine": 3, "urgent": 3, "emergency": 3, "critical": 3}'
SHORT = {
    "HUIZHEN_OFFER_RINGS_S": "30",
    "HUIZHEN_ACCEPT_TARGET_S": "2",
    "HUIZHEN_START_TARGET_S": "2",
    "HUIZHEN_REPORT_TARGETS_S": TARGETS,
    "HUIZHEN_RING_AGAIN_S": "1",
    "HUIZHEN_NO_SHOW_S": "2",
}


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with centre_at(tmp_path_factory.mktemp("hasty"), SHORT) as process:
        yield process


@pytest.fixture
def context(hasty: ServerProcess) -> ssl.SSLContext:
    return trusting(hasty.ca)


@pytest.fixture
def valley(hasty: ServerProcess) -> Iterator[Valley]:
    town = town_of(hasty)
    yield make_valley(town)
    town.close()


async def warned(line: Line, clock: str, stage: str) -> dict[str, object]:
    return await line.hear(
        "clock_warned", lambda frame: (frame["clock"], frame["stage"]) == (clock, stage)
    )


async def stages(line: Line, clock: str) -> list[str]:
    """What has been told of a clock so far and was not heard yet."""
    return [
        frame["stage"]
        for frame in await line.quiet()
        if frame["type"] == "clock_warned" and frame["clock"] == clock
    ]


async def test_a_case_that_nobody_takes_concerns_more_and_more_people(
    valley: Valley, context: ssl.SSLContext
) -> None:
    town, url = valley.town, valley.town.url
    dispatcher = town.person("dispatcher", institution=valley.hospital, name="调度")
    head = valley.another_expert(
        "赵主任", departments=["心内科"], heads=[valley.department], years=30
    )
    async with (
        signed_in(url, context, valley.expert.tokens.access_token) as expert,
        signed_in(url, context, dispatcher.tokens.access_token) as desk,
        signed_in(url, context, head.tokens.access_token) as chief,
    ):
        submitted_case(valley)
        await expert.hear("offer_rang")
        amber = await warned(expert, "accept", "amber")
        assert "*" in str(amber["consultation"]), "who only rings does not read the name"
        await warned(desk, "accept", "dispatcher")
        late = await warned(chief, "accept", "overdue")
        assert late["due_at"] == amber["due_at"]
        assert await stages(chief, "accept") == [], "the head hears of overdue cases only"
        assert "amber" not in await stages(desk, "accept")


async def test_a_waiting_case_asks_experts_of_other_diseases_when_its_time_is_over(
    valley: Valley, context: ssl.SSLContext
) -> None:
    url = valley.town.url
    near = valley.another_expert(icd10_prefixes=["I10"])
    async with (
        signed_in(url, context, near.tokens.access_token) as other,
        signed_in(url, context, valley.expert.tokens.access_token) as expert,
    ):
        case_id = submitted_case(valley)
        await expert.hear("offer_rang")
        decline = {"decline_reason": "too_busy", "reason": "手术中"}
        assert valley.expert.act(case_id, "decline", **decline).status_code == 200
        rang = await other.hear("offer_rang")
        assert rang["offer"]["why"]["relaxed"] == ["disease"]


async def test_reading_and_reporting_have_clocks_that_a_restart_does_not_repeat(
    hasty: ServerProcess, valley: Valley, context: ssl.SSLContext
) -> None:
    url = hasty.url
    async with signed_in(url, context, valley.expert.tokens.access_token) as expert:
        case_id = submitted_case(valley)
        valley.expert.take(case_id)
        await warned(expert, "start", "amber")
        last = (await warned(expert, "start", "dispatcher"))["seq"]
        hasty.kill()
    hasty.start()
    async with signed_in(
        url, context, valley.expert.tokens.access_token, last_seq=int(str(last))
    ) as expert:
        await warned(expert, "start", "overdue")
        assert valley.expert.act(case_id, "start_reading").status_code == 200
        await warned(expert, "report", "overdue")
        assert await stages(expert, "start") == []


async def test_an_appointment_rings_again_and_then_goes_back_to_the_pool(
    valley: Valley, context: ssl.SSLContext
) -> None:
    town, url = valley.town, valley.town.url
    dispatcher = town.person("dispatcher", institution=valley.hospital, name="调度")
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    valley.expert.act(case_id, "accept")
    at = datetime.now(UTC) + timedelta(seconds=1)
    async with (
        signed_in(url, context, valley.doctor.tokens.access_token) as clinic,
        signed_in(url, context, valley.expert.tokens.access_token) as expert,
        signed_in(url, context, dispatcher.tokens.access_token) as desk,
    ):
        made = valley.expert.act(case_id, "schedule", scheduled_for=at.isoformat())
        assert made.status_code == 200, made.text
        await clinic.join(case_id)
        waits = await expert.hear("consultation_changed", acted("ring_again"))
        assert waits["consultation"]["appointment"]["came"] == ["requester"]
        for line in (clinic, expert, desk):
            told = await line.hear("consultation_changed", acted("record_no_show"))
            assert told["consultation"]["appointment"]["absent"] == ["expert"]
            assert (told["consultation"]["expert"], told["author"]) == (None, None)
        assert (await clinic.hear("call_changed"))["call"] is not None, "the clinic waits in it"
    actions = [one["action"] for one in dispatcher.get(paths.TIMELINE, consultation_id=case_id)]
    assert [actions.count(one) for one in ("ring_again", "record_no_show")] == [1, 1]
    closed = valley.doctor.act(case_id, "record_no_show", reason="病人已转院")
    assert closed.json()["summary"]["phase"] == "no_show"


def acted(action: str) -> Callable[[Frame], bool]:
    return lambda frame: frame["event"] is not None and frame["event"]["action"] == action
