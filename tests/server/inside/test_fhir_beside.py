"""What a page of the clinic's own record refers to is looked up however much that is."""

from protocol.base import new_id
from server.store.fhir import FhirVersion
from tests.server.in_process import InProcess
from tests.server.statements import Statement

MOST_NAMED = 32_766
"""In one statement, of SQLite as it is usually built; PostgreSQL takes one more."""


def test_a_page_may_refer_to_more_than_one_statement_can_name(
    server: InProcess, asked: list[Statement]
) -> None:
    async def beside() -> tuple[list[FhirVersion], bool]:
        async with server.store.reading() as work:
            return await work.fhir.beside(new_id(), {new_id() for _ in range(MOST_NAMED)})

    assert server.run(beside()) == ([], True)
    assert max(len(one.values) for one in asked) < MOST_NAMED
