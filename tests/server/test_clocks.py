"""Clocks that run out, and a server that is killed while they run."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from protocol import paths
from server.store.tables import ConsultationRow, TimerRow
from tests.server.edge import centre_at
from tests.server.people import Valley, make_valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in
from tests.server.tables import rows

QUICK = {
    "HUIZHEN_OFFER_RINGS_S": "0.5",
    "HUIZHEN_LEASE_S": "1.5",
    "HUIZHEN_SEAT_KEPT_S": "0",
    "HUIZHEN_IDLE_S": "3",
    "HUIZHEN_ACCESS_TOKEN_S": "8",
}

LONG = timedelta(days=1)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server whose clocks run out while a test watches."""
    with centre_at(tmp_path_factory.mktemp("hasty"), QUICK) as process:
        yield process


async def test_an_unanswered_offer_rings_the_next_and_then_the_dispatcher(
    hasty_valley: Valley, hasty_context: ssl.SSLContext
) -> None:
    valley, url = hasty_valley, hasty_valley.town.url
    second = valley.another_expert(years=1)
    async with (
        signed_in(url, hasty_context, valley.expert.tokens.access_token) as one,
        signed_in(url, hasty_context, second.tokens.access_token) as two,
        signed_in(url, hasty_context, valley.doctor.tokens.access_token) as clinic,
    ):
        submitted_case(valley)
        await one.hear("offer_rang")
        assert (await one.hear("offer_ended"))["how"] == "expired"
        await two.hear("offer_rang")
        assert (await two.hear("offer_ended"))["how"] == "expired"
        await clinic.phase("dispatching")


async def test_a_lease_that_is_not_renewed_returns_the_case_and_voids_the_claim(
    hasty_valley: Valley, hasty_context: ssl.SSLContext
) -> None:
    valley = hasty_valley
    async with signed_in(
        valley.town.url, hasty_context, valley.doctor.tokens.access_token
    ) as clinic:
        case_id = submitted_case(valley)
        submitted_at = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]
        valley.expert.take(case_id)
        await clinic.phase("claimed")
        back = await clinic.hear(
            "consultation_changed",
            lambda f: f["event"] is not None and f["event"]["action"] == "lease_expired",
        )
        assert back["author"] is None
        assert back["consultation"]["submitted_at"] == submitted_at["submitted_at"]
        assert back["consultation"]["expert"] is None
    late = valley.expert.act(case_id, "accept")
    assert late.json()["code"] == "stale_fence"


async def test_an_expired_token_is_refused_and_closes_the_socket_unless_renewed(
    hasty_valley: Valley, hasty_context: ssl.SSLContext
) -> None:
    valley, url = hasty_valley, hasty_valley.town.url
    async with (
        signed_in(url, hasty_context, valley.doctor.tokens.access_token) as left,
        signed_in(url, hasty_context, valley.expert.tokens.access_token) as kept,
    ):
        case_id = submitted_case(valley)
        valley.expert.take(case_id)
        # A lease later there is a good while between the two tokens.
        await kept.hear(
            "consultation_changed",
            lambda f: f["event"] is not None and f["event"]["action"] == "lease_expired",
        )
        body = {"refresh_token": valley.expert.tokens.refresh_token}
        with valley.town.client() as http:
            fresh = http.post(paths.REFRESH, json=body).json()
        await kept.say("renew_token", access_token=fresh["access_token"])
        refused = await left.hear("refused")
        assert refused["problem"]["code"] == "token_expired"
        await left.connection.wait_closed()
        await kept.quiet()
    answer = valley.doctor.http.get(paths.ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")


async def test_a_killed_server_forgets_nothing(
    hasty: ServerProcess, hasty_valley: Valley, hasty_context: ssl.SSLContext
) -> None:
    valley, url = hasty_valley, hasty_valley.town.url
    doctor = valley.doctor
    async with signed_in(url, hasty_context, doctor.tokens.access_token) as clinic:
        case_id = submitted_case(valley)
        valley.expert.take(case_id)
        valley.expert.act(case_id, "start_reading")
        last = (await clinic.phase("reading"))["seq"]
        async with signed_in(url, hasty_context, valley.expert.tokens.access_token) as expert:
            await expert.join(case_id)
            await clinic.phase("in_call")
            hasty.kill()
    hasty.start()
    assert hasty.url == url
    body = {"refresh_token": doctor.tokens.refresh_token}
    with valley.town.client() as http:
        token = http.post(paths.REFRESH, json=body).json()["access_token"]
    async with signed_in(url, hasty_context, token, last_seq=last) as clinic:
        seen = [await clinic.phase(phase) for phase in ("in_call", "reading", "suspended")]
        assert [one["event"]["action"] for one in seen] == [
            "start_call",
            "end_call",
            "lease_expired",
        ]
        numbers = [one["seq"] for one in seen]
        assert numbers == sorted(numbers)
        assert await clinic.quiet() == [] or numbers[0] > last


async def test_a_clock_that_cannot_be_fired_stops_no_other(
    hasty: ServerProcess, hasty_valley: Valley, hasty_context: ssl.SSLContext
) -> None:
    """A row that cannot be read, as of a damaged database."""
    valley = hasty_valley
    damaged = UUID(submitted_case(valley))
    spoil = update(ConsultationRow).where(ConsultationRow.id == damaged)
    rows(hasty, spoil.values(content="not a case"))
    its_clocks = update(TimerRow).where(TimerRow.consultation_id == damaged)
    rows(hasty, its_clocks.values(due_at=valley.doctor.tokens.access_expires_at - LONG))
    other = make_valley(valley.town)
    async with signed_in(other.town.url, hasty_context, other.expert.tokens.access_token) as expert:
        submitted_case(other)
        await expert.hear("offer_rang")
        assert (await expert.hear("offer_ended"))["how"] == "expired"
    assert "clock.not_fired" in hasty.log()
    rows(hasty, delete(TimerRow).where(TimerRow.consultation_id == damaged))
