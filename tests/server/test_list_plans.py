"""Lists that everybody asks for go by an index, however many cases are stored (SQLite)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from protocol.account import Role
from server.domain.people import Who
from server.store.work import Store, Work
from tests.server.held_case import CLINIC, DISPATCHER, EXPERT, somebody
from tests.server.in_process import TurnedClock
from tests.server.statements import statements
from tests.server.stores import sqlite_in, store_at


def worklist_of(who: Who) -> Callable[[Work], Awaitable[object]]:
    async def asked(work: Work) -> object:
        return await work.cases.worklist(who, status=None, text="", after=None, limit=100)

    return asked


LISTS: dict[str, Callable[[Work], Awaitable[object]]] = {
    "open critical findings": lambda work: work.cases.with_open_finding(),
    "what waits": lambda work: work.cases.pool(),
    "the worklist of a clinic": worklist_of(CLINIC),
    "the worklist of an expert": worklist_of(EXPERT),
    "the worklist of a dispatcher": worklist_of(DISPATCHER),
    "the worklist of a reviewer": worklist_of(somebody("审核", Role.REVIEWER)),
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(sqlite_in(tmp_path), TurnedClock()) as made:
        yield made


@pytest.mark.parametrize("name", LISTS)
async def test_no_list_goes_through_all_cases(store: Store, name: str) -> None:
    async with store.reading() as work:
        with statements(store._engine.sync_engine) as asked:
            await LISTS[name](work)
        of_cases = [one for one in asked if "FROM consultations" in one.text]
        assert of_cases
        for one in of_cases:
            plan = await _plan(work, one.text, one.values)
            # In the order of an index it ends with the page.
            assert "SCAN consultations" not in plan, plan


async def _plan(work: Work, statement: str, values: Any) -> list[str]:
    connection = await work.session.connection()
    found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return [str(row._mapping["detail"]) for row in found.all()]
