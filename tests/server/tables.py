"""What a server has written, read beside it: on whatever database it works."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Executable

from server.store.engine import WRITES, open_engine
from tests.server.process import ServerProcess


def rows(server: ServerProcess, statement: Executable) -> list[Any]:
    """Carries out one statement and commits it; answers its rows as tuples."""

    async def carry_out() -> list[Any]:
        engine = open_engine(server.database)
        try:
            async with engine.connect() as plain:
                connection = await plain.execution_options(**{WRITES: True})
                async with connection.begin():
                    done = await connection.execute(statement)
                    return [tuple(row) for row in done] if done.returns_rows else []
        finally:
            await engine.dispose()

    # In a thread of its own: the test may have a loop already.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, carry_out()).result()
