"""Tokens of a session that has ended are a stranger's, though they are still good."""

from datetime import timedelta
from uuid import uuid4

import pytest

from protocol import paths
from server.api.services.ended_sessions import EndedSessions
from server.api.strangers import KNOWN
from server.domain.errors import Unauthenticated
from tests.server.in_process import InProcess, TownWithin, TurnedClock
from tests.server.people import Someone


def named(server: InProcess, token: str) -> bool:
    return server.built.house.identity.names(token)


def test_who_has_signed_out_is_a_stranger_at_once_and_what_they_still_send_is_not(
    kept_server: InProcess, within: TownWithin
) -> None:
    person = within.person("auditor")
    transfer = person.send("POST", paths.TRANSFER_SESSION).json()["access_token"]
    assert named(kept_server, person.tokens.access_token)
    assert person.send("DELETE", paths.SESSION).status_code == 204
    assert not named(kept_server, person.tokens.access_token)
    assert named(kept_server, transfer)


def test_who_was_put_out_is_a_stranger_with_all_that_belongs_to_the_session(
    kept_server: InProcess, within: TownWithin
) -> None:
    person, officer = within.person("auditor"), within.person("security")
    transfer = person.send("POST", paths.TRANSFER_SESSION).json()["access_token"]
    assert officer.send("DELETE", paths.ACCOUNT_SESSIONS, account_id=person.id).status_code == 204
    tokens = (person.tokens.access_token, transfer, officer.tokens.access_token)
    assert [named(kept_server, one) for one in tokens] == [False, False, True]


async def _end_elsewhere(server: InProcess, person: Someone) -> None:
    async with server.store.writing() as work:
        for session in await work.sessions.live_of(person.id):
            await work.sessions.end(session.id, "revoked", work.now)


async def _shown(server: InProcess, token: str) -> bool:
    """Whether a connection on which this token is shown is no stranger's any more."""
    known: list[bool] = []
    KNOWN.set(lambda: known.append(True))
    with pytest.raises(Unauthenticated):
        await server.built.house.identity.caller(token)
    return bool(known)


def test_of_what_ended_while_this_process_did_not_look_the_first_request_tells(
    kept_server: InProcess, within: TownWithin
) -> None:
    person = within.person("auditor")
    kept_server.run(_end_elsewhere(kept_server, person))
    token = person.tokens.access_token
    kept_server.clock.at += timedelta(seconds=6)
    assert not kept_server.run(_shown(kept_server, token))
    assert not named(kept_server, token)


def test_they_are_remembered_for_as_long_as_a_token_is_good() -> None:
    clock = TurnedClock()
    ended, first = EndedSessions(clock, timedelta(minutes=10)), uuid4()
    ended.add(first)
    clock.at += timedelta(minutes=9)
    ended.add(uuid4())
    assert first in ended
    clock.at += timedelta(minutes=2)
    ended.add(uuid4())
    assert first not in ended
