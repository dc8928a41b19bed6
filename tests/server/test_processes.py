"""Two server processes of one site, behind one address: clients do not notice which is theirs."""

import json
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from protocol import paths
from protocol.base import new_id
from tests.media.janus import ADMIN_KEY, API_SECRET, JANUS, janus
from tests.server.conftest import trusting
from tests.server.edge import until
from tests.server.invitations import CONSENT, read_case
from tests.server.people import PASSWORD, Someone, Town, Valley, make_valley, open_case
from tests.server.people import submitted_case as submitted
from tests.server.postgres import Postgres
from tests.server.process import ServerProcess
from tests.server.redis import RedisServer, metrics_of, redis, two_processes
from tests.server.sockets import Frame, Line, line, signed_in

RENEW = {"kind": "renew"}
Processes = tuple[ServerProcess, ServerProcess]


@pytest.fixture(scope="module")
def running_redis() -> Iterator[RedisServer]:
    with redis() as running:
        yield running


@pytest.fixture(scope="module")
def site(
    cluster: Postgres, running_redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("site")
    settings = {"HUIZHEN_OFFER_RINGS_S": "4", "HUIZHEN_SEAT_KEPT_S": "6"}
    with ExitStack() as running:
        if JANUS.exists():
            made = running.enter_context(janus(tmp_path_factory.mktemp("janus")))
            settings |= {
                "HUIZHEN_SFU_URL": f"ws://127.0.0.1:{made.port}",
                "HUIZHEN_SFU_API_SECRET": API_SECRET,
                "HUIZHEN_SFU_ADMIN_KEY": ADMIN_KEY,
            }
        both = running.enter_context(
            two_processes(folder, cluster.database(), running_redis.url, **settings)
        )
        until(lambda: all(health(one)["redis"] for one in both), "both hear Redis")
        yield both


@pytest.fixture(scope="module")
def site_context(site: Processes) -> ssl.SSLContext:
    return trusting(site[0].ca)


@pytest.fixture
def site_valley(site: Processes, site_context: ssl.SSLContext) -> Iterator[Valley]:
    """Its people are signed in at the first process; the doctor has a board as well."""
    town = Town(site[0].url, site_context)
    made = make_valley(town)
    roles = {"roles": ["requester", "dispatcher"]}
    assert town.admin.send("PATCH", paths.ACCOUNT, roles, account_id=made.doctor.id).is_success
    yield made
    town.close()


def health(process: ServerProcess) -> Frame:
    with httpx.Client(verify=trusting(process.ca), trust_env=False) as http:
        body: Frame = http.get(process.url + paths.HEALTH).json()
    return body


def token(someone: Someone) -> str:
    return someone.tokens.access_token


At = Callable[[ServerProcess, Someone], Someone]


@pytest.fixture
def at(site_context: ssl.SSLContext) -> Iterator[At]:
    """The same person with the same token at another process."""
    with ExitStack() as opened:

        def same(process: ServerProcess, someone: Someone) -> Someone:
            http = httpx.Client(
                base_url=process.url, verify=site_context, timeout=30, trust_env=False
            )
            opened.enter_context(http)
            http.headers["authorization"] = someone.http.headers["authorization"]
            return replace(someone, http=http)

        yield same


async def shown(watching: Line, who: Someone, presence: str) -> None:
    await watching.hear(
        "presence_changed",
        lambda one: (
            one["presence"]["account_id"] == str(who.id) and one["presence"]["presence"] == presence
        ),
    )


def states(frame: Frame) -> dict[str, str]:
    return {one["peer_id"]: one["state"] for one in frame["call"]["participants"]}


async def test_an_offer_rings_at_the_other_process_and_its_clock_fires_once(
    site: Processes, site_valley: Valley, site_context: ssl.SSLContext
) -> None:
    a, b = site
    async with (
        signed_in(a.url, site_context, token(site_valley.doctor)) as clinic,
        signed_in(b.url, site_context, token(site_valley.expert)) as expert,
    ):
        await shown(clinic, site_valley.expert, "available")
        case_id = submitted(site_valley)
        rang = await expert.hear("offer_rang")
        ended = await expert.hear("offer_ended")
        assert (ended["offer_id"], ended["how"]) == (rang["offer"]["id"], "expired")
        await clinic.phase("dispatching")
        await expert.say("set_paused", minutes=5)
        await shown(clinic, site_valley.expert, "paused")
        await expert.say("set_paused", minutes=0)
        await shown(clinic, site_valley.expert, "available")
    timeline = site_valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
    assert [one["action"] for one in timeline].count("offer_expired") == 1


async def test_everybody_hears_the_same_facts_in_the_same_order(
    site: Processes, site_valley: Valley, site_context: ssl.SSLContext, at: At
) -> None:
    a, b = site
    doctors = (site_valley.doctor, at(b, site_valley.doctor))
    async with (
        signed_in(a.url, site_context, token(site_valley.doctor)) as at_a,
        signed_in(b.url, site_context, token(site_valley.doctor)) as at_b,
    ):
        with ThreadPoolExecutor(2) as pool:
            made = list(
                pool.map(
                    lambda n: open_case(replace(site_valley, doctor=doctors[n % 2])), range(12)
                )
            )
        heard = [[await one.hear("consultation_changed") for _ in made] for one in (at_a, at_b)]
    numbers = [[frame["seq"] for frame in frames] for frames in heard]
    assert numbers[0] == numbers[1] == sorted(set(numbers[0]))
    assert {frame["consultation"]["id"] for frame in heard[1]} == set(made)


def test_a_claim_race_across_processes_has_one_winner(
    site: Processes, site_valley: Valley, at: At
) -> None:
    experts = [site_valley.expert, *(site_valley.another_expert() for _ in range(5))]
    racing = [at(site[n % 2], one) for n, one in enumerate(experts)]
    for _ in range(3):
        case_id = submitted(site_valley)
        with ThreadPoolExecutor(len(racing)) as pool:
            answers = list(
                pool.map(
                    lambda one, case=case_id: one.send("POST", paths.CLAIM, consultation_id=case),
                    racing,
                )
            )
        won = [answer for answer in answers if answer.status_code == 200]
        assert len(won) == 1
        assert {answer.status_code for answer in answers} == {200, 409}
        held = site_valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
        assert won[0].json()["fence"] == 1
        assert held["summary"]["phase"] == "claimed"


async def test_a_call_has_people_of_both_processes_and_is_known_at_both(
    site: Processes, site_valley: Valley, site_context: ssl.SSLContext, at: At
) -> None:
    a, b = site
    case_id = read_case(site_valley)
    doctor_at_b = at(b, site_valley.doctor)
    async with (
        signed_in(a.url, site_context, token(site_valley.doctor)) as clinic,
        signed_in(b.url, site_context, token(site_valley.expert)) as expert,
        line(b.url, site_context) as guest,
    ):
        here = (await clinic.join(case_id))["peer_id"]
        far = (await expert.join(case_id))["peer_id"]
        await shown(clinic, site_valley.expert, "in_call")
        for one, to, heard, sender in (
            (clinic, far, expert, here),
            (expert, here, clinic, far),
        ):
            await one.say("send_signal", consultation_id=case_id, to=to, signal=RENEW)
            assert (await heard.hear("signal_received"))["sender"] == sender

        invitation = doctor_at_b.send(
            "POST",
            paths.INVITATIONS,
            {"display_name": "周女士", "kind": "patient"},
            consultation_id=case_id,
        ).json()
        ticket = doctor_at_b.http.post(
            paths.REDEEM, json={"code": invitation["code"], "consent": CONSENT}
        ).json()
        await guest.say("hello", access_token=ticket["access_token"])
        await guest.hear("welcome")
        patient = (await guest.join(case_id))["peer_id"]
        await clinic.say(
            "send_chat", id=str(new_id()), consultation_id=case_id, text="您好", audience="call"
        )
        assert (await guest.hear("chat_posted"))["message"]["text"] == "您好"
        state = doctor_at_b.get(paths.CALL, consultation_id=case_id)
        assert set(states({"call": state})) == {here, far, patient}
        answer = doctor_at_b.send(
            "DELETE", paths.PARTICIPANT, consultation_id=case_id, peer_id=patient
        )
        assert answer.status_code == 204
        assert (await guest.hear("seat_lost"))["why"] == "removed"

        await expert.break_off()
        await clinic.hear("call_changed", lambda one: states(one).get(far) == "reconnecting")
        async with signed_in(b.url, site_context, token(site_valley.expert)) as again:
            assert (await again.join(case_id, far))["resumed"]
            await clinic.hear("call_changed", lambda one: states(one).get(far) == "here")
            await again.say("leave_call", consultation_id=case_id)
            await shown(clinic, site_valley.expert, "available")
            await clinic.say("leave_call", consultation_id=case_id)
            await again.hear("call_changed", lambda frame: frame["call"] is None)


@pytest.mark.skipif(not JANUS.exists(), reason="Janus is absent: apt-get install janus")
async def test_a_call_of_many_from_both_processes_passes_the_media_server(
    site: Processes, site_valley: Valley, site_context: ssl.SSLContext
) -> None:
    case_id = read_case(site_valley)
    async with AsyncExitStack() as opened:
        lines = [
            await opened.enter_async_context(
                signed_in(site[n % 2].url, site_context, token(someone))
            )
            for n, someone in enumerate((site_valley.doctor, site_valley.expert) * 3)
        ][:5]
        seats = {(await one.join(case_id))["peer_id"] for one in lines}
        for one in lines:
            fact = await one.hear("call_changed", lambda frame: frame["call"]["sfu"] is not None)
            assert set(states(fact)) == seats
        sfu = fact["call"]["sfu"]
        await lines[1].say("send_signal", consultation_id=case_id, to=sfu, signal=RENEW)
        assert not [one for one in await lines[1].quiet() if one["type"] == "refused"]
        for one in lines:
            await one.say("leave_call", consultation_id=case_id)
        await lines[1].hear("call_changed", lambda frame: frame["call"] is None)


async def test_a_session_that_is_taken_over_elsewhere_ends_at_once(
    site: Processes, site_valley: Valley, site_context: ssl.SSLContext
) -> None:
    a, b = site
    name = site_valley.doctor.username
    elsewhere = Town(b.url, site_context)
    async with signed_in(a.url, site_context, token(site_valley.doctor)) as clinic:
        with elsewhere.client() as http:
            body = {"username": name, "password": PASSWORD}
            until(
                lambda: http.post(paths.SESSION, json=body).status_code == 409,
                "the other process knows that somebody is signed in",
            )
        elsewhere.sign_in(name, take_over=True)
        assert (await clinic.hear("session_ended"))["reason"] == "signed_in_elsewhere"
        await clinic.connection.wait_closed()
    answer = site_valley.doctor.send("GET", paths.ME)
    assert answer.json()["code"] == "session_ended"
    elsewhere.close()


async def test_metrics_tell_what_an_operator_needs_and_nothing_of_a_patient(
    site: Processes, site_valley: Valley, site_context: ssl.SSLContext
) -> None:
    async with (
        signed_in(site[0].url, site_context, token(site_valley.doctor)) as clinic,
        signed_in(site[1].url, site_context, token(site_valley.expert)) as expert,
    ):
        case_id = submitted(site_valley)
        await expert.hear("offer_rang")
        site_valley.expert.take(case_id)
        await clinic.phase("claimed")
        texts = [metrics_of(one) for one in site]
    a, b = (
        {
            (one.name, *one.labels.values()): one.value
            for family in parsed(text)
            for one in family.samples
        }
        for text in texts
    )
    assert a["huizhen_requests_total", "POST", paths.CLAIM, "200"] >= 1
    assert a["huizhen_sockets",] == b["huizhen_sockets",] == 1
    assert a["huizhen_redis_up",] == 1
    assert a["huizhen_processes",] == b["huizhen_processes",] == 2
    assert min(a["huizhen_fact_number",], b["huizhen_fact_number",]) > 0
    assert b["huizhen_fact_delay_seconds_count",] > 0
    assert a["huizhen_database_seconds_count", "writing"] > 0
    for text in texts:
        assert "何小溪" not in text
        assert case_id not in text


async def test_redis_goes_away_and_comes_back_and_nothing_is_lost(
    site: Processes,
    running_redis: RedisServer,
    site_valley: Valley,
    site_context: ssl.SSLContext,
) -> None:
    a, b = site
    case_id = read_case(site_valley)
    async with (
        signed_in(a.url, site_context, token(site_valley.doctor)) as clinic,
        signed_in(b.url, site_context, token(site_valley.expert)) as expert,
    ):
        await clinic.join(case_id)
        await clinic.quiet()
        running_redis.stop()
        until(lambda: not any(health(one)["redis"] for one in site), "both say so")
        new = submitted(site_valley)
        assert (await expert.hear("offer_rang"))["offer"]["consultation"]["id"] == new
        await expert.say("join_call", ref=str(new_id()), consultation_id=case_id, seat=None)
        assert (await expert.hear("refused"))["problem"]["code"] == "unavailable"
        await expert.say("set_paused", minutes=5)
        ref = str(new_id())
        await expert.say("join_call", ref=ref, consultation_id=case_id, seat=str(new_id()))
        running_redis.start()
        until(lambda: all(health(one)["redis"] for one in site), "both are back")
        await shown(clinic, site_valley.expert, "paused")
        joined = await expert.hear("call_joined", lambda one: one["ref"] == ref)
        far = joined["joined"]["peer_id"]
        await clinic.hear("call_changed", lambda one: states(one).get(far) == "here")
    for one in site:
        events = [json.loads(text)["event"] for text in one.log().splitlines() if text[0] == "{"]
        assert events.count("redis.away") == 1


async def test_a_process_is_killed_and_the_other_goes_on_with_everything(
    site: Processes, site_valley: Valley, site_context: ssl.SSLContext, at: At
) -> None:
    a, b = site
    case_id = read_case(site_valley)
    doctor = at(b, site_valley.doctor)
    async with (
        signed_in(a.url, site_context, token(site_valley.doctor)) as clinic,
        signed_in(b.url, site_context, token(site_valley.expert)) as expert,
    ):
        here = (await clinic.join(case_id))["peer_id"]
        far = (await expert.join(case_id))["peer_id"]
        opened = open_case(site_valley)
        last = (
            await clinic.hear(
                "consultation_changed", lambda one: one["consultation"]["id"] == opened
            )
        )["seq"]
        taken: list[str] = []
        with ThreadPoolExecutor(2) as pool:

            def load(valley: Valley) -> None:
                for _ in range(8):
                    try:
                        taken.append(open_case(valley))
                    except httpx.HTTPError:
                        return

            loads = [
                pool.submit(load, replace(site_valley, doctor=one))
                for one in (site_valley.doctor, doctor)
            ]
            until(lambda: len(taken) > 3, "cases are being made at both")
            a.kill()
            for one in loads:
                one.result()
        async with signed_in(b.url, site_context, token(site_valley.doctor), last) as back:
            # Its seat may be asked for before anybody knows that the other process is gone.
            assert (await back.join(case_id, here))["resumed"]
            assert await back.hear("call_changed", lambda f: states(f).get(far) == "here")
            await expert.say("send_signal", consultation_id=case_id, to=here, signal=RENEW)
            assert (await back.hear("signal_received"))["sender"] == far
            told = {
                frame["consultation"]["id"]
                for frame in await back.quiet()
                if frame["type"] == "consultation_changed"
            }
            assert told >= set(taken)
            await back.say("leave_call", consultation_id=case_id)
            a.start()
            until(lambda: health(a)["redis"], "the other is back")
            async with signed_in(a.url, site_context, token(site_valley.doctor)):
                await expert.hear("call_changed", lambda one: list(states(one)) == [far])
