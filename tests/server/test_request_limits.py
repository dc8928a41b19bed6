"""How often an account may ask: alone, with other processes, and while they cannot be heard."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from protocol import paths
from server.api.services.request_limits import RequestLimits
from server.domain.errors import Unavailable
from server.domain.limits import Bucket, Buckets, Limit
from server.store.shared_limits import SharedLimits
from tests.server.in_process import InProcess, TownWithin
from tests.server.redis import RedisServer, redis

SOMEBODY = uuid4()


def test_so_many_come_at_once_then_so_many_a_second() -> None:
    buckets = Buckets(Limit(a_second=2, at_once=3))
    assert [buckets.take("a", 0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("b", 0.0) == 0, "another has a bucket of its own"
    assert [buckets.take("a", 0.5), buckets.take("a", 0.5)] == [0, 0.5]
    assert [buckets.take("a", 100.0) for _ in range(4)] == [0, 0, 0, 0.5], "no more than were there"


def test_what_was_taken_and_not_needed_is_there_again() -> None:
    bucket = Bucket(Limit(a_second=2, at_once=1))
    assert bucket.take(0.0) == 0
    bucket.give_back()
    assert [bucket.take(0.0), bucket.take(0.0)] == [0, 0.5]


async def taken(limits: RequestLimits, *, images: bool = False) -> int:
    """How many requests pass before one is refused."""
    count = 0

    async def ask() -> None:
        nonlocal count
        while True:
            await limits.check(SOMEBODY, images=images)
            count += 1

    with pytest.raises(Unavailable) as refused:
        await ask()
    assert refused.value.details.retry_after_s == 1
    return count


async def test_images_are_counted_for_themselves() -> None:
    limits = RequestLimits(2, 5, now_s=lambda: 0.0)
    assert [await taken(limits), await taken(limits, images=True)] == [20, 50]


@pytest.fixture(scope="module")
def running_redis() -> Iterator[RedisServer]:
    with redis() as running:
        yield running


@pytest.fixture
async def two(running_redis: RedisServer) -> AsyncIterator[tuple[RequestLimits, RequestLimits]]:
    shared = SharedLimits(running_redis.url), SharedLimits(running_redis.url)
    one, two = (RequestLimits(4, 4, each, lambda: 0.0) for each in shared)
    yield one, two
    await one.close()
    await two.close()


async def test_processes_count_together(two: tuple[RequestLimits, RequestLimits]) -> None:
    """Within what one of them has taken ahead."""
    passed = [await taken(one) for one in two]
    assert sum(passed) <= 40 + 5, passed


async def test_without_redis_each_counts_for_itself() -> None:
    limits = RequestLimits(2, 2, SharedLimits("redis://127.0.0.1:1/0"), lambda: 0.0)
    assert await taken(limits) == 20
    await limits.close()


def test_who_asks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    house = InProcess(tmp_path, requests_per_s=1)
    town = TownWithin(house)
    person = town.person("requester", institution=town.institution())
    answers = [person.http.get(paths.ME) for _ in range(12)]
    assert [one.status_code for one in answers].count(200) == 10
    assert answers[-1].json()["code"] == "too_many_requests"
    assert answers[-1].headers["retry-after"] == "1"
    assert town.admin.http.get(paths.ME).status_code == 200, "others go on"
    town.close()
    house.end()
