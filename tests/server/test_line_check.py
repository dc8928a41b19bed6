"""The check before a call: relays with fresh credentials, and a line measured in small pieces."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from protocol import paths
from protocol.account import Role
from protocol.call import CHECK_BYTES
from protocol.errors import ErrorCode
from server.api.services.ice import Ice
from server.api.services.line_check import BYTES_A_MINUTE, LineChecks
from server.domain.errors import Unavailable
from server.domain.people import Who
from tests.server.people import Town, Valley

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _who() -> Who:
    return Who(uuid4(), "lin", "林医生", frozenset({Role.REQUESTER}))


class Standing:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


def test_a_relays_credentials_are_fresh() -> None:
    ice = Ice(turn_urls=("turn:relay.test:3478",), turn_secret="s" * 32, turn_valid_s=600)
    (relay,) = LineChecks(Standing(), ice).servers().ice_servers
    assert relay.username is not None
    assert int(relay.username.partition(":")[0]) == int(NOON.timestamp()) + 600


def test_one_account_measures_only_so_much_a_minute() -> None:
    clock = Standing()
    checks, doctor, other = LineChecks(clock, Ice()), _who(), _who()
    for _ in range(BYTES_A_MINUTE // CHECK_BYTES):
        checks.spend(doctor, CHECK_BYTES)
    with pytest.raises(Unavailable) as refused:
        checks.spend(doctor, 1)
    assert refused.value.code is ErrorCode.TOO_MANY_REQUESTS
    checks.spend(other, CHECK_BYTES)
    clock.time += timedelta(seconds=61)
    checks.spend(doctor, CHECK_BYTES)


def test_bytes_go_both_ways_and_none_is_kept(valley: Valley) -> None:
    http = valley.expert.http
    down = http.get(paths.CALL_CHECK_SPEED, params={"size": 5000})
    assert down.status_code == 200
    assert len(down.content) == 5000
    assert down.headers["cache-control"] == "no-store"
    up = http.post(paths.CALL_CHECK_SPEED, content=bytes(7000))
    assert up.json() == {"taken": 7000}


@pytest.mark.parametrize("path", [paths.CALL_CHECK, paths.CALL_CHECK_SPEED])
def test_strangers_are_told_nothing(town: Town, path: str) -> None:
    with town.client() as stranger:
        assert stranger.get(path).status_code == 401


def test_a_piece_that_is_too_large_is_refused(valley: Valley) -> None:
    http = valley.expert.http
    up = http.post(paths.CALL_CHECK_SPEED, content=bytes(CHECK_BYTES + 1))
    assert up.status_code == 413
    down = http.get(paths.CALL_CHECK_SPEED, params={"size": CHECK_BYTES + 1})
    assert down.status_code == 422
