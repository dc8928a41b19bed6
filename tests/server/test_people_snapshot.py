"""What every process remembers of people: the same as the database, whatever has changed where."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from protocol.account import (
    Agreement,
    ExpertProfile,
    ExpertTitle,
    Institution,
    InstitutionKind,
    Role,
)
from protocol.base import new_id
from protocol.consultation import Phase
from protocol.service_line import LineMode
from server.api.services.directory import Directory, Snapshot
from server.domain.people import Who
from server.domain.rights import hears_of
from server.store import people_changes
from server.store.work import Store, Work
from tests.server.held_case import CLINIC, EXPERT, NOW, held, somebody
from tests.server.in_process import TurnedClock
from tests.server.stores import sqlite_in, store_at

TOWN = Institution(
    id=new_id(), code="TOWN", name="镇卫生院", kind=InstitutionKind.CLINIC, active=True
)
CITY = Institution(
    id=new_id(), code="CITY", name="市医院", kind=InstitutionKind.HOSPITAL, active=True
)
AGREED = Agreement(
    id=new_id(), clinic_id=TOWN.id, hospital_id=CITY.id, valid_from=NOW, valid_until=None
)


def expert(name: str, *departments: str) -> Who:
    profile = ExpertProfile(
        title=ExpertTitle.CHIEF, departments=departments, licence_number="110", years=9
    )
    return Who(new_id(), name, name, frozenset((Role.EXPERT,)), CITY.id, expert=profile)


CHEN, LIN = expert("chen", "放射科"), expert("lin", "放射科")


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    address = sqlite_in(tmp_path)
    if request.param == "postgresql":
        address = request.getfixturevalue("cluster").database()
    async with store_at(address, TurnedClock()) as made:
        async with made.writing() as work:
            for house in (TOWN, CITY):
                await work.people.add_institution(house)
            await work.people.add(CHEN, "", work.now)
            await work.people.add_agreement(AGREED)
        yield made


class _TakenBackError(Exception):
    pass


async def seen(store: Store, directory: Directory) -> Snapshot:
    async with store.reading() as work:
        return await directory.of(work)


async def is_true(store: Store, directory: Directory) -> bool:
    """Whether it is what somebody sees who has only come."""
    return await seen(store, directory) == await seen(store, Directory())


Change = Callable[[Work], Awaitable[Any]]
CHANGES: dict[str, Change] = {
    "somebody comes": lambda work: work.people.add(LIN, "", work.now),
    "somebody is another expert": lambda work: work.people.change(
        replace(CHEN, expert=expert("chen", "心内科").expert)
    ),
    "somebody goes": lambda work: work.people.change(replace(CHEN, disabled=True)),
    "a house has another name": lambda work: work.people.change_institution(
        CITY.model_copy(update={"name": "市第一医院"})
    ),
    "an agreement ends": lambda work: work.people.end_agreement(AGREED.id, NOW),
    "an agreement begins": lambda work: work.people.add_agreement(
        AGREED.model_copy(update={"id": new_id(), "valid_from": NOW + timedelta(days=1)})
    ),
    "a department has another mode": lambda work: work.service_lines.choose(
        "放射科", LineMode.PULL
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_every_process_sees_what_another_has_changed(store: Store, change: str) -> None:
    mine, theirs = Directory(), Directory()
    before = await seen(store, theirs)
    await seen(store, mine)
    async with store.writing() as work:
        await CHANGES[change](work)
        assert await mine.of(work) != before, "who changes it sees it at once"
        assert await seen(store, theirs) is before, "nobody else before it is so"
    assert await seen(store, theirs) != before
    assert await is_true(store, theirs)
    assert await is_true(store, mine)


async def test_what_was_taken_back_is_seen_by_nobody(store: Store) -> None:
    directory = Directory()
    before = await seen(store, directory)
    with contextlib.suppress(_TakenBackError):
        async with store.writing() as work:
            await work.people.change(replace(CHEN, disabled=True))
            await directory.of(work)
            raise _TakenBackError
    assert await seen(store, directory) is before
    async with store.writing() as work:
        await work.people.add(LIN, "", work.now)
    assert await is_true(store, directory)


async def test_of_a_province_only_who_has_changed_is_read(store: Store) -> None:
    async with store.writing() as work:
        for number in range(300):
            await work.people.add(expert(f"expert-{number}", "放射科"), "", work.now)
    directory = Directory()
    known = await seen(store, directory)
    async with store.writing() as work:
        await work.people.change(replace(CHEN, display_name="陈主任"))
    after = await seen(store, directory)
    unchanged = [one for one, who in after.people.items() if who is known.people[one]]
    assert len(unchanged) == 300
    assert after.agreements is known.agreements


async def test_a_program_of_before_says_that_something_changed_and_not_what(store: Store) -> None:
    directory = Directory()
    await seen(store, directory)
    async with store.writing() as work:
        await work.session.execute(
            text("update accounts set display_name = '陈主任' where username = 'chen'")
        )
        await work.session.execute(
            text("update counters set value = value + 1 where name = 'people'")
        )
    assert await is_true(store, directory)
    assert (await seen(store, directory)).people[CHEN.id].display_name == "陈主任"


async def test_who_has_missed_more_than_is_kept_reads_everybody(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_changes, "KEPT", 3)
    directory = Directory()
    await seen(store, directory)
    for name in ("陈一", "陈二", "陈三", "陈四", "陈五"):
        async with store.writing() as work:
            await work.people.change(replace(CHEN, display_name=name))
    async with store.reading() as work:
        revision = await work.people.revision()
        assert await work.people.changes(revision - 4, revision) is None
        assert await work.people.changes(revision - 3, revision) is not None
    assert await is_true(store, directory)


async def counts_from(store: Store, revision: int) -> None:
    """As at a standby that had not heard of the last changes."""
    async with store.writing() as work:
        await work.session.execute(
            text("update counters set value = :value where name = 'people'"), {"value": revision}
        )
        await work.session.execute(
            text("delete from people_changes where revision > :value"), {"value": revision}
        )


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
async def test_a_database_that_went_back_is_believed(store: Store) -> None:
    """What was lost with the machine and what came since have the same numbers."""
    directory = Directory()
    for name in ("陈一", "陈二"):
        async with store.writing() as work:
            await work.people.change(replace(CHEN, display_name=name))
    lost = await seen(store, directory)
    await counts_from(store, lost.revision - 2)
    assert await is_true(store, directory)
    for change in (replace(CHEN, disabled=True), replace(CHEN, disabled=False)):
        async with store.writing() as work:
            await work.people.change(change)
    assert (await seen(store, directory)).revision == lost.revision
    assert await is_true(store, directory)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
async def test_who_began_before_a_change_reads_nobody_anew(store: Store) -> None:
    directory = Directory()
    before = await seen(store, directory)
    async with store.reading() as work:
        assert await directory.of(work) is before
        async with store.writing() as other:
            await other.people.change(replace(CHEN, display_name="陈主任"))
        now = await seen(store, directory)
        assert await directory.of(work) is now


HOUSE = UUID(int=3)
PEOPLE = tuple(somebody(role.value, role) for role in Role)
DISABLED = replace(somebody("调度休假", Role.DISPATCHER), disabled=True)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("kept", [False, True], ids=["", "kept from everybody"])
def test_whom_a_case_is_told_is_found_without_asking_everybody(phase: Phase, kept: bool) -> None:
    everybody = {one.id: one for one in (*PEOPLE, CLINIC, EXPERT, DISABLED)}
    snapshot = Snapshot(1, everybody, ())
    for requester, holder in product(everybody, (None, *everybody)):
        case = replace(
            held(phase, holder_institution_id=HOUSE),
            requester_id=requester,
            holder_id=holder,
            kept_from=frozenset(everybody) if kept else frozenset(),
        )
        asked = {who.id for who in everybody.values() if hears_of(case, who)}
        found = [who.id for who in snapshot.hearing(case)]
        assert (set(found), len(found)) == (asked, len(asked))
