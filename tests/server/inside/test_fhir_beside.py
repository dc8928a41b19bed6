"""What a page of the clinic's own record refers to is looked up however much that is."""

from typing import Any

from sqlalchemy import event

from protocol.base import new_id
from server.store.fhir import FhirVersion
from tests.server.in_process import InProcess

MOST_NAMED = 32_766
"""In one statement, of SQLite as it is usually built; PostgreSQL takes one more."""


def test_a_page_may_refer_to_more_than_one_statement_can_name(server: InProcess) -> None:
    named: list[int] = []

    def seen(_on: Any, _cursor: Any, _said: Any, parameters: Any, *_: Any) -> None:
        named.append(len(parameters))

    async def beside() -> tuple[list[FhirVersion], bool]:
        async with server.store.reading() as work:
            return await work.fhir.beside(new_id(), {new_id() for _ in range(MOST_NAMED)})

    event.listen(server.store._engine.sync_engine, "before_cursor_execute", seen)
    assert server.run(beside()) == ([], True)
    assert max(named) < MOST_NAMED
