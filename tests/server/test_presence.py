"""Presence at a real server: a pause ends by itself, outlives a restart, and yields to critical."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from protocol import paths
from protocol.base import new_id
from tests.server.edge import centre_at, town_of
from tests.server.people import Someone, Valley, make_valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.sockets import Line, signed_in


async def shown(watching: Line, who: Someone) -> str:
    frame = await watching.hear(
        "presence_changed", lambda one: one["presence"]["account_id"] == str(who.id)
    )
    return str(frame["presence"]["presence"])


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


async def rung(line: Line) -> bool:
    return any(frame["type"] == "offer_rang" for frame in await line.quiet())


async def test_a_pause_ends_by_itself_and_what_waited_rings(
    valley: Valley, context: ssl.SSLContext
) -> None:
    url = valley.town.url
    async with (
        signed_in(url, context, valley.doctor.tokens.access_token) as clinic,
        signed_in(url, context, valley.expert.tokens.access_token) as expert,
    ):
        await expert.say("set_paused", until=in_seconds(1.5))
        await expert.hear("presence_changed", lambda f: f["presence"]["presence"] == "paused")
        case_id = submitted_case(valley)
        await clinic.phase("dispatching")
        rang = await expert.hear("offer_rang")
        assert rang["offer"]["consultation"]["id"] == case_id
        assert await shown(expert, valley.expert) == "available"


async def test_a_critical_case_rings_through_a_pause_and_whoever_arrives_meanwhile(
    valley: Valley, context: ssl.SSLContext
) -> None:
    url = valley.town.url
    second = valley.another_expert()
    async with signed_in(url, context, valley.expert.tokens.access_token) as expert:
        await expert.say("set_paused", minutes=60)
        await expert.hear("presence_changed", lambda f: f["presence"]["presence"] == "paused")
        submitted_case(valley)
        assert not await rung(expert)
        critical = submitted_case(valley, urgency="critical")
        rang = await expert.hear("offer_rang")
        assert rang["offer"]["consultation"]["id"] == critical
        async with signed_in(url, context, second.tokens.access_token) as other:
            rang = await other.hear("offer_rang")
            assert rang["offer"]["consultation"]["id"] == critical


async def test_who_reads_a_case_is_seen_reading_at_the_board_and_told_to_nobody_else(
    valley: Valley, context: ssl.SSLContext
) -> None:
    """Told to everybody it would grow with the square of the site."""
    url = valley.town.url
    desk = valley.town.person("dispatcher", institution=valley.hospital)
    other = valley.another_expert()
    async with (
        signed_in(url, context, desk.tokens.access_token) as board,
        signed_in(url, context, other.tokens.access_token) as beside,
        signed_in(url, context, valley.doctor.tokens.access_token) as doctor,
        signed_in(url, context, valley.expert.tokens.access_token),
    ):
        assert await shown(board, valley.expert) == "available"
        case_id = submitted_case(valley)
        valley.expert.take(case_id)
        assert valley.expert.act(case_id, "start_reading").status_code == 200
        assert await shown(board, valley.expert) == "reading"
        assert valley.expert.act(case_id, "release", reason="手术").status_code == 200
        assert await shown(board, valley.expert) == "available"
        for line in (beside, doctor):
            told = [one for one in await line.quiet() if one["type"] == "presence_changed"]
            assert {one["presence"]["account_id"] for one in told} <= {str(other.id)}
        seen = {one["account_id"]: one["presence"] for one in other.get(paths.PRESENCE)}
        assert seen[str(valley.expert.id)] == "available", "who hands over reads it"


async def test_only_experts_pause_and_not_for_days(valley: Valley, context: ssl.SSLContext) -> None:
    url = valley.town.url
    async with (
        signed_in(url, context, valley.doctor.tokens.access_token) as clinic,
        signed_in(url, context, valley.expert.tokens.access_token) as expert,
    ):
        await clinic.say("set_paused", minutes=5)
        assert (await clinic.hear("refused"))["problem"]["code"] == "forbidden"
        await expert.say("set_paused", until=in_seconds(13 * 3600))
        assert (await expert.hear("refused"))["problem"]["code"] == "validation_failed"


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with centre_at(tmp_path_factory.mktemp("restarted")) as process:
        yield process


async def test_pause_reading_and_rota_outlive_a_restart(restarted: ServerProcess) -> None:
    town = town_of(restarted)
    context, url = town.context, town.url
    valley = make_valley(town)
    reader = valley.another_expert()
    off = valley.another_expert("孙专家")
    tomorrow = {"from_at": in_seconds(86_400), "until_at": in_seconds(90_000)}
    body = {"id": str(new_id()), "expert_id": str(off.id), "department": valley.department}
    desk = town.person("dispatcher", institution=valley.hospital)
    assert desk.send("POST", paths.ROTA, body | {"kind": "shift"} | tomorrow).status_code == 201
    case_id = submitted_case(valley)
    reader.take(case_id)
    assert reader.act(case_id, "start_reading").status_code == 200
    async with signed_in(url, context, valley.expert.tokens.access_token) as expert:
        await expert.say("set_paused", until=in_seconds(8))
        await expert.hear("presence_changed", lambda f: f["presence"]["presence"] == "paused")
    restarted.kill()
    restarted.start()
    async with (
        signed_in(url, context, valley.expert.tokens.access_token) as expert,
        signed_in(url, context, reader.tokens.access_token),
        signed_in(url, context, off.tokens.access_token),
    ):
        assert await shown(expert, valley.expert) == "paused"
        seen = {one["account_id"]: one["presence"] for one in desk.get(paths.PRESENCE)}
        assert (seen[str(reader.id)], seen[str(off.id)]) == ("reading", "off_shift")
        assert await shown(expert, valley.expert) == "available", "the pause went on and ended"
    town.close()
