"""Speed told honestly, pauses that grow and can be ended, and few messages with the last word."""

import asyncio

import pytest

from app.transfer import rates
from app.transfer.rates import AckedSpeed, Pace, Pauses, SpeedMeter, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_speed_is_what_went_in_the_last_seconds() -> None:
    clock = Clock()
    meter = SpeedMeter(clock)
    for _ in range(10):
        clock.now += 1
        meter.count(1000)
    assert meter.read() == pytest.approx(1200, rel=0.01)
    clock.now += 4.5
    assert meter.read() < 300


def test_a_line_that_stands_still_has_no_speed() -> None:
    clock = Clock()
    meter = SpeedMeter(clock)
    assert meter.read() == 0
    meter.count(10_000_000)
    clock.now += 6
    assert meter.read() == 0


def test_a_full_buffer_at_the_start_is_not_told_as_a_fast_line() -> None:
    clock = Clock()
    meter = SpeedMeter(clock)
    meter.count(200_000)
    clock.now += 0.001
    assert meter.read() <= 200_000


def test_confirmed_speed_is_that_of_the_line_however_large_the_pieces_are() -> None:
    """500 kB/s in pieces of three seconds: between two of them it does not swing."""
    clock = Clock()
    speed = AckedSpeed(clock)
    speed.begin()
    assert speed.read() == 0
    for _ in range(12):
        clock.now += 3
        speed.count(1_500_000)
        for later in (0, 1, 2, 2.9):
            clock.now += later
            assert speed.read() == pytest.approx(500_000)
            clock.now -= later


def test_a_line_that_becomes_slower_or_stands_still_is_told_so() -> None:
    clock = Clock()
    speed = AckedSpeed(clock)
    speed.begin()
    for _ in range(10):
        clock.now += 1
        speed.count(1_000_000)
    for _ in range(5):
        clock.now += 10
        speed.count(1_000_000)
    assert speed.read() < 150_000
    clock.now += 200
    assert speed.read() < 20_000
    speed.stop()
    assert speed.read() == 0


def test_a_speed_is_told_once_it_rests_on_more_than_is_on_the_way() -> None:
    """At first one small image of four was confirmed: 8 KB/s on a line of 500."""
    clock = Clock()
    speed = AckedSpeed(clock)
    speed.begin()
    clock.now += 1
    speed.count(8_000)
    assert (speed.read(), speed.told()) == (8_000, 0)
    for _ in range(4):
        clock.now += 0.4
        speed.count(200_000)
    assert speed.told() == speed.read() > 300_000


def test_one_large_image_is_told_of_after_a_while_too() -> None:
    clock = Clock()
    speed = AckedSpeed(clock)
    speed.begin()
    clock.now += 30
    speed.count(3_000_000)
    assert speed.told() == 100_000


async def test_a_wake_ends_the_pause_also_when_it_comes_before_it() -> None:
    pauses = Pauses()
    async with asyncio.timeout(0.5):
        pauses.wake()
        await pauses.wait()
        waiting = asyncio.create_task(pauses.wait())
        await asyncio.sleep(0)
        pauses.wake()
        await waiting


async def test_who_is_stopped_as_it_is_woken_stops() -> None:
    """Whatever the order: a process that ends waits for what it has stopped."""
    for turns in range(6):
        pauses = Pauses()
        waiting = asyncio.create_task(_for_ever(pauses))
        await asyncio.sleep(0)
        pauses.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        waiting.cancel()
        done, _ = await asyncio.wait({waiting}, timeout=0.5)
        waiting.cancel()
        assert done, f"{turns} turns after the wake"


async def _for_ever(pauses: Pauses) -> None:
    while True:
        await pauses.wait()


async def test_pauses_grow_to_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(rates, "LONGEST_PAUSE_S", 0.004)
    pauses = Pauses()
    loop = asyncio.get_running_loop()
    before = loop.time()
    for _ in range(5):
        await pauses.wait()
    assert loop.time() - before >= 0.8 * (0.001 + 0.002 + 3 * 0.004)


async def test_many_changes_are_told_at_once_and_at_the_end() -> None:
    state = 0
    told: list[int] = []
    done = asyncio.Event()

    def tell() -> None:
        told.append(state)
        if state == 100:
            done.set()

    throttle = Throttle(tell, interval=0.02)
    while state < 100:
        state += 1
        throttle.changed()
    async with asyncio.timeout(5):
        await done.wait()
    assert told == [1, 100]


async def test_a_pace_spreads_bytes_over_time_for_all_who_share_it() -> None:
    waits: list[float] = []
    pace = Pace(sleep=lambda seconds: _noted(waits, seconds), now=lambda: 100.0)
    pace.limit = 1000
    await asyncio.gather(pace.pass_(500), pace.pass_(250), pace.pass_(250))
    assert waits == [0.0, 0.5, 0.75]
    pace.limit = None
    await pace.pass_(10_000)
    assert len(waits) == 3


async def _noted(waits: list[float], seconds: float) -> None:
    waits.append(seconds)
