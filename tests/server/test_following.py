"""Facts of several processes reach everybody in order, whatever is said late or never."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from server.domain.ports import Delivery
from server.store.bus import LocalBus
from server.store.errors import DatabaseAway
from server.store.following import FollowingBus

EVERYBODY = frozenset((UUID(int=1),))


def fact(seq: int) -> Delivery:
    return Delivery(seq, datetime(2026, 1, 5, tzinfo=UTC), f"{seq}".encode(), EVERYBODY)


class Database:
    """The facts that are committed; others write to it too."""

    def __init__(self) -> None:
        self.facts: list[Delivery] = []
        self.away = 0

    async def read(self, seq: int, most: int) -> list[Delivery]:
        await asyncio.sleep(0)
        if self.away:
            self.away -= 1
            raise DatabaseAway("it does not answer")
        return [one for one in self.facts if one.seq > seq][:most]


class Site:
    """A process that follows, what it delivered, and what it said to others."""

    def __init__(self) -> None:
        self.said: list[int] = []
        self.heard: list[int] = []
        self.of_others: list[int] = []
        self.bus = FollowingBus(self.said.append, lambda: True)
        self.bus.listen(self.hear)
        self.more = asyncio.Event()
        self.bus.listen_to_others(lambda one: self.of_others.append(one.seq))
        self.database = Database()

    def hear(self, one: Delivery) -> None:
        self.heard.append(one.seq)
        self.more.set()

    def commit(self, seq: int) -> Delivery:
        self.database.facts.append(fact(seq))
        return self.database.facts[-1]

    async def until(self, *seqs: int) -> None:
        """Follows until it has delivered exactly these."""
        running = asyncio.create_task(self.bus.run(self.database.read))
        async with asyncio.timeout(5):
            while len(self.heard) < len(seqs):
                self.more.clear()
                await self.more.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert self.heard == list(seqs)


async def test_its_own_facts_are_delivered_at_once_and_said() -> None:
    site = Site()
    site.bus.publish([site.commit(1), site.commit(2)])
    assert (site.heard, site.said, site.of_others) == ([1, 2], [2], [])


async def test_an_own_fact_waits_for_those_of_others_before_it() -> None:
    site = Site()
    site.commit(1)
    site.commit(2)
    site.bus.publish([site.commit(3)])
    assert site.heard == []
    await site.until(1, 2, 3)
    assert site.of_others == [1, 2]


async def test_what_others_say_late_or_twice_is_no_news() -> None:
    site = Site()
    site.commit(1)
    site.bus.stand(1)
    await site.until(1)
    site.bus.stand(1)
    site.bus.publish([site.commit(2)])
    assert site.heard == [1, 2]


async def test_what_nobody_said_is_found_and_a_database_that_was_away_is_asked_again() -> None:
    site = Site()
    site.database.away = 1
    site.bus.start(7)
    site.commit(7)
    site.commit(8)
    site.bus.stand(8)
    site.bus.look()
    await site.until(8)


async def test_a_listener_that_fails_costs_nobody_else_a_fact() -> None:
    site = Site()

    def fails(_one: Delivery) -> None:
        raise ValueError("nobody is there")

    for bus in (local := LocalBus(), site.bus):
        bus.listen(fails)
    after: list[int] = []
    local.listen(lambda one: after.append(one.seq))
    site.bus.listen(lambda one: after.append(one.seq))
    site.bus.listen_to_others(fails)
    local.publish([fact(1), fact(2)])
    site.bus.publish([site.commit(1)])
    site.commit(2)
    await site.until(1, 2)
    assert after == [1, 2, 1, 2]
